package org.certctl.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import javax.security.auth.x500.X500Principal;
import org.jscep.client.Client;
import org.jscep.client.EnrollmentResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// Requests that wait for a human: real clients poll, `certctl pending` decides beside the server.
final class ApprovalIT {

  private static final String PROFILE = "CERTCTL_SCEP_PROFILE_DEFAULT_";
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  @RegisterExtension
  static final CertctlServer SERVER =
      CertctlServer.withRsaCa().with(PROFILE + "APPROVAL", "required");

  @TempDir Path work;

  @Test
  void jscepPollsUntilAHumanHasAgreed() throws Exception {
    var key = Keys.rsa();
    var identity = Keys.selfSigned("CN=jscep-poll", key);
    var csr = new Csr("CN=jscep-poll", key).challenge(SERVER.data().challenge()).build();
    var client = new Client(URI.create(SERVER.httpUrl()).toURL(), ApprovalIT::isOurs);

    var first = client.enrol(identity, key.getPrivate(), csr);
    assertThat(first.isPending()).isTrue();
    var second = poll(client, identity, key.getPrivate(), first);
    assertThat(second.isPending()).isTrue();
    pending("approve", number("jscep-poll")).succeeded();
    var third = poll(client, identity, key.getPrivate(), first);
    var again = poll(client, identity, key.getPrivate(), first);

    assertThat(third.isSuccess()).isTrue();
    assertThat(certificate(again)).as("PO-6").isEqualTo(certificate(third));
    OpenSsl.assertAccepts(SERVER.data(), certificate(third), work);
    assertThat(new Inventory(SERVER.data()).certificatesFor("jscep-poll")).hasSize(1);
  }

  @Test
  void jscepIsToldThatAHumanRefused() throws Exception {
    var key = Keys.rsa();
    var identity = Keys.selfSigned("CN=jscep-no", key);
    var csr = new Csr("CN=jscep-no", key).challenge(SERVER.data().challenge()).build();
    var client = new Client(URI.create(SERVER.httpUrl()).toURL(), ApprovalIT::isOurs);
    var first = client.enrol(identity, key.getPrivate(), csr);

    pending("reject", number("jscep-no"), "--reason", "not a company device").succeeded();

    assertThat(poll(client, identity, key.getPrivate(), first).isFailure()).isTrue();
    assertThat(new Inventory(SERVER.data()).certificatesFor("jscep-no")).isEmpty();
  }

  @Test
  void strongSwanPollsUntilAHumanHasAgreed() throws Exception {
    var strongSwan = StrongSwan.of(SERVER, work);
    var client =
        strongSwan
            .command("strongswan-poll", "--password", SERVER.data().challenge())
            .and("--maxpolltime", "60");

    var running = CompletableFuture.supplyAsync(client::run);
    pending("approve", number("strongswan-poll")).succeeded();
    var result = running.get();

    OpenSsl.assertAccepts(SERVER.data(), strongSwan.keep("issued", result), work);
    assertThat(result.stderr()).containsIgnoringCase("pending");
  }

  @Test
  void po9_micromdmsHabitOfResendingTheSameMessageKeepsOneEntry() {
    var device = new Device(SERVER, "resend");
    for (var i = 0; i < 3; i++) {
      var reply = device.send();
      assertThat(reply.pkiStatus()).isEqualTo("3");
      assertThat(reply.failInfo()).as("PO-4").isEmpty();
    }
    var number = number("resend");
    assertThat(list("resend")).singleElement().asString().contains("\"number\":" + number + ",");

    pending("approve", number).succeeded();
    var certificate = device.enroll();

    assertThat(device.enroll()).isEqualTo(certificate);
    assertThat(new Inventory(SERVER.data()).certificatesOfTransaction(device.transactionId()))
        .containsExactly(certificate.getSerialNumber());
  }

  @Test
  void theReasonOfARejectionReachesTheDevice() {
    var device = new Device(SERVER, "reason");
    assertThat(device.send().pkiStatus()).isEqualTo("3");
    pending("reject", number("reason"), "--reason", "ask the help desk: 4711").succeeded();

    var reply = device.send();

    assertThat(reply.pkiStatus()).isEqualTo("2");
    assertThat(reply.failInfoText()).contains("ask the help desk: 4711");
    assertThat(reply.failInfo()).contains("2");
  }

  @Test
  void certctlEnrollWaitsUntilAHumanHasAgreed() throws Exception {
    var out = work.resolve("dev.pem");
    var challenge = Files.writeString(work.resolve("challenge"), SERVER.data().challenge());
    var client =
        Certctl.command("enroll", SERVER.httpUrl(), "--challenge-file", challenge.toString())
            .and("--subject", "CN=enroll-waits", "--out", out.toString())
            .and("--poll-interval", "1", "--max-wait", "60");
    var running = CompletableFuture.supplyAsync(client::run);
    pending("approve", number("enroll-waits")).succeeded();

    assertThat(running.get().succeeded().stdout()).contains("Pending", "Issued");
    OpenSsl.assertAccepts(SERVER.data(), out, work);
  }

  @Test
  void a16_theFirstDecisionStandsAndTheSecondIsTold() {
    assertThat(new Device(SERVER, "twice").send().pkiStatus()).isEqualTo("3");
    var number = number("twice");
    pending("reject", number).succeeded();

    var late = pending("approve", number);

    assertThat(late.exitCode()).isEqualTo(1);
    assertThat(late.stderr()).contains("was refused by");
    assertThat(pending("approve", "999999").exitCode()).isEqualTo(1);
    assertThat(pending("reject", number, "--reason", "x".repeat(201)).exitCode()).isEqualTo(2);
  }

  @Test
  void a14_aKillBetweenApprovalAndIssuanceGivesExactlyOneCertificate() {
    var device = new Device(SERVER, "killed");
    assertThat(device.send().pkiStatus()).isEqualTo("3");
    var number = number("killed");
    SERVER.kill();
    pending("approve", number).succeeded();

    SERVER.start();
    Await.until(
        "the certificate is made",
        PATIENCE,
        () -> !new Inventory(SERVER.data()).certificatesFor("killed").isEmpty());
    SERVER.kill();
    SERVER.start();
    var certificate = device.enroll();

    assertThat(new Inventory(SERVER.data()).certificatesFor("killed"))
        .containsExactly(certificate.getSerialNumber());
    assertThat(new Inventory(SERVER.data()).events(device.transactionId()))
        .extracting(Inventory.Event::outcome)
        .startsWith("pending", "approved", "intended", "issued");
  }

  @Test
  void theMetricsShowWhatWaits() {
    assertThat(new Device(SERVER, "counted").send().pkiStatus()).isEqualTo("3");
    Await.until(
        "the gauge shows it",
        PATIENCE,
        () ->
            SERVER
                .metrics()
                .lines()
                .filter(line -> line.startsWith("certctl_enrollments_pending{"))
                .anyMatch(line -> !line.endsWith(" 0.0")));
    pending("reject", number("counted")).succeeded();
  }

  private static EnrollmentResponse poll(
      Client client,
      X509Certificate identity,
      java.security.PrivateKey key,
      EnrollmentResponse pending)
      throws Exception {
    return client.poll(
        identity,
        key,
        new X500Principal(identity.getSubjectX500Principal().getName()),
        pending.getTransactionId());
  }

  private static X509Certificate certificate(EnrollmentResponse response) throws Exception {
    return (X509Certificate) response.getCertStore().getCertificates(null).iterator().next();
  }

  private static boolean isOurs(X509Certificate certificate) {
    return SERVER.data().chain().contains(certificate)
        || SERVER.data().raCertificate().equals(certificate);
  }

  /// The number of the request for this common name, once it waits.
  private static String number(String commonName) {
    var inventory = new Inventory(SERVER.data());
    Await.until(commonName + " waits", PATIENCE, () -> !inventory.pending(commonName).isEmpty());
    return inventory.pending(commonName).getFirst();
  }

  private static List<String> list(String commonName) {
    return pending("list", "--json")
        .succeeded()
        .stdout()
        .lines()
        .filter(line -> line.contains("CN=" + commonName))
        .toList();
  }

  private static Command.Result pending(String... arguments) {
    return SERVER.command("pending").and(arguments).run();
  }
}
