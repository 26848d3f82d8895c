package org.certctl.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.certctl.it.Inventory.Event;
import org.certctl.it.Reply.FailInfoCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// Connector challenges on a profile that takes no other, and rotation of what is trusted.
final class ConnectorIT {

  private static final String PREFIX = "CERTCTL_SCEP_PROFILE_DEFAULT_INTUNE_";
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private static final Path FILES = Certctl.workDirectory("ConnectorIT-files");
  private static final ConnectorTokens CONNECTOR = new ConnectorTokens(FILES, "connector-1");
  private static final Path BUNDLE = bundle(CONNECTOR);

  @RegisterExtension
  static final CertctlServer SERVER =
      CertctlServer.withRsaCa()
          .with(PREFIX + "ENABLED", "true")
          .with(PREFIX + "CONNECTOR_CERT_PATH", BUNDLE.toString())
          .with(PREFIX + "AUDIENCE", ConnectorTokens.AUDIENCE)
          .with(PREFIX + "PER_DEVICE_RATE_LIMIT_24H", "2")
          .with("CERTCTL_SCEP_PROFILE_DEFAULT_RENEWAL_WINDOW", "3650d")
          .with("CERTCTL_SCEP_PROFILE_DEFAULT_RENEWAL_CHALLENGE_REQUIRED", "true");

  @TempDir Path work;

  @Test
  void strongSwanEnrollsWithAChallengeThatTheCommandSigned() throws IOException {
    var signer = work.resolve("connector.key");
    Command.of("openssl", "genrsa", "-out", signer.toString(), "2048").run().succeeded();
    var certificate = work.resolve("connector.crt");
    Command.of("openssl", "req", "-x509", "-new", "-key", signer.toString(), "-days", "30")
        .and("-subj", "/CN=strongswan connector", "-out", certificate.toString())
        .run()
        .succeeded();
    trust(CONNECTOR.pem() + Files.readString(certificate));
    var challenge =
        Certctl.command("connector", "sign", "--key", signer.toString(), "--device", "42")
            .and("--name", "swan", "--dns", "swan.example", "--audience", ConnectorTokens.AUDIENCE)
            .run()
            .succeeded()
            .stdout()
            .strip();

    var issued =
        StrongSwan.of(SERVER, work)
            .enrolls("swan", "--san", "swan.example", "--password", challenge);

    OpenSsl.assertAccepts(SERVER.data(), issued, work);
    trust(CONNECTOR.pem());
  }

  @Test
  void everyGateRefusesWithItsReasonInReplyAuditAndMetrics() throws IOException {
    var stranger = new ConnectorTokens(work, "stranger");
    var used = CONNECTOR.forDevice("used");
    var key = Keys.rsa();
    var issued = usingUp(used, key).enroll();
    assertCounted("success");
    assertThat(usingUp(used, key).enroll())
        .as("the same PKCS#10, signed by its own key, in another transaction (SEC-1)")
        .isEqualTo(issued);

    refused("gate", "x".repeat(300) + "..", FailInfoCode.BAD_REQUEST, "malformed");
    refused(
        "gate", stranger.forDevice("gate"), FailInfoCode.BAD_MESSAGE_CHECK, "signature_invalid");
    refused("gate", with("version", "\"v9\""), FailInfoCode.BAD_REQUEST, "unknown_version");
    refused("gate", with("exp", "1000000000"), FailInfoCode.BAD_MESSAGE_CHECK, "expired");
    refused("gate", with("iat", "4000000000"), FailInfoCode.BAD_MESSAGE_CHECK, "not_yet_valid");
    refused("gate", with("aud", "\"x\""), FailInfoCode.BAD_MESSAGE_CHECK, "wrong_audience");
    refused("gate", with("device_name", "\"x\""), FailInfoCode.BAD_REQUEST, "claim_mismatch");
    refused("used", used, FailInfoCode.BAD_MESSAGE_CHECK, "replay");
    for (var i = 0; i < 2; i++) {
      var token = CONNECTOR.forDevice("eager");
      new Device(SERVER, "eager").request(csr -> csr.challenge(token)).enroll();
    }
    refused("eager", CONNECTOR.forDevice("eager"), FailInfoCode.BAD_REQUEST, "rate_limited");
  }

  @Test
  void aRenewalThatNeedsAChallengeHasAnActionOfItsOwn() {
    var oldKey = Keys.freshRsa();
    var first = CONNECTOR.forDevice("renewed");
    var old =
        new Device(SERVER, "renewed")
            .key(oldKey)
            .requesterKey(oldKey)
            .request(csr -> csr.challenge(first))
            .enroll();

    var second = CONNECTOR.forDevice("renewed");
    var renewal = renewal(old, oldKey, second);
    renewal.enroll();
    assertThat(events(renewal))
        .containsExactly(
            new Event("scep_renewalreq_intune", "intended", ""),
            new Event("scep_renewalreq_intune", "issued", ""));

    var replay = renewal(old, oldKey, second);
    replay.send().failedWith(FailInfoCode.BAD_MESSAGE_CHECK);
    assertThat(events(replay))
        .containsExactly(new Event("scep_renewalreq_intune", "refused", "replay"));
  }

  private static Device renewal(X509Certificate old, KeyPair oldKey, String token) {
    return new Device(SERVER, "renewed")
        .messageType("17")
        .renewing(old, oldKey)
        .key(Keys.freshEc())
        .request(csr -> csr.challenge(token));
  }

  private static List<Event> events(Device device) {
    return new Inventory(SERVER.data()).events(device.transactionId());
  }

  @Test
  void aStaticChallengeIsNotTakenBesides() {
    new Device(SERVER, "static")
        .request(csr -> csr.challenge(SERVER.data().challenge()))
        .send()
        .failedWith(FailInfoCode.BAD_REQUEST);
    new Device(SERVER, "none").request(_ -> {}).send().failedWith(FailInfoCode.BAD_REQUEST);
  }

  @Test
  void theSameMessageAgainIsNoReplay() {
    var token = CONNECTOR.forDevice("again");
    var device = new Device(SERVER, "again").request(csr -> csr.challenge(token));

    var first = device.certificate(device.send());

    assertThat(device.certificate(device.send())).isEqualTo(first);
  }

  @Test
  void fiftyRequestsAtOnceWithOneChallengeGetOneCertificate() throws Exception {
    var token = CONNECTOR.forDevice("race");
    var devices = new ArrayList<Device>();
    for (var i = 0; i < 50; i++) {
      var device =
          new Device(SERVER, "race").key(Keys.freshEc()).request(csr -> csr.challenge(token));
      devices.add(device);
    }
    var issued = 0;
    for (var reply : Device.atOnce(devices)) {
      if (reply.pkiStatus().equals("0")) {
        issued++;
      } else {
        reply.failedWith(FailInfoCode.BAD_MESSAGE_CHECK);
        assertThat(reply.failInfoText()).contains("replay");
      }
    }
    assertThat(issued).isEqualTo(1);
    assertThat(new Inventory(SERVER.data()).certificatesFor("race")).hasSize(1);
  }

  @Test
  void aRestartForgetsNeitherTokensNorDevicesNorCounts() throws IOException {
    var used = CONNECTOR.forDevice("restart");
    new Device(SERVER, "restart").request(csr -> csr.challenge(used)).enroll();

    SERVER.stop();
    SERVER.start();

    assertCounted("success");
    refused("restart", used, FailInfoCode.BAD_MESSAGE_CHECK, "replay");
  }

  @Test
  void rotationUnderLoadFromOldOverBothToNewDropsNobody() throws Exception {
    assumeFalse(Certctl.ignoresHangUp(SERVER.pid()), "run under nohup, which has SIGHUP ignored");
    var next = new ConnectorTokens(work, "connector-2");
    var connector = new AtomicReference<>(CONNECTOR);
    var working = new AtomicBoolean(true);
    var enrolled = new AtomicInteger();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var load =
          threads.submit(
              () -> {
                while (working.get()) {
                  var name = "load-" + enrolled.get();
                  var token = connector.get().forDevice(name);
                  new Device(SERVER, name).request(csr -> csr.challenge(token)).enroll();
                  enrolled.incrementAndGet();
                }
              });
      try {
        awaitMore(load, enrolled);
        hangUp(CONNECTOR.pem() + next.pem());
        awaitTrust(next);
        awaitMore(load, enrolled);
        connector.set(next);
        awaitMore(load, enrolled);
        hangUp(next.pem());
        awaitDistrust(CONNECTOR);
        awaitMore(load, enrolled);
      } finally {
        working.set(false);
      }
      load.get();
    }

    refused(
        "late", CONNECTOR.forDevice("late"), FailInfoCode.BAD_MESSAGE_CHECK, "signature_invalid");

    Files.writeString(BUNDLE, "no certificate at all");
    var kept = SERVER.command("reload").run();
    assertThat(kept.exitCode()).isEqualTo(1);
    assertThat(kept.stdout()).contains("kept", "connector", "default", "no certificate in");
    var stillTrusted = next.forDevice("still");
    new Device(SERVER, "still").request(csr -> csr.challenge(stillTrusted)).enroll();

    trust(CONNECTOR.pem());
  }

  /// The one that is in flight and the one after it: made, sent and answered since this was called.
  private static void awaitMore(Future<?> load, AtomicInteger enrolled) {
    var enough = enrolled.get() + 2;
    Await.until("the load goes on", PATIENCE, () -> load.isDone() || enrolled.get() >= enough);
    assertThat(load.isDone()).as("an enrollment failed that should not").isFalse();
  }

  private static void hangUp(String pem) throws IOException {
    Files.writeString(BUNDLE, pem);
    Command.of("kill", "-HUP", Long.toString(SERVER.pid())).run().succeeded();
  }

  private static void awaitTrust(ConnectorTokens connector) {
    var attempt = new AtomicInteger();
    Await.until(
        "the new connector is trusted",
        PATIENCE,
        () -> isTrusted(connector, "trusted-" + attempt.incrementAndGet()));
  }

  private static void awaitDistrust(ConnectorTokens connector) {
    var attempt = new AtomicInteger();
    Await.until(
        "the old connector is trusted no more",
        PATIENCE,
        () -> !isTrusted(connector, "distrusted-" + attempt.incrementAndGet()));
  }

  private static boolean isTrusted(ConnectorTokens connector, String device) {
    var token = connector.forDevice(device);
    return new Device(SERVER, device)
        .request(csr -> csr.challenge(token))
        .send()
        .pkiStatus()
        .equals("0");
  }

  @Test
  void aReloadShowsTheAnchorsInTheMetrics() throws IOException {
    trust(CONNECTOR.pem());
    assertThat(SERVER.metrics())
        .contains("certctl_connector_anchor_expiry_seconds{profile=\"default\"", "CN=connector-1");
  }

  @Test
  void inspectShowsEachGateAndUsesNothingUp() throws IOException {
    var token = CONNECTOR.forDevice("inspected");
    var file = work.resolve("challenge.txt");
    Files.writeString(file, token + "\n");
    var inspect =
        Certctl.command("connector", "inspect", "--challenge-file", file.toString())
            .and("--connector-cert", CONNECTOR.certificate().toString());

    assertThat(inspect.run().succeeded().stdout()).contains("device-inspected", "signature");
    var wrong = inspect.and("--audience", "elsewhere").run().exitedWith(1);

    assertThat(wrong.stdout()).contains("FAILED  wrong_audience", "fix: ");
    new Device(SERVER, "inspected").request(csr -> csr.challenge(token)).enroll();
  }

  @Test
  void theStartRefusesABundleThatCannotBeUsed() throws IOException {
    var broken = work.resolve("broken.pem");
    Files.writeString(broken, "");
    var check =
        SERVER
            .command("config", "check")
            .with(
                Map.of(
                    PREFIX + "ENABLED", "true", PREFIX + "CONNECTOR_CERT_PATH", broken.toString()))
            .run()
            .exitedWith(3);

    assertThat(check.stderr()).contains(PREFIX + "CONNECTOR_CERT_PATH", broken.toString());
  }

  private static Device usingUp(String token, KeyPair key) {
    return new Device(SERVER, "used")
        .key(key)
        .requesterKey(key)
        .request(csr -> csr.challenge(token));
  }

  private static String with(String claim, String json) {
    var claims = CONNECTOR.claims("gate");
    claims.put(claim, json);
    return CONNECTOR.sign(claims);
  }

  private static void refused(String name, String token, FailInfoCode failInfo, String reason)
      throws IOException {
    var device = new Device(SERVER, name).key(Keys.freshEc()).request(csr -> csr.challenge(token));

    var reply = device.send();

    reply.failedWith(failInfo);
    assertThat(reply.failInfoText()).contains(reason);
    assertThat(new Inventory(SERVER.data()).events(device.transactionId()))
        .contains(new Event("scep_pkcsreq_intune", "refused", reason));
    assertCounted(reason);
  }

  /// Counts are read from the store at most once a second.
  private static void assertCounted(String status) {
    var expected = new Inventory(SERVER.data()).connectorEnrollments(status);
    assertThat(expected).isPositive();
    Await.until(
        expected + " times " + status + " in /metrics", PATIENCE, () -> metric(status) == expected);
  }

  private static double metric(String status) {
    return SERVER
        .metric("certctl_scep_intune_total{profile=\"default\",status=\"" + status + "\"}")
        .orElseThrow();
  }

  private static void trust(String pem) throws IOException {
    Files.writeString(BUNDLE, pem);
    reload();
  }

  private static void reload() {
    SERVER.command("reload").run().succeeded();
  }

  private static Path bundle(ConnectorTokens connector) {
    try {
      return Files.writeString(FILES.resolve("bundle.pem"), connector.pem());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
