package org.certctl.cli.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.GeneralName;
import org.certctl.cli.CommandFailedException;
import org.certctl.cli.testserver.TestCa;
import org.certctl.cli.testserver.TestServer;
import org.certctl.pki.Sha256;
import org.certctl.pki.SubjectAltNames;
import org.certctl.scep.ContentCipher;
import org.certctl.scep.DigestAlgorithm;
import org.certctl.scep.MessageType;
import org.certctl.secret.Secret;
import org.junit.jupiter.api.Test;

class EnrollmentTest {
  private final TestServer server = new TestServer();
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final List<Duration> pauses = new ArrayList<>();
  private Instant now = TestCa.NOW;

  private Optional<String> challenge = Optional.of(TestServer.CHALLENGE);
  private Optional<Sha256> fingerprint =
      Optional.of(CaTrust.fingerprint(TestCa.ROOT.certificate()));
  private ContentCipher cipher = ContentCipher.AES_128;
  private boolean get;

  private Enrollment.Outcome enroll()
      throws CommandFailedException, IOException, InterruptedException {
    Clock clock =
        new Clock() {
          @Override
          public java.time.ZoneId getZone() {
            return ZoneOffset.UTC;
          }

          @Override
          public Clock withZone(java.time.ZoneId zone) {
            return this;
          }

          @Override
          public Instant instant() {
            return now;
          }
        };
    Pause pause =
        duration -> {
          pauses.add(duration);
          now = now.plus(duration);
        };
    EnrollmentPlan.Unkeyed plan =
        new EnrollmentPlan.Unkeyed(
            new X500Name("CN=dev1,O=corp"),
            List.of(new GeneralName(GeneralName.dNSName, "dev1.example.com")),
            challenge.map(Secret::of),
            fingerprint,
            Optional.empty(),
            cipher,
            DigestAlgorithm.SHA256,
            get,
            Duration.ofSeconds(60),
            Duration.ofSeconds(5));
    return new Enrollment(
            server,
            TestCa.CRYPTO,
            TestCa.RANDOM,
            clock,
            pause,
            new PrintWriter(out),
            new PrintWriter(err))
        .run(plan.withKey(TestCa.DEVICE_KEYS));
  }

  @Test
  void getsACertificateWithItsChain() throws Exception {
    Enrollment.Outcome outcome = enroll();

    assertThat(outcome.certificate().getSubject()).hasToString("CN=dev1,O=corp");
    assertThat(SubjectAltNames.textsOf(outcome.certificate().getExtensions()))
        .containsExactly("DNS:dev1.example.com");
    assertThat(outcome.chain())
        .containsExactly(TestCa.ISSUER.certificate(), TestCa.ROOT.certificate());
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void asksAgainWhilePendingAndWaitsLongerEachTime() throws Exception {
    server.pollsBeforeIssuing = 3;

    enroll();

    assertThat(server.seen)
        .containsExactly(
            MessageType.PKCS_REQ,
            MessageType.CERT_POLL,
            MessageType.CERT_POLL,
            MessageType.CERT_POLL);
    assertThat(pauses)
        .containsExactly(Duration.ofSeconds(5), Duration.ofSeconds(10), Duration.ofSeconds(20));
  }

  @Test
  void givesUpWhenTheDecisionTakesTooLong() {
    server.pollsBeforeIssuing = 1000;

    assertThatThrownBy(this::enroll)
        .isInstanceOf(CommandFailedException.class)
        .hasMessageContaining("run the same command again");
    assertThat(pauses.stream().reduce(Duration.ZERO, Duration::plus))
        .isEqualTo(Duration.ofSeconds(60));
  }

  @Test
  void sameRequestHasTheSameTransaction() throws Exception {
    server.pollsBeforeIssuing = 1000;
    String first = transactionOf(org.assertj.core.api.Assertions.catchThrowable(this::enroll));
    String second = transactionOf(org.assertj.core.api.Assertions.catchThrowable(this::enroll));

    assertThat(first).isEqualTo(second);
  }

  private static String transactionOf(Throwable failure) {
    return String.valueOf(failure.getMessage()).replaceAll(".*transaction ([0-9a-f]+).*", "$1");
  }

  @Test
  void saysWhyItWasRefused() {
    challenge = Optional.of("wrong");

    assertThatThrownBy(this::enroll)
        .isInstanceOf(CommandFailedException.class)
        .hasMessageContaining("badRequest, challenge_refused")
        .hasMessageContaining("the challenge is wrong, expired or used up");
  }

  @Test
  void hintsAtOtherAlgorithmsWhenTheseAreRefused() {
    cipher = ContentCipher.DES_EDE3;

    assertThatThrownBy(this::enroll).hasMessageContaining("badAlg");
  }

  @Test
  void sendsNothingToACaWithAnotherFingerprint() {
    fingerprint = Optional.of(Sha256.over(new byte[0]));

    assertThatThrownBy(this::enroll)
        .isInstanceOf(CommandFailedException.class)
        .hasMessageContaining("nothing was sent");
    assertThat(server.seen).isEmpty();
  }

  @Test
  void sendsNothingToAnRaThatTheCaDoesNotVouchFor() {
    var foreign =
        new TestCa.Template("CN=RA,O=Corp", TestCa.DEVICE_KEYS, false, TestCa.RA_USAGE)
            .issuedBy(
                new org.certctl.scep.client.Identity(
                    TestCa.DEVICE_KEYS, TestCa.ISSUER.certificate()));
    server.certificates = List.of(foreign, TestCa.ISSUER.certificate(), TestCa.ROOT.certificate());

    assertThatThrownBy(this::enroll).hasMessageContaining("does not vouch for CN=RA,O=Corp");
    assertThat(server.seen).isEmpty();
  }

  @Test
  void refusesACertificateThatTheCaDidNotSign() throws Exception {
    server.issuer = TestCa.ROOT;
    server.certificates = List.of(TestCa.RA.certificate(), TestCa.ISSUER.certificate());
    fingerprint = Optional.of(CaTrust.fingerprint(TestCa.ISSUER.certificate()));

    assertThatThrownBy(this::enroll)
        .isInstanceOf(CommandFailedException.class)
        .hasMessageContaining("not signed by the CA");

    fingerprint = Optional.empty();
    enroll();
    assertThat(err.toString()).contains("not signed by the CA");
  }

  @Test
  void warnsWhenNothingVouchesForTheCa() throws Exception {
    fingerprint = Optional.empty();

    enroll();

    assertThat(err.toString()).contains("nothing vouches for this CA");
  }

  @Test
  void sendsByGetWhenToldTo() throws Exception {
    get = true;

    enroll();

    assertThat(server.queries)
        .anyMatch(query -> query.startsWith("operation=PKIOperation&message="));
  }

  @Test
  void triesAServerWithoutCapabilities() throws Exception {
    server.capsStatus = 404;

    enroll();

    assertThat(err.toString()).contains("announces no capabilities");
  }
}
