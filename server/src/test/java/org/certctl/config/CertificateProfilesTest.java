package org.certctl.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.certctl.keys.CryptoProviders;
import org.certctl.profile.CertificateProfile;
import org.certctl.profile.KeyKind;
import org.certctl.profile.NameKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Certificate profiles as operators write them.
final class CertificateProfilesTest {

  private final ConfigurationLoader loader =
      new ConfigurationLoader(
          CryptoProviders.detect(),
          Clock.fixed(Instant.parse("2026-11-22T12:00:00Z"), ZoneOffset.UTC));
  private final Map<String, String> variables = new HashMap<>();

  @TempDir private Path directory;

  CertificateProfilesTest() {
    variables.put("CERTCTL_SERVER_TLS_CERT_PATH", "tls.crt");
    variables.put("CERTCTL_SERVER_TLS_KEY_PATH", "tls.key");
  }

  @Test
  void aNamedProfileHasTheDefaultsWhereNothingIsSaid() {
    variables.put("CERTCTL_PROFILES", "wifi");

    CertificateProfile wifi = profile("wifi");

    CertificateProfile defaults = CertificateProfile.defaults();
    assertThat(wifi.id()).isEqualTo("wifi");
    assertThat(wifi.keys()).isEqualTo(defaults.keys());
    assertThat(wifi.validity()).isEqualTo(defaults.validity());
    assertThat(wifi.usages()).isEqualTo(defaults.usages());
    assertThat(wifi.subject()).isEqualTo(defaults.subject());
    assertThat(wifi.names()).isEqualTo(defaults.names());
    assertThat(wifi.template()).isSameAs(defaults.template());
    assertThat(profile("default")).isEqualTo(defaults);
  }

  @Test
  void everyRuleCanBeSet() {
    variables.put("CERTCTL_PUBLIC_URL", "http://pki.example");
    variables.put("CERTCTL_PROFILES", "wifi-eap");
    say("KEY_TYPES", "rsa, P256");
    say("RSA_MIN_BITS", "3072");
    say("RSA_MAX_BITS", "4096");
    say("MAX_VALIDITY", "7776000");
    say("DEFAULT_VALIDITY", "30d");
    say("VALIDITY_AS_REQUESTED", "false");
    say("BACKDATING", "0s");
    say("KEY_USAGE", "digital-signature");
    say("KEY_USAGE_ALLOWED", "key-agreement");
    say("EKU", "client-auth");
    say("EKU_ALLOWED", "1.3.6.1.4.1.311.20.2.2,server-auth");
    say("EKU_REQUIRED", "client-auth");
    say("SUBJECT_ALLOWED", "cn,O");
    say("SUBJECT_REQUIRED", "CN");
    say("SUBJECT_PATTERN", "CN=[a-z]{1,3},O=A");
    say("SUBJECT_TEMPLATE", "CN={CN},O=A");
    say("SAN_MAX", "2");
    say("SAN_ALLOWED", "dns,upn");
    say("SAN_REQUIRED", "dns");
    say("SAN_DNS_PATTERN", ".*\\.example");
    say("SAN_TEMPLATE", "dns:{CN}.example");
    say("POLICIES", "1.2.3.4,2.5.29.32.0");
    say("MUST_STAPLE", "true");

    CertificateProfile profile = profile("wifi-eap");

    assertThat(profile.keys().kinds()).containsExactlyInAnyOrder(KeyKind.RSA, KeyKind.P256);
    assertThat(profile.keys().minRsaBits()).isEqualTo(3072);
    assertThat(profile.keys().maxRsaBits()).isEqualTo(4096);
    assertThat(profile.validity().maximum()).isEqualTo(Duration.ofDays(90));
    assertThat(profile.validity().usual()).isEqualTo(Duration.ofDays(30));
    assertThat(profile.validity().asRequested()).isFalse();
    assertThat(profile.validity().backdating()).isZero();
    assertThat(profile.usages().keyUsage()).isEqualTo(KeyUsage.digitalSignature);
    assertThat(profile.usages().allowedKeyUsage())
        .isEqualTo(KeyUsage.digitalSignature | KeyUsage.keyAgreement);
    assertThat(profile.usages().extended()).containsExactly(KeyPurposeId.id_kp_clientAuth);
    assertThat(profile.usages().allowedExtended())
        .extracting(KeyPurposeId::getId)
        .containsExactlyInAnyOrder(
            "1.3.6.1.5.5.7.3.2", "1.3.6.1.5.5.7.3.1", "1.3.6.1.4.1.311.20.2.2");
    assertThat(profile.subject().allowed()).containsExactlyInAnyOrder(BCStyle.CN, BCStyle.O);
    assertThat(profile.subject().required()).containsExactly(BCStyle.CN);
    assertThat(profile.subject().pattern()).isPresent();
    assertThat(profile.names().max()).isEqualTo(2);
    assertThat(profile.names().required()).containsExactly(NameKind.DNS);
    assertThat(profile.names().patterns()).containsOnlyKeys(NameKind.DNS);
    assertThat(profile.template()).isNotSameAs(CertificateProfile.defaults().template());
    assertThat(profile.additional().orElseThrow().getExtensionOIDs())
        .containsExactly(
            Extension.certificatePolicies, new ASN1ObjectIdentifier("1.3.6.1.5.5.7.1.24"));
  }

  @Test
  void aFileSaysTheSame() throws IOException {
    file(
        """
        {
          "wifi": {"max_validity": "90d", "rsa_min_bits": 3072, "san_required": ["dns", "upn"]},
          "servers": {"eku": "server-auth", "subject_may_be_empty": true}
        }
        """);
    variables.put("CERTCTL_PROFILE_WIFI_RSA_MIN_BITS", "4096");

    assertThat(profile("wifi").validity().maximum()).isEqualTo(Duration.ofDays(90));
    assertThat(profile("wifi").names().required()).hasSize(2);
    assertThat(profile("wifi").keys().minRsaBits()).as("the environment wins").isEqualTo(4096);
    assertThat(profile("servers").subject().emptyAllowed()).isTrue();
  }

  @Test
  void whatContradictsItselfStopsTheStartWithItsKey() {
    variables.put("CERTCTL_PROFILES", "wifi-eap");
    say("RSA_MIN_BITS", "4096");
    say("RSA_MAX_BITS", "2048");
    say("MAX_VALIDITY", "10d");
    say("DEFAULT_VALIDITY", "20d");
    say("EKU_REQUIRED", "server-auth");
    say("SUBJECT_ALLOWED", "O");
    say("SUBJECT_REQUIRED", "CN");
    say("SAN_ALLOWED", "dns");
    say("SAN_REQUIRED", "upn");
    say("SUBJECT_TEMPLATE", "CN={NOSUCH}");
    say("SAN_TEMPLATE", "phone:{CN}");
    say("MUST_STAPLE", "true");

    assertThat(problems())
        .extracting(Problem::key)
        .containsExactlyInAnyOrder(
            key("RSA_MAX_BITS"),
            key("DEFAULT_VALIDITY"),
            key("EKU_REQUIRED"),
            key("SUBJECT_REQUIRED"),
            key("SAN_REQUIRED"),
            key("SUBJECT_TEMPLATE"),
            key("SAN_TEMPLATE"),
            key("MUST_STAPLE"));
  }

  @Test
  void whatCannotBeReadStopsTheStartWithItsKey() {
    variables.put("CERTCTL_PROFILES", "wifi-eap");
    say("KEY_TYPES", "rsa,dsa");
    say("EKU_ALLOWED", "1.3.6.1.5.5.7.3.9");
    say("EKU", "clientauth");
    say("SUBJECT_REQUIRED", "CN,,O");
    say("SUBJECT_PATTERN", "(?=x)");
    say("SAN_DNS_PATTERN", "a(");
    say("POLICIES", "one");
    say("MAX_VALIDTY", "90d");

    assertThat(problems())
        .extracting(Problem::key)
        .containsExactlyInAnyOrder(
            key("KEY_TYPES"),
            key("EKU_ALLOWED"),
            key("EKU"),
            key("SUBJECT_REQUIRED"),
            key("SUBJECT_PATTERN"),
            key("SAN_DNS_PATTERN"),
            key("POLICIES"),
            key("MAX_VALIDTY"));
    assertThat(problems()).anyMatch(problem -> problem.text().contains("did you mean"));
  }

  @Test
  void aProfileThatIsNamedAndMissingStopsTheStart() {
    variables.put("CERTCTL_SCEP_PROFILES", "corp");
    variables.put("CERTCTL_SCEP_PROFILE_CORP_ISSUER_ID", "iss-local");
    variables.put("CERTCTL_SCEP_PROFILE_CORP_CHALLENGE_PASSWORD", "0123456789abcdef");
    variables.put("CERTCTL_SCEP_PROFILE_CORP_PROFILE_ID", "wifi");

    assertThat(problems())
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.key()).isEqualTo("CERTCTL_SCEP_PROFILE_CORP_PROFILE_ID");
              assertThat(problem.text()).contains("wifi", "default");
            });
  }

  @Test
  void aVariableOfAProfileThatIsNotNamedIsAnError() {
    say("MAX_VALIDITY", "90d");

    assertThat(problems()).singleElement().asString().contains("CERTCTL_PROFILES", "wifi-eap");
  }

  @Test
  void aFileThatCannotBeReadIsAnErrorAndSaysWhere() throws IOException {
    for (String text :
        List.of(
            "[]",
            "{\"wifi\": 1}",
            "{\"Wi Fi\": {}}",
            "{\"wifi\": {}, \"wifi\": {}}",
            "{\"wifi\": {\"max_validity\": {}}}",
            "{\"wifi\": {\"max_validity\": null}}",
            "{\"wifi\": {\"max_validty\": \"90d\"}}",
            "{",
            "")) {
      file(text);
      assertThat(problems()).as(text).isNotEmpty();
    }
    Files.delete(directory.resolve("profiles.json"));
    assertThat(problems()).singleElement().asString().contains("profiles.json");
  }

  @Test
  void aProfileStandsInOnePlace() throws IOException {
    file("{\"wifi\": {}}");
    variables.put("CERTCTL_PROFILES", "wifi");

    assertThat(problems()).singleElement().asString().contains("CERTCTL_PROFILES_PATH");
  }

  private static String key(String rule) {
    return "CERTCTL_PROFILE_WIFI_EAP_" + rule;
  }

  private void say(String rule, String value) {
    variables.put(key(rule), value);
  }

  private void file(String text) throws IOException {
    Files.writeString(directory.resolve("profiles.json"), text);
    variables.put("CERTCTL_PROFILES_PATH", "profiles.json");
  }

  private ConfigurationResult result() {
    return loader.readOptions(Environment.of(variables), Optional.of(directory));
  }

  private CertificateProfile profile(String name) {
    assertThat(result()).isInstanceOf(ConfigurationResult.Usable.class);
    return Optional.ofNullable(
            ((ConfigurationResult.Usable) result()).configuration().certificateProfiles().get(name))
        .orElseThrow();
  }

  private List<Problem> problems() {
    assertThat(result()).isInstanceOf(ConfigurationResult.Refused.class);
    return ((ConfigurationResult.Refused) result())
        .problems().stream().filter(Problem::isError).toList();
  }
}
