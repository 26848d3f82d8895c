package org.certctl.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.certctl.issuer.local.RaSchedule;
import org.certctl.keys.KeyLocation;
import org.certctl.keys.KeyType;
import org.certctl.status.CrlRules;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The options of CRLs and OCSP.
final class StatusConfigurationTest extends ConfigurationFixture {

  @Test
  void mapsEveryOptionOfCertificateStatus() {
    variables.putAll(
        Map.of(
            "CERTCTL_PUBLIC_URL", "http://pki.example.com:8080/base/",
            "CERTCTL_CRL_GENERATION_INTERVAL", "30m",
            "CERTCTL_CRL_VALIDITY", "2h",
            "CERTCTL_CRL_ON_REVOCATION", "false",
            "CERTCTL_CRL_DELTA_ENABLED", "true",
            "CERTCTL_CRL_DELTA_INTERVAL", "5m",
            "CERTCTL_CRL_DELTA_VALIDITY", "11m",
            "CERTCTL_CRL_PARTITIONS", "16"));
    variables.putAll(
        Map.of(
            "CERTCTL_OCSP_ENABLED", "false",
            "CERTCTL_OCSP_VALIDITY", "10m",
            "CERTCTL_OCSP_RESPONDER_VALIDITY", "2d",
            "CERTCTL_OCSP_RESPONDER_ROTATION_GRACE", "12h",
            "CERTCTL_OCSP_RESPONDER_KEY", "RSA3072",
            "CERTCTL_OCSP_RESPONDER_KEY_DIR", "responders",
            "CERTCTL_OCSP_RATE_LIMIT_PER_IP_MIN", "0"));

    assertThat(usable().configuration().status())
        .isEqualTo(
            new StatusSettings(
                Optional.of("http://pki.example.com:8080/base"),
                new CrlRules(
                    Duration.ofMinutes(30),
                    Duration.ofHours(2),
                    false,
                    new CrlRules.Deltas(true, Duration.ofMinutes(5), Duration.ofMinutes(11))),
                16,
                new OcspSettings(
                    false,
                    Duration.ofMinutes(10),
                    new RaSchedule(Duration.ofDays(2), Duration.ofHours(12), Duration.ZERO),
                    KeyType.RSA_3072,
                    Optional.empty(),
                    Optional.of(directory.resolve("responders")),
                    0)));
  }

  @Test
  void refusesACrlThatMayEndBeforeTheNextComes() {
    variables.put("CERTCTL_CRL_VALIDITY", "90m");

    assertProblem("CERTCTL_CRL_VALIDITY", "twice", "shorter");
  }

  @Test
  void refusesDeltasAndPartitionsToWhichNothingCouldPoint() {
    variables.put("CERTCTL_CRL_DELTA_ENABLED", "true");
    assertProblem("CERTCTL_CRL_DELTA_ENABLED", "CERTCTL_PUBLIC_URL", "set");
    variables.remove("CERTCTL_CRL_DELTA_ENABLED");
    variables.put("CERTCTL_CRL_PARTITIONS", "16");
    assertProblem("CERTCTL_CRL_PARTITIONS", "CERTCTL_PUBLIC_URL", "set");
    variables.put("CERTCTL_PUBLIC_URL", "http://pki.example.com");
    variables.put("CERTCTL_CRL_DELTA_INTERVAL", "1h");
    assertProblem("CERTCTL_CRL_DELTA_VALIDITY", "twice", "shorter");
  }

  @Test
  void refusesAnOcspResponderThatWouldBeRenewedWithoutEnd() {
    variables.put("CERTCTL_OCSP_RESPONDER_VALIDITY", "7d");
    assertProblem("CERTCTL_OCSP_RESPONDER_ROTATION_GRACE", "not less", "shorter");

    variables.put("CERTCTL_OCSP_RESPONDER_KEY", "ed25519");
    assertProblem("CERTCTL_OCSP_RESPONDER_KEY", "no such kind", "p256");
  }

  @Test
  void readsWhereTheOcspKeyIsThatTheOperatorSupplies() {
    variables.put("CERTCTL_OCSP_RESPONDER_KEY_PATH", "keys/ocsp.p12#ocsp");
    variables.put("CERTCTL_OCSP_RESPONDER_KEY_PASSWORD", "of-the-key");

    assertThat(usable().configuration().status().ocsp().suppliedKey())
        .containsInstanceOf(KeyLocation.InFile.class)
        .map(key -> (KeyLocation.InFile) key)
        .hasValueSatisfying(
            key -> {
              assertThat(key.path()).isEqualTo(directory.resolve("keys/ocsp.p12"));
              assertThat(key.alias()).contains("ocsp");
              assertThat(key.password())
                  .hasValueSatisfying(
                      password -> assertThat(password.revealText()).isEqualTo("of-the-key"));
            });
    assertThat(usable().values().toString()).doesNotContain("of-the-key");
  }

  @Test
  void refusesAKindOfOcspKeyToMakeBesideOneThatTheOperatorSupplies() {
    variables.put("CERTCTL_OCSP_RESPONDER_KEY_PATH", "ocsp.key");
    variables.put("CERTCTL_OCSP_RESPONDER_KEY_DIR", "responders");
    assertThat(usable().configuration().status().ocsp().keyType()).isEqualTo(KeyType.P_256);

    variables.put("CERTCTL_OCSP_RESPONDER_KEY", "p256");
    assertProblem(
        "CERTCTL_OCSP_RESPONDER_KEY", "CERTCTL_OCSP_RESPONDER_KEY_PATH names", "only one");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "pki.example.com",
        "ftp://pki.example.com",
        "http://",
        "http://pki.example.com/?a=b",
        "http://pki.example.com/#a",
        "http://user@pki.example.com",
        "http://pki.exämple.com"
      })
  void refusesAPublicUrlThatCertificatesCannotHold(String url) {
    variables.put("CERTCTL_PUBLIC_URL", url);

    assertProblem("CERTCTL_PUBLIC_URL", "it", "write");
  }
}
