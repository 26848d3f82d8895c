package org.certctl.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.certctl.it.Reply.FailInfoCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// A certificate profile of the operator's: what it refuses, and how it names certificates.
final class CertificateProfileIT {

  private static final String PROFILE = "CERTCTL_PROFILE_WIFI_";

  @RegisterExtension
  static final CertctlServer SERVER =
      CertctlServer.withRsaCa()
          .with("CERTCTL_PROFILES", "wifi")
          .with("CERTCTL_SCEP_PROFILE_DEFAULT_PROFILE_ID", "wifi")
          .with("CERTCTL_SCEP_PROFILE_DEFAULT_RENEWAL_WINDOW", "3650d")
          .with(PROFILE + "KEY_TYPES", "rsa")
          .with(PROFILE + "MAX_VALIDITY", "30d")
          .with(PROFILE + "SAN_REQUIRED", "dns")
          .with(PROFILE + "SAN_DNS_PATTERN", "[a-z0-9-]+\\.example")
          .with(PROFILE + "SUBJECT_TEMPLATE", "CN={CN}.wifi,O=Example Corp")
          .with(PROFILE + "POLICIES", "1.3.6.1.4.1.99999.1");

  @TempDir Path work;

  @Test
  void strongSwanGetsACertificateAsTheProfileNamesItAndRenewsIt() throws IOException {
    var client = StrongSwan.of(SERVER, work);
    var old =
        client.enrollsInto(
            "old", "swan", "--san", "swan.example", "--password", SERVER.data().challenge());

    assertThat(old.getSubjectX500Principal().getName()).isEqualTo("O=Example Corp,CN=swan.wifi");
    assertThat(Duration.between(old.getNotBefore().toInstant(), old.getNotAfter().toInstant()))
        .isLessThanOrEqualTo(Duration.ofDays(30).plusMinutes(5));
    assertThat(old.getExtensionValue("2.5.29.32")).isNotNull();
    OpenSsl.assertAccepts(SERVER.data(), old, work);

    var renewed =
        client.enrollsInto(
            "new",
            "swan",
            "--san",
            "swan.example",
            "--cert",
            work.resolve("old.crt").toString(),
            "--key",
            work.resolve("old.key").toString());

    assertThat(renewed.getSubjectX500Principal()).isEqualTo(old.getSubjectX500Principal());
    assertThat(renewed.getSerialNumber()).isNotEqualTo(old.getSerialNumber());
    OpenSsl.assertAccepts(SERVER.data(), renewed, work);
  }

  @Test
  void eachBrokenRuleIsToldAndNothingIsIssued() {
    refused(
        new Device(SERVER, "profile-1")
            .request(
                csr -> csr.challenge(SERVER.data().challenge()).dnsName("profile-1.example.evil")),
        "san_not_allowed");
    refused(
        new Device(SERVER, "profile-2").request(csr -> csr.challenge(SERVER.data().challenge())),
        "san_missing");
    refused(
        new Device(SERVER, "profile-3")
            .key(Keys.freshEc())
            .request(csr -> csr.challenge(SERVER.data().challenge()).dnsName("profile-3.example")),
        "key_not_allowed");
  }

  @Test
  void aProfileThatIsNotThereStopsTheStart() throws IOException {
    var file = Files.writeString(work.resolve("profiles.json"), "{\"wifi\": {\"eku\": []}}");
    var result =
        SERVER
            .command("config", "check")
            .with("CERTCTL_PROFILES_PATH", file.toString())
            .with("CERTCTL_SCEP_PROFILE_DEFAULT_PROFILE_ID", "wi-fi")
            .run()
            .exitedWith(3);

    assertThat(result.output())
        .contains("CERTCTL_SCEP_PROFILE_DEFAULT_PROFILE_ID", "no certificate profile", "wifi");
  }

  private static void refused(Device device, String code) {
    var reply = device.send().failedWith(FailInfoCode.BAD_REQUEST);
    assertThat(reply.failInfoText()).contains(code);
    assertThat(new Inventory(SERVER.data()).certificatesOfTransaction(device.transactionId()))
        .isEqualTo(List.of());
  }
}
