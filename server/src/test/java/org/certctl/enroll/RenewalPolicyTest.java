package org.certctl.enroll;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.certctl.audit.Actor;
import org.certctl.audit.EnrollmentFacts;
import org.certctl.audit.Origin;
import org.certctl.challenge.ChallengeRefusal;
import org.certctl.challenge.ChallengeVerdict;
import org.certctl.issuer.IssueOrder;
import org.certctl.issuer.IssueResult;
import org.certctl.issuer.local.LocalCaIssuer;
import org.certctl.pki.CertificateRequest;
import org.certctl.pki.IssuedCertificate;
import org.certctl.pki.RevocationReason;
import org.certctl.pki.SerialNumber;
import org.certctl.pki.Sha256;
import org.certctl.pki.TestCa;
import org.certctl.pki.TestClock;
import org.certctl.pki.TestRequests;
import org.certctl.profile.CertificateProfile;
import org.certctl.profile.IssuerLimits;
import org.certctl.profile.PolicyDecision;
import org.certctl.profile.PolicyGate;
import org.certctl.status.RevocationOrder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// RN-1 to RN-6, A7, A8, SEC-7, SEC-8, SEC-19.
class RenewalPolicyTest {

  private static final TestCa CA = TestCa.ec();
  private static final TestCa OTHER_CA = TestCa.ec();
  private static final Instant ISSUED = Instant.parse("2026-01-01T00:00:00Z");
  private static final SubjectPublicKeyInfo OLD_KEY = TestRequests.ec("secp256r1");
  private static final SubjectPublicKeyInfo NEW_KEY = TestRequests.ec("secp256r1");
  private static final RenewalRules RULES =
      new RenewalRules(true, Duration.ofDays(90), Duration.ZERO, false);
  private static final String SUBJECT = "CN=device,O=corp";

  private final TestClock clock = new TestClock(ISSUED);
  private final MemoryEnrollmentStore store = new MemoryEnrollmentStore(clock);
  private final RenewalPolicy policy = new RenewalPolicy(store, clock);
  private final SecureRandom random = new SecureRandom();
  private RenewalRules rules = RULES;

  @Test
  void rn2_letsTheVeryCertificateAuthoriseItsRenewal() throws Exception {
    IssuedCertificate old = issue(SUBJECT, OLD_KEY, names("a.example", "b.example"));
    clock.set(old.notAfter().minus(Duration.ofDays(1)));

    var allowed = allowed(request(old, SUBJECT, NEW_KEY, names("a.example", "b.example")));

    assertThat(allowed.predecessor().certificate()).isEqualTo(old);
    assertThat(allowed.request().subjectPublicKeyInfo()).isEqualTo(NEW_KEY);
  }

  @Test
  void rn1_letsTheOldKeyBeKept() throws Exception {
    IssuedCertificate old = issueAndAge(SUBJECT, OLD_KEY, null);
    assertThat(allowed(request(old, SUBJECT, OLD_KEY, null)).request().subjectPublicKeyInfo())
        .isEqualTo(OLD_KEY);
  }

  @Test
  void rn3_takesTheIdentityFromTheOldCertificate() throws Exception {
    IssuedCertificate old = issueAndAge(SUBJECT, OLD_KEY, names("a.example", "b.example"));

    for (var request :
        List.of(
            request(old, SUBJECT, NEW_KEY, names("A.example")),
            request(old, "O=CORP,CN=Device", NEW_KEY, null),
            request(old, "CN=device", NEW_KEY, null),
            request(old, "", NEW_KEY, names("b.example", "a.example")))) {
      CertificateRequest wanted = allowed(request).request();
      assertThat(wanted.subject().getEncoded()).isEqualTo(old.holder().getSubject().getEncoded());
      assertThat(wanted.subjectAltNames()).containsExactly("DNS:a.example", "DNS:b.example");
      assertThat(wanted.digest()).isEqualTo(request.request().digest());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CN=other,O=corp",
        "CN=device,O=corp,OU=admins",
        "CN=device,CN=device,O=corp",
        "CN=device+OU=x,O=corp"
      })
  void a8_rn3_refusesAnotherSubject(String subject) throws Exception {
    IssuedCertificate old = issueAndAge(SUBJECT, OLD_KEY, null);
    assertThat(refused(request(old, subject, NEW_KEY, null)))
        .isEqualTo(RenewalRefusal.IDENTITY_CHANGED);
  }

  @Test
  void a8_rn3_refusesAnotherSubjectAltName() throws Exception {
    IssuedCertificate old = issueAndAge(SUBJECT, OLD_KEY, names("a.example"));
    Extensions asUri =
        TestRequests.extension(
            Extension.subjectAlternativeName,
            new GeneralNames(new GeneralName(GeneralName.uniformResourceIdentifier, "a.example")));

    assertThat(refused(request(old, SUBJECT, NEW_KEY, names("a.example", "b.example"))))
        .isEqualTo(RenewalRefusal.IDENTITY_CHANGED);
    assertThat(refused(request(old, SUBJECT, NEW_KEY, asUri)))
        .isEqualTo(RenewalRefusal.IDENTITY_CHANGED);
  }

  @Test
  void rn3_refusesNamesThatCannotBeRead() throws Exception {
    IssuedCertificate old = issueAndAge(SUBJECT, OLD_KEY, names("a.example"));
    Extensions broken =
        TestRequests.extension(Extension.subjectAlternativeName, new KeyUsage(KeyUsage.cRLSign));
    assertThat(refused(request(old, SUBJECT, NEW_KEY, broken)))
        .isEqualTo(RenewalRefusal.IDENTITY_CHANGED);
  }

  @Test
  void keepsTheUsagesWhereTheRequestNamesNone() throws Exception {
    IssuedCertificate old =
        issueAndAge(
            SUBJECT, OLD_KEY, usages(KeyUsage.digitalSignature, KeyPurposeId.id_kp_clientAuth));

    Extensions extensions =
        allowed(request(old, SUBJECT, NEW_KEY, null)).request().extensions().orElseThrow();

    assertThat(KeyUsage.fromExtensions(extensions))
        .isEqualTo(new KeyUsage(KeyUsage.digitalSignature));
    assertThat(ExtendedKeyUsage.fromExtensions(extensions).getUsages())
        .containsExactly(KeyPurposeId.id_kp_clientAuth);
  }

  @Test
  void refusesUsagesBeyondThoseOfTheOldCertificate() throws Exception {
    IssuedCertificate old =
        issueAndAge(
            SUBJECT, OLD_KEY, usages(KeyUsage.digitalSignature, KeyPurposeId.id_kp_clientAuth));

    assertThat(
            refused(
                request(
                    old,
                    SUBJECT,
                    NEW_KEY,
                    usages(KeyUsage.digitalSignature, KeyPurposeId.id_kp_smartcardlogon))))
        .isEqualTo(RenewalRefusal.USAGE_EXTENDED);
    assertThat(
            refused(
                request(
                    old,
                    SUBJECT,
                    NEW_KEY,
                    usages(
                        KeyUsage.digitalSignature | KeyUsage.nonRepudiation,
                        KeyPurposeId.id_kp_clientAuth))))
        .isEqualTo(RenewalRefusal.USAGE_EXTENDED);
  }

  @Test
  void a12_leavesARequestForACaToTheProfile() throws Exception {
    IssuedCertificate old = issueAndAge(SUBJECT, OLD_KEY, null);
    Extensions ca = TestRequests.extension(Extension.basicConstraints, new BasicConstraints(true));
    CertificateRequest wanted = allowed(request(old, SUBJECT, NEW_KEY, ca)).request();
    assertThat(
            gate().decide(wanted, IssuerLimits.until(CA.certificate().notAfter()), clock.instant()))
        .isInstanceOf(PolicyDecision.Violated.class);
  }

  @Test
  void rn2_opensTheWindowAtItsVeryInstant() throws Exception {
    IssuedCertificate old = issue(SUBJECT, OLD_KEY, null);
    Instant opens = old.notAfter().minus(RULES.window());

    clock.set(opens.minusMillis(1));
    assertThat(refused(request(old, SUBJECT, NEW_KEY, null))).isEqualTo(RenewalRefusal.TOO_EARLY);
    clock.set(opens);
    allowed(request(old, SUBJECT, NEW_KEY, null));
  }

  @Test
  void a7_rn2_refusesAnExpiredCertificate() throws Exception {
    IssuedCertificate old = issue(SUBJECT, OLD_KEY, null);

    clock.set(old.notAfter());
    allowed(request(old, SUBJECT, NEW_KEY, null));
    clock.set(old.notAfter().plusMillis(1));
    assertThat(refused(request(old, SUBJECT, NEW_KEY, null)))
        .isEqualTo(RenewalRefusal.SIGNER_EXPIRED);
  }

  @Test
  void rn2_takesAnExpiredCertificateWithinTheGrace() throws Exception {
    rules = new RenewalRules(true, RULES.window(), Duration.ofDays(7), false);
    IssuedCertificate old = issue(SUBJECT, OLD_KEY, null);

    clock.set(old.notAfter().plus(Duration.ofDays(7)));
    allowed(request(old, SUBJECT, NEW_KEY, null));
    clock.set(old.notAfter().plus(Duration.ofDays(7)).plusMillis(1));
    assertThat(refused(request(old, SUBJECT, NEW_KEY, null)))
        .isEqualTo(RenewalRefusal.SIGNER_EXPIRED);
  }

  @Test
  void sec8_refusesACertificateThatIsNotYetValid() throws Exception {
    rules = new RenewalRules(true, Duration.ofDays(3650), Duration.ZERO, false);
    IssuedCertificate old = issue(SUBJECT, OLD_KEY, null);
    clock.set(old.notBefore().minusMillis(1));
    assertThat(refused(request(old, SUBJECT, NEW_KEY, null)))
        .isEqualTo(RenewalRefusal.SIGNER_NOT_YET_VALID);
    clock.set(old.notBefore());
    allowed(request(old, SUBJECT, NEW_KEY, null));
  }

  @Test
  void rn9_refusesWhenRenewalIsOff() throws Exception {
    IssuedCertificate old = issueAndAge(SUBJECT, OLD_KEY, null);
    rules = RenewalRules.off();
    assertThat(refused(request(old, SUBJECT, NEW_KEY, null))).isEqualTo(RenewalRefusal.OFF);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void a7_refusesACertificateThatIsRevokedOrHeld(boolean held) throws Exception {
    IssuedCertificate old = issueAndAge(SUBJECT, OLD_KEY, null);
    RevocationOrder order =
        held
            ? RevocationOrder.hold(clock.instant(), Actor.system(), "")
            : RevocationOrder.revoke(
                RevocationReason.KEY_COMPROMISE, clock.instant(), Actor.system(), "");
    store.apply("iss-local", old.serialNumber(), order);
    assertThat(refused(request(old, SUBJECT, NEW_KEY, null)))
        .isEqualTo(RenewalRefusal.SIGNER_REVOKED);
  }

  @Test
  void rn2_refusesASelfSignedSigner() throws Exception {
    assertThat(refused(request(CA.certificate(), SUBJECT, NEW_KEY, null)))
        .isEqualTo(RenewalRefusal.SIGNER_SELF_SIGNED);
    assertThat(
            refused(
                new EnrollmentRequestBuilder(SUBJECT, NEW_KEY, null)
                    .signer(Optional.empty())
                    .build()))
        .isEqualTo(RenewalRefusal.SIGNER_SELF_SIGNED);
  }

  @Test
  void a7_refusesTheKeyOfARegistrationAuthority() throws Exception {
    IssuedCertificate ra = issueAndAge("CN=RA", TestRequests.P_256, null);
    assertThat(refused(request(ra, "CN=RA", NEW_KEY, null)))
        .isEqualTo(RenewalRefusal.SIGNER_RESERVED);
  }

  @Test
  void a7_refusesACertificateOfAnotherCa() throws Exception {
    IssuedCertificate foreign = make(OTHER_CA, SUBJECT, OLD_KEY, null);
    assertThat(refused(request(foreign, SUBJECT, NEW_KEY, null)))
        .isEqualTo(RenewalRefusal.SIGNER_UNKNOWN);
  }

  @Test
  void sec7_refusesACertificateThatDiffersFromOursInOneOctet() throws Exception {
    IssuedCertificate old = issueAndAge(SUBJECT, OLD_KEY, null);
    byte[] altered = old.encoded();
    altered[altered.length - 1] ^= 1;
    assertThat(refused(request(IssuedCertificate.ofDer(altered), SUBJECT, NEW_KEY, null)))
        .isEqualTo(RenewalRefusal.SIGNER_UNKNOWN);
  }

  @Test
  void a7_refusesACertificateOfAnotherEndpoint() throws Exception {
    IssuedCertificate elsewhere = make(CA, SUBJECT, OLD_KEY, null);
    keep(elsewhere, "other", "iss-local");
    clock.set(elsewhere.notAfter());
    assertThat(refused(request(elsewhere, SUBJECT, NEW_KEY, null)))
        .isEqualTo(RenewalRefusal.SIGNER_ELSEWHERE);
  }

  @Test
  void renewsWhatAFormerIssuerOfThisEndpointMade() throws Exception {
    IssuedCertificate elsewhere = make(CA, SUBJECT, OLD_KEY, null);
    keep(elsewhere, "default", "iss-former");
    clock.set(elsewhere.notAfter());
    allowed(request(elsewhere, SUBJECT, NEW_KEY, null));
  }

  @Test
  void neverTakesSha1() throws Exception {
    IssuedCertificate old = issueAndAge(SUBJECT, OLD_KEY, null);
    assertThat(
            refused(
                new EnrollmentRequestBuilder(SUBJECT, NEW_KEY, null)
                    .signer(Optional.of(new SignerCertificate(ByteString.of(old.encoded()), true)))
                    .build()))
        .isEqualTo(RenewalRefusal.DIGEST_WEAK);
  }

  @Test
  void sec19_rn5_refusesANewKeyThatIsCertifiedForSomebodyElse() throws Exception {
    var _ = issue("CN=victim", NEW_KEY, null);
    IssuedCertificate old = issueAndAge(SUBJECT, OLD_KEY, null);
    assertThat(refused(request(old, SUBJECT, NEW_KEY, null)))
        .isEqualTo(RenewalRefusal.KEY_OF_ANOTHER);
  }

  @Test
  void sec19_letsADeviceKeepAKeyThatHadAnotherNameBefore() throws Exception {
    var _ = issue("CN=its former name", OLD_KEY, null);
    var _ = issue(SUBJECT, NEW_KEY, null);
    IssuedCertificate old = issueAndAge(SUBJECT, OLD_KEY, null);
    allowed(request(old, SUBJECT, OLD_KEY, null));
    allowed(request(old, SUBJECT, NEW_KEY, null));
  }

  private RenewalPolicy.Verdict.Allowed allowed(EnrollmentRequest request) throws Exception {
    RenewalPolicy.Verdict verdict = policy.judge(request);
    assertThat(verdict).isInstanceOf(RenewalPolicy.Verdict.Allowed.class);
    return (RenewalPolicy.Verdict.Allowed) verdict;
  }

  private RenewalRefusal refused(EnrollmentRequest request) throws Exception {
    RenewalPolicy.Verdict verdict = policy.judge(request);
    assertThat(verdict).isInstanceOf(RenewalPolicy.Verdict.Refused.class);
    return ((RenewalPolicy.Verdict.Refused) verdict).reason();
  }

  private IssuedCertificate issueAndAge(
      String subject, SubjectPublicKeyInfo key, @Nullable Extensions extensions) throws Exception {
    IssuedCertificate certificate = issue(subject, key, extensions);
    clock.set(certificate.notAfter());
    return certificate;
  }

  private IssuedCertificate issue(
      String subject, SubjectPublicKeyInfo key, @Nullable Extensions extensions) throws Exception {
    IssuedCertificate certificate = make(CA, subject, key, extensions);
    keep(certificate, "default", "iss-local");
    return certificate;
  }

  private IssuedCertificate make(
      TestCa ca, String subject, SubjectPublicKeyInfo key, @Nullable Extensions extensions) {
    var decision =
        new PolicyGate(CertificateProfile.defaults(), Set.of())
            .decide(
                TestRequests.of(subject, key, extensions),
                IssuerLimits.until(ca.certificate().notAfter()),
                ISSUED);
    var approved = ((PolicyDecision.Approved) decision).request();
    var result =
        new LocalCaIssuer("iss-local", List.of(ca.certificate()), ca.signer())
            .issue(new IssueOrder("order", SerialNumber.random(random), approved));
    return ((IssueResult.Issued) result).certificate();
  }

  private void keep(IssuedCertificate certificate, String endpoint, String issuerId)
      throws Exception {
    Intent plain = Enrollments.intent(certificate.serialNumber().hex());
    var facts = plain.facts();
    Intent intent =
        new Intent(
            plain.id(),
            new TransactionKey(endpoint, plain.key().transactionId(), plain.key().requestDigest()),
            plain.requesterKeyDigest(),
            plain.challengeMac(),
            certificate.serialNumber(),
            plain.approvedRequest(),
            new EnrollmentFacts(
                facts.protocol(),
                facts.action(),
                endpoint,
                facts.transactionId(),
                facts.device(),
                facts.subject(),
                facts.subjectAltNames(),
                facts.subjectKeyDigest(),
                facts.requesterKeyDigest(),
                issuerId,
                facts.profileId(),
                "",
                facts.origin()),
            List.of(),
            Optional.empty(),
            ISSUED);
    store.intend(intent, false, List.of());
    store.record(intent.id(), certificate, List.of());
  }

  private static Extensions names(String... dnsNames) {
    GeneralName[] names = new GeneralName[dnsNames.length];
    for (int i = 0; i < names.length; i++) {
      names[i] = new GeneralName(GeneralName.dNSName, dnsNames[i]);
    }
    return TestRequests.extension(Extension.subjectAlternativeName, new GeneralNames(names));
  }

  private static Extensions usages(int keyUsage, KeyPurposeId purpose) {
    try {
      ExtensionsGenerator generator = new ExtensionsGenerator();
      generator.addExtension(Extension.keyUsage, true, new KeyUsage(keyUsage));
      generator.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purpose));
      return generator.generate();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private EnrollmentRequest request(
      IssuedCertificate signer,
      String subject,
      SubjectPublicKeyInfo key,
      @Nullable Extensions extensions) {
    return new EnrollmentRequestBuilder(subject, key, extensions)
        .signer(Optional.of(new SignerCertificate(ByteString.of(signer.encoded()), false)))
        .build();
  }

  private static PolicyGate gate() {
    try {
      return new PolicyGate(
          CertificateProfile.defaults(), Set.of(Sha256.over(TestRequests.P_256.getEncoded("DER"))));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private final class EnrollmentRequestBuilder {
    private final CertificateRequest request;
    private Optional<SignerCertificate> signer = Optional.empty();

    EnrollmentRequestBuilder(
        String subject, SubjectPublicKeyInfo key, @Nullable Extensions extensions) {
      this.request =
          new CertificateRequest(
              Sha256.over(subject.getBytes(StandardCharsets.UTF_8)),
              new X500Name(subject),
              key,
              Optional.ofNullable(extensions));
    }

    EnrollmentRequestBuilder signer(Optional<SignerCertificate> certificate) {
      this.signer = certificate;
      return this;
    }

    EnrollmentRequest build() {
      return new EnrollmentRequest(
          "SCEP",
          EnrollmentRequest.Kind.RENEWAL,
          "scep_renewalreq",
          new Endpoint(
              "default",
              _ -> new ChallengeVerdict.Refused(ChallengeRefusal.MISSING, "none"),
              rules,
              ApprovalRules.off(),
              gate(),
              new LocalCaIssuer("iss-local", List.of(CA.certificate()), CA.signer()),
              IssuerLimits.until(CA.certificate().notAfter())),
          ByteString.of("tx".getBytes(StandardCharsets.UTF_8)),
          "tx",
          request,
          Sha256.over(new byte[] {1}),
          signer,
          Optional.empty(),
          new Origin("r-1", "192.0.2.1", "test"));
    }
  }
}
