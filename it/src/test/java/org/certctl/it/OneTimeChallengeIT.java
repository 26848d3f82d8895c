package org.certctl.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.certctl.it.Reply.FailInfoCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// One-time challenges on a profile that takes no other (CH-4 to CH-8, A2, A10, SEC-10, SEC-11).
final class OneTimeChallengeIT {

  private static final Map<String, String> PROFILE =
      Map.of(
          "CERTCTL_SCEP_PROFILE_DEFAULT_ONE_TIME_CHALLENGES", "true",
          "CERTCTL_SCEP_PROFILE_DEFAULT_CHALLENGE_PASSWORD", "");

  @RegisterExtension
  static final CertctlServer SERVER =
      CertctlServer.withRsaCa()
          .with("CERTCTL_SCEP_CHALLENGE_FAILURES_PER_MINUTE", "0")
          .with("CERTCTL_SCEP_PROFILE_DEFAULT_ONE_TIME_CHALLENGES", "true")
          .with("CERTCTL_SCEP_PROFILE_DEFAULT_CHALLENGE_PASSWORD", "");

  @TempDir Path work;

  @Test
  void strongSwanEnrollsWithAChallengeForItsIdentityWrittenTheOtherWayRound() throws IOException {
    var challenge =
        create("--subject", "CN=strongswan-once,O=certctl,C=CH", "--san", "dns:Once.example");

    var issued =
        StrongSwan.of(SERVER, work)
            .enrolls("strongswan-once", "--san", "once.example", "--password", challenge);

    OpenSsl.assertAccepts(SERVER.data(), issued, work);
  }

  @Test
  void sec10_a2_fiftyRequestsAtOnceGetOneCertificate() throws Exception {
    var challenge = create();
    var devices = new ArrayList<Device>();
    for (var i = 0; i < 50; i++) {
      var device =
          new Device(SERVER, "race-" + i)
              .key(Keys.freshEc())
              .request(csr -> csr.challenge(challenge));
      devices.add(device);
    }
    var issued = 0;
    for (var reply : Device.atOnce(devices)) {
      if (reply.pkiStatus().equals("0")) {
        issued++;
      } else {
        reply.failedWith(FailInfoCode.BAD_REQUEST);
      }
    }
    var inventory = new Inventory(SERVER.data());
    assertThat(issued).isEqualTo(1);
    assertThat(
            devices.stream()
                .mapToInt(d -> inventory.certificatesOfTransaction(d.transactionId()).size())
                .sum())
        .isEqualTo(1);
    assertThat(inventory.breaches()).isGreaterThanOrEqualTo(49);
    assertThat(SERVER.metric("certctl_challenge_breaches_total").orElseThrow())
        .isGreaterThanOrEqualTo(49);
  }

  @Test
  void sec1_a4_theVictimOfAThiefWhoUsedItsChallengeGetsItsCertificate() {
    var challenge = create();
    var victim =
        new Device(SERVER, "robbed").key(Keys.freshRsa()).request(csr -> csr.challenge(challenge));
    victim.requesterKey(victim.key());
    var thief =
        new Device(SERVER, "robbed")
            .key(victim.key())
            .requesterKey(Keys.freshRsa())
            .envelope(victim.envelope());
    var another =
        new Device(SERVER, "robbed")
            .key(victim.key())
            .requesterKey(Keys.freshRsa())
            .envelope(victim.envelope());

    var stolen = thief.enroll();
    assertThat(stolen.getPublicKey()).isEqualTo(victim.key().getPublic());
    refused(another);
    assertThat(victim.enroll()).isEqualTo(stolen);
    assertThat(new Inventory(SERVER.data()).certificatesOfTransaction(victim.transactionId()))
        .isEmpty();
  }

  @Test
  void sec11_a10_anotherIdentityIsRefusedAndUsesNothingUp() {
    var challenge = create("--subject", "CN=own,O=certctl", "--san", "dns:own.example");

    refused(new Device(SERVER, "foreign").request(csr -> csr.challenge(challenge)));
    refused(new Device(SERVER, "own").request(csr -> csr.challenge(challenge)));
    refused(
        new Device(SERVER, "own")
            .request(csr -> csr.challenge(challenge).dnsName("admin.example")));

    new Device(SERVER, "own")
        .request(csr -> csr.challenge(challenge).dnsName("OWN.example"))
        .enroll();
  }

  @Test
  void ch7_unknownExpiredUsedRevokedAndStaticReadTheSame() {
    var used = create();
    new Device(SERVER, "used-1").request(csr -> csr.challenge(used)).enroll();
    var revoked = create();
    var id = list().lines().filter(line -> line.contains("unused")).findFirst().orElseThrow();
    challenge("revoke", id.substring(0, 16)).succeeded();

    var texts = new ArrayList<String>();
    for (var value : List.of("x".repeat(24), used, revoked, SERVER.data().challenge())) {
      texts.add(refused(new Device(SERVER, "same").request(csr -> csr.challenge(value))));
    }
    assertThat(texts).containsOnly(texts.getFirst());
  }

  @Test
  void aRestartForgetsNeitherAChallengeNorItsUse() {
    var used = create();
    var unused = create();
    new Device(SERVER, "restart-1").request(csr -> csr.challenge(used)).enroll();

    SERVER.stop();
    SERVER.start();

    refused(new Device(SERVER, "restart-2").request(csr -> csr.challenge(used)));
    new Device(SERVER, "restart-3").request(csr -> csr.challenge(unused)).enroll();
  }

  @Test
  void ch4_ch5_theValueIsNowhere() {
    var challenge = create("--subject", "CN=nowhere-1,O=certctl");
    new Device(SERVER, "nowhere-1").request(csr -> csr.challenge(challenge)).enroll();

    assertThat(challenge).matches("[A-Za-z0-9]{24}");
    assertThat(new Inventory(SERVER.data()).mentions(challenge)).isFalse();
    assertThat(SERVER.log()).doesNotContain(challenge);
    assertThat(list()).doesNotContain(challenge).contains("used", "CN=nowhere-1");
  }

  @Test
  void commandsSayWhatIsWrong() {
    assertThat(challenge("create", "--profile", "nobody"))
        .satisfies(
            result -> {
              assertThat(result.exitCode()).isEqualTo(1);
              assertThat(result.stderr()).contains("there is no profile nobody");
            });
    assertThat(challenge("create").exitCode()).isEqualTo(2);
    assertThat(challenge("create", "--profile", "default", "--ttl", "1y").exitCode()).isEqualTo(2);
    assertThat(challenge("revoke", "0000000000000000"))
        .satisfies(
            result -> {
              assertThat(result.exitCode()).isEqualTo(1);
              assertThat(result.stderr()).contains("there is no challenge 0000000000000000");
            });
  }

  private static String refused(Device device) {
    var reply = device.send();
    reply.failedWith(FailInfoCode.BAD_REQUEST);
    return reply.failInfoText().orElseThrow();
  }

  private static String create(String... binding) {
    return command("create", "--profile", "default")
        .and(binding)
        .run()
        .succeeded()
        .stdout()
        .strip();
  }

  private static Command.Result challenge(String... words) {
    return command(words).run();
  }

  private static Command command(String... words) {
    return SERVER.command("challenge").and(words).with(PROFILE);
  }

  private static String list() {
    return challenge("list").succeeded().stdout();
  }
}
