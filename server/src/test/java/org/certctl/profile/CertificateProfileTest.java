package org.certctl.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.re2j.Pattern;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.certctl.pki.CertificateRequest;
import org.certctl.pki.Names;
import org.certctl.pki.SubjectAltNames;
import org.certctl.pki.TestRequests;
import org.junit.jupiter.api.Test;

/// Each rule of a certificate profile, kept and broken.
class CertificateProfileTest {

  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  private static final Instant CA_END = NOW.plus(Duration.ofDays(3650));
  private static final CertificateProfile DEFAULTS = CertificateProfile.defaults();

  @Test
  void keysOfOtherKindsAreRefused() {
    var rsaOnly =
        with(new KeyRules(EnumSet.of(KeyKind.RSA), 3072, 4096), UsageRules.defaults(), names());

    assertThat(codes(rsaOnly, TestRequests.of("CN=a"))).containsExactly("key_not_allowed");
    assertThatIllegalArgumentException().isThrownBy(() -> new KeyRules(Set.of(), 2048, 4096));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new KeyRules(EnumSet.of(KeyKind.RSA), 1024, 4096));
  }

  @Test
  void aKeyThatCannotEncryptDoesNotSayThatItDoes() {
    var asked = new KeyUsage(KeyUsage.digitalSignature | KeyUsage.keyEncipherment);
    var request =
        TestRequests.of(
            "CN=a", TestRequests.P_256, TestRequests.extension(Extension.keyUsage, asked));

    var usage = KeyUsage.fromExtensions(approved(DEFAULTS, request).extensions());

    assertThat(usage.hasUsages(KeyUsage.digitalSignature)).isTrue();
    assertThat(usage.hasUsages(KeyUsage.keyEncipherment)).isFalse();
  }

  @Test
  void theSmallerOfWantedAndLongestValidityWins() {
    var rules =
        new ValidityRules(Duration.ofDays(90), Duration.ofDays(30), Duration.ofMinutes(10), true);

    assertThat(days(rules, Optional.empty())).isEqualTo(30);
    assertThat(days(rules, Optional.of(Duration.ofDays(60)))).isEqualTo(60);
    assertThat(days(rules, Optional.of(Duration.ofDays(730)))).isEqualTo(90);
    assertThat(
            days(
                new ValidityRules(rules.maximum(), rules.usual(), Duration.ZERO, false),
                Optional.of(Duration.ofDays(60))))
        .isEqualTo(30);
    assertThat(rules.notAfter(NOW, Optional.empty(), NOW.plusSeconds(60)))
        .isEqualTo(NOW.plusSeconds(60));
    assertThat(rules.notBefore(NOW)).isEqualTo(NOW.minusSeconds(600));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new ValidityRules(Duration.ofDays(1), Duration.ofDays(2), Duration.ZERO, true));
  }

  @Test
  void extendedKeyUsagesAreThoseAllowedAndRequired() {
    var rules =
        new UsageRules(
            KeyUsage.digitalSignature,
            KeyUsage.digitalSignature,
            List.of(KeyPurposeId.id_kp_clientAuth),
            Set.of(KeyPurposeId.id_kp_clientAuth, KeyPurposeId.id_kp_serverAuth),
            Set.of(KeyPurposeId.id_kp_clientAuth));
    var profile = with(KeyRules.defaults(), rules, names());

    assertThat(codes(profile, asking(KeyPurposeId.id_kp_serverAuth)))
        .containsExactly("eku_missing");
    assertThat(
            codes(profile, asking(KeyPurposeId.id_kp_clientAuth, KeyPurposeId.id_kp_codeSigning)))
        .containsExactly("eku_not_allowed");
    assertThat(
            ExtendedKeyUsage.fromExtensions(approved(profile, TestRequests.of("CN=a")).extensions())
                .getUsages())
        .containsExactly(KeyPurposeId.id_kp_clientAuth);
  }

  @Test
  void subjectsHaveTheAttributesAndTheLookThatAreWanted() {
    var rules =
        new SubjectRules(
            false,
            Set.of(BCStyle.CN, BCStyle.O),
            Set.of(BCStyle.CN, BCStyle.O),
            Optional.of(Pattern.compile("CN=[a-z]+,O=Corp")));

    assertThat(codes(subject(rules), TestRequests.of("CN=a,O=Corp"))).isEmpty();
    assertThat(codes(subject(rules), TestRequests.of("CN=a,O=Corp,OU=x")))
        .containsExactly("subject_not_allowed", "subject_not_allowed");
    assertThat(codes(subject(rules), TestRequests.of("CN=a"))).contains("subject_not_allowed");
    assertThat(codes(subject(rules), TestRequests.of("CN=a1,O=Corp")))
        .containsExactly("subject_not_allowed");
    assertThat(codes(subject(rules), TestRequests.of(""))).containsExactly("subject_empty");
  }

  @Test
  void namesAreOfTheKindsAndHaveTheLookThatAreWanted() {
    var rules =
        new NameRules(
            2,
            EnumSet.of(NameKind.DNS, NameKind.UPN),
            EnumSet.of(NameKind.UPN),
            Map.of(NameKind.DNS, Pattern.compile("[a-z0-9]+\\.corp\\.example")));
    var profile = with(KeyRules.defaults(), UsageRules.defaults(), rules);

    assertThat(codes(profile, named("upn:a@corp.example", "dns:a.corp.example"))).isEmpty();
    assertThat(codes(profile, named("upn:a@corp.example", "dns:a.corp.example.evil")))
        .containsExactly("san_not_allowed");
    assertThat(codes(profile, named("dns:a.corp.example"))).containsExactly("san_missing");
    assertThat(codes(profile, TestRequests.of("CN=a"))).containsExactly("san_missing");
    assertThat(codes(profile, named("upn:a@corp.example", "uri:https://x")))
        .containsExactly("san_not_allowed");
    assertThat(codes(profile, named("upn:a@b", "upn:b@b", "upn:c@b")))
        .containsExactly("san_invalid");
  }

  @Test
  void allViolationsAreToldAtOnce() {
    var profile =
        with(
            new KeyRules(EnumSet.of(KeyKind.RSA), 2048, 4096),
            UsageRules.defaults(),
            new NameRules(1, EnumSet.of(NameKind.DNS), Set.of(), Map.of()));

    assertThat(codes(profile, named("uri:https://x")))
        .containsExactly("key_not_allowed", "san_not_allowed");
  }

  @Test
  void theStrongMappingTagOfWindowsIsKeptAsItCame() {
    var tag = "tag:microsoft.com,2022-09-14:sid:S-1-5-21-1-2-3-1234";
    assertThat(SubjectAltNames.textsOf(approved(DEFAULTS, named("uri:" + tag)).extensions()))
        .containsExactly("URI:" + tag);
  }

  @Test
  void everyCertificateGetsWhatTheProfileAdds() {
    var staple =
        new Extension(
            new ASN1ObjectIdentifier("1.3.6.1.5.5.7.1.24"),
            false,
            new byte[] {0x30, 0x03, 0x02, 0x01, 0x05});
    var profile =
        new CertificateProfile(
            "staple",
            DEFAULTS.keys(),
            DEFAULTS.validity(),
            DEFAULTS.usages(),
            DEFAULTS.subject(),
            DEFAULTS.names(),
            DEFAULTS.template(),
            Optional.of(new Extensions(staple)));

    assertThat(
            approved(profile, TestRequests.of("CN=a"))
                .extensions()
                .getExtension(staple.getExtnId())
                .getExtnValue()
                .getOctets())
        .containsExactly(0x30, 0x03, 0x02, 0x01, 0x05);
  }

  @Test
  void templatesNameCertificatesInTheOperatorsWay() {
    var profile = templated("CN={CN},OU={DNS},O=Corp", "dns:{CN}.corp.example", "upn:{UPN}");

    var approved =
        approved(
            profile,
            TestRequests.of(
                "CN=a,O=Other", TestRequests.P_256, names("dns:x.example", "upn:a@corp.example")));

    assertThat(Names.text(approved.subject())).isEqualTo("CN=a,OU=x.example,O=Corp");
    assertThat(SubjectAltNames.textsOf(approved.extensions()))
        .containsExactly("DNS:a.corp.example", "UPN:a@corp.example");
  }

  @Test
  void aValueIsDataWhateverItLooksLike() {
    var approved = approved(templated("CN={CN},O=Corp"), TestRequests.of("CN=a\\,O\\=Evil\\+{O}"));

    assertThat(approved.subject().getRDNs()).hasSize(2);
    assertThat(approved.subject().getRDNs(BCStyle.CN)[0].getFirst().getValue())
        .hasToString("a,O=Evil+{O}");
  }

  @Test
  void aValueThatIsMissingIsAViolation() {
    assertThat(codes(templated("CN={SERIALNUMBER}"), TestRequests.of("CN=a")))
        .containsExactly("subject_not_allowed");
    assertThat(codes(templated("CN={CN}", "dns:{CN}.x"), TestRequests.of("CN=a b")))
        .containsExactly("subject_not_allowed");
  }

  @Test
  void namesFromACertificateIssuedBeforeAreNotTemplatedAgain() {
    var gate = new PolicyGate(templated("CN={CN}.corp"), Set.of());
    var decision = gate.decideNamed(TestRequests.of("CN=a.corp"), IssuerLimits.until(CA_END), NOW);

    assertThat(Names.text(((PolicyDecision.Approved) decision).request().subject()))
        .isEqualTo("CN=a.corp");
    assertThat(gate.named(TestRequests.of("CN=a")).orElseThrow().subjectText())
        .isEqualTo("CN=a.corp");
  }

  @Test
  void templatesThatCannotBeReadAreRefused() {
    for (var subject : List.of("{CN}", "XX={CN}", "CN={NOSUCH}", "CN={CN", "")) {
      assertThatIllegalArgumentException()
          .as(subject)
          .isThrownBy(() -> IdentityTemplate.of(Optional.of(subject), List.of()));
    }
    for (var name : List.of("{DNS}", "mail:{EMAIL}", "dns:", "dns:{NOSUCH}")) {
      assertThatIllegalArgumentException()
          .as(name)
          .isThrownBy(() -> IdentityTemplate.of(Optional.empty(), List.of(name)));
    }
  }

  private static long days(ValidityRules rules, Optional<Duration> wanted) {
    return Duration.between(NOW, rules.notAfter(NOW, wanted, CA_END).plusSeconds(1)).toDays();
  }

  private static NameRules names() {
    return NameRules.defaults();
  }

  private static Extensions names(String... texts) {
    GeneralName[] names =
        List.of(texts).stream().map(SubjectAltNames::parse).toArray(GeneralName[]::new);
    return TestRequests.extension(Extension.subjectAlternativeName, new GeneralNames(names));
  }

  private static CertificateRequest named(String... texts) {
    return TestRequests.of("CN=a", TestRequests.P_256, names(texts));
  }

  private static CertificateRequest asking(KeyPurposeId... purposes) {
    return TestRequests.of(
        "CN=a",
        TestRequests.P_256,
        TestRequests.extension(Extension.extendedKeyUsage, new ExtendedKeyUsage(purposes)));
  }

  private static CertificateProfile with(KeyRules keys, UsageRules usages, NameRules names) {
    return new CertificateProfile(
        "test",
        keys,
        DEFAULTS.validity(),
        usages,
        DEFAULTS.subject(),
        names,
        DEFAULTS.template(),
        Optional.empty());
  }

  private static CertificateProfile subject(SubjectRules rules) {
    return new CertificateProfile(
        "test",
        DEFAULTS.keys(),
        DEFAULTS.validity(),
        DEFAULTS.usages(),
        rules,
        DEFAULTS.names(),
        DEFAULTS.template(),
        Optional.empty());
  }

  private static CertificateProfile templated(String subject, String... names) {
    return new CertificateProfile(
        "test",
        DEFAULTS.keys(),
        DEFAULTS.validity(),
        DEFAULTS.usages(),
        DEFAULTS.subject(),
        DEFAULTS.names(),
        IdentityTemplate.of(Optional.of(subject), List.of(names)),
        Optional.empty());
  }

  private static ApprovedRequest approved(CertificateProfile profile, CertificateRequest request) {
    var decision =
        new PolicyGate(profile, Set.of()).decide(request, IssuerLimits.until(CA_END), NOW);
    assertThat(decision).isInstanceOf(PolicyDecision.Approved.class);
    return ((PolicyDecision.Approved) decision).request();
  }

  private static List<String> codes(CertificateProfile profile, CertificateRequest request) {
    return switch (new PolicyGate(profile, Set.of())
        .decide(request, IssuerLimits.until(CA_END), NOW)) {
      case PolicyDecision.Approved _ -> List.of();
      case PolicyDecision.Violated violated ->
          violated.violations().stream().map(violation -> violation.code().wireValue()).toList();
    };
  }
}
