package org.certctl.cli.probe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.certctl.cli.client.CaTrust;
import org.certctl.cli.testserver.TestCa;
import org.certctl.cli.testserver.TestServer;
import org.certctl.outbound.TlsObservation;
import org.certctl.scep.AlgorithmPolicy;
import org.certctl.scep.FailInfo;
import org.certctl.scep.MessageType;
import org.certctl.scep.client.Identity;
import org.certctl.secret.Secret;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a probe finds in connections, capabilities, messages, challenges and renewals.
class ProbeTest extends ProbeFixture {

  @Test
  void findsNothingWrongWithAGoodServer() {
    wrongChallenge = true;
    challenge = Optional.of(Secret.of(TestServer.CHALLENGE));
    fingerprint = Optional.of(CaTrust.fingerprint(TestCa.ISSUER.certificate()));

    assertThat(probe().inOrder()).allMatch(finding -> finding.severity() == Severity.OK);
  }

  @Test
  void changesNothingWithoutAChallenge() {
    probe();

    assertThat(server.scep.seen).isNotEmpty().containsOnly(MessageType.CERT_POLL);
  }

  // Connection

  @Test
  void tellsWhenNobodyAnswers() {
    server.failure = new IOException("nobody listens there");

    finds("connection_failed", Severity.PROBLEM);
  }

  @Test
  void tellsOfRedirectsAndGoesNoFurther() {
    server.broken = _ -> true;
    server.brokenStatus = 301;
    server.fields.put("Location", "https://scep.test/scep");

    finds("connection_redirects", Severity.PROBLEM, "jscep", "Cisco IOS");
    assertThat(server.scep.queries).isEmpty();
  }

  @Test
  void tellsOfAWebPageAndReadsNothingIntoIt() {
    server.broken = _ -> true;
    server.brokenStatus = 200;
    server.brokenBody = "<html><body>Please log in</body></html>";

    finds("caps_web_page", Severity.PROBLEM, "all");
    assertThat(probe().inOrder())
        .noneMatch(finding -> finding.topic() == Topic.HABITS)
        .noneMatch(finding -> finding.code().equals("caps_announced"));
  }

  @Test
  void tellsOfNamesThatMakeClientsFallBack() {
    server.fields.put("Server", "Microsoft-IIS/10.0");

    finds("connection_named_iis", Severity.WARNING);
  }

  // TLS

  private void tls(TestCa.Template certificate, boolean asks, Optional<String> distrust) {
    server.url = URI.create("https://scep.test/scep");
    server.tls =
        new TlsObservation(
            "TLSv1.3",
            "TLS_AES_128_GCM_SHA256",
            List.of(certificate.issuedBy(TestCa.ISSUER), TestCa.ISSUER.certificate()),
            asks,
            distrust);
  }

  private static TestCa.Template tlsCertificate() {
    return new TestCa.Template("CN=scep.test", KEYS, false, TestCa.RA_USAGE);
  }

  @Test
  void tellsOfClientCertificatesAskedFor() {
    tls(tlsCertificate(), true, Optional.empty());

    finds("tls_client_certificate", Severity.WARNING, "Apple");
  }

  @Test
  void tellsOfTlsCertificatesWithoutTheName() {
    tls(tlsCertificate(), false, Optional.empty());

    finds("tls_wrong_name", Severity.PROBLEM);
  }

  @Test
  void tellsOfDistrustAndExpiry() {
    tls(tlsCertificate().until(TestCa.NOW.minusSeconds(1)), false, Optional.of("unknown CA"));

    finds("tls_untrusted", Severity.WARNING);
    finds("tls_expired", Severity.PROBLEM);
  }

  @Test
  void tellsWhenOldTlsIsRefused() {
    tls(tlsCertificate(), false, Optional.empty());
    server.refusesVersions = versions -> versions.equals(List.of("TLSv1.2"));

    finds("tls_no_1_2", Severity.WARNING, "old devices");
  }

  // Capabilities

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          AES\\r\\nSHA-256\\r\\nSHA-384              | caps_carriage_return | WARNING | Apple
          AES\\n\\nSHA-256                           | caps_blank_line      | WARNING | strongSwan
          SHA-256\\nAES\\nSCEPStandard               | caps_no_sha384       | WARNING | strongSwan 5.9.8-5.9.10
          SHA256\\nAES                              | caps_misspelt        | PROBLEM | sscep
          sha-256\\nAES                             | caps_misspelt        | PROBLEM | sscep
          DES\\nMD5                                 | caps_des             | PROBLEM | Apple
          POSTPKIOperation\\nSHA-256                | caps_no_aes          | WARNING | jscep
          POSTPKIOperation\\nSHA-256\\nAES           | caps_not_standard    | WARNING | ''
          SCEPStandard                             | caps_no_postpkioperation | NOTE | old devices
          AES\\nSHA-256\\nSHA-384\\nAES256           | caps_private_aes     | NOTE    | certmonger
          AES\\nSHA-256\\nDES3                       | caps_legacy          | NOTE    | ''
          """)
  void readsCapabilitiesAsClientsDo(String caps, String code, Severity severity, String client) {
    server.scep.caps = caps.replace("\\r", "\r").replace("\\n", "\n");

    Finding finding = found(code);
    assertThat(finding.severity()).isEqualTo(severity);
    if (!client.isEmpty()) {
      assertThat(finding.clients()).contains(client);
    }
  }

  @Test
  void tellsWhenThereAreNoCapabilities() {
    server.scep.capsStatus = 404;

    finds("caps_missing", Severity.PROBLEM, "sscep");
  }

  @Test
  void tellsOfListsThatCertmongerRefuses() {
    server.scep.caps = TestServer.GOOD_CAPS + "\n" + "X".repeat(1024);

    finds("caps_too_long", Severity.PROBLEM, "certmonger");
  }

  @Test
  void aLineEndAtTheEndIsNoBlankLine() {
    server.scep.caps = TestServer.GOOD_CAPS + "\n";

    assertThat(probe().has("caps_blank_line")).isFalse();
  }

  // Messages

  @Test
  void tellsWhenGetIsNotServed() {
    server.scep.servesGet = false;

    finds("message_get", Severity.PROBLEM, "certmonger", "Cisco IOS");
  }

  @Test
  void tellsWhenPostIsNotServed() {
    server.broken = query -> query.method().equals("POST");
    server.brokenStatus = 405;

    finds("message_post", Severity.PROBLEM, "jscep");
  }

  @Test
  void tellsWhenPollsBreakTheServer() {
    server.broken = query -> query.rawQuery().startsWith("operation=PKIOperation");

    finds("message_poll_status", Severity.WARNING, "certmonger");
  }

  @Test
  void tellsWhenABarePlusGetsLost() {
    server.broken =
        query -> query.method().equals("GET") && query.rawQuery().matches(".*message=.*\\+.*");
    server.brokenStatus = 400;

    Findings findings = probe();
    assertThat(findings.has("message_get_raw_plus")).isTrue();
    assertThat(findings.count(Severity.PROBLEM)).isZero();
  }

  @Test
  void tellsOfAnswersWithTheWrongMediaType() {
    server.scep.replyType = "application/octet-stream";

    finds("reply_media_type", Severity.PROBLEM, "certmonger");
  }

  @Test
  void tellsOfAnswersSignedBySomebodyElse() {
    server.scep.ra = new Identity(TestCa.RA_KEYS, ra(TestCa.RA_USAGE, TestCa.ISSUER));

    finds("reply_signature", Severity.PROBLEM, "all");
  }

  @Test
  void tellsOfWeakAlgorithmsTaken() {
    server.scep.policy = AlgorithmPolicy.legacy();

    finds("message_taken_not_announced", Severity.NOTE);
  }

  @Test
  void tellsOfAlgorithmsAnnouncedButRefused() {
    server.scep.caps = TestServer.GOOD_CAPS + "\nDES3";

    finds("message_announced_not_taken", Severity.PROBLEM);
  }

  // Habits

  @Test
  void tellsOfServersThatNeedHost() {
    server.needsHost = true;

    finds("http_no_host", Severity.WARNING, "strongSwan by GET");
    finds("http_1_0", Severity.WARNING, "Cisco IOS");
  }

  @Test
  void tellsOfServersThatKnowOnePathOnly() {
    server.broken = query -> !query.pathSuffix().isEmpty();
    server.brokenStatus = 404;

    finds("http_pkiclient_suffix", Severity.WARNING, "Windows");
    finds("http_trailing_slash", Severity.WARNING);
  }

  @Test
  void tellsOfShortRequestLines() {
    server.broken = query -> query.rawQuery().length() > 8192;
    server.brokenStatus = 414;

    finds("http_long_line", Severity.WARNING, "certmonger");
  }

  // Challenge

  @Test
  void criesOutWhenAWrongChallengeIsTaken() {
    wrongChallenge = true;
    server.scep.checksChallenge = false;

    finds("challenge_ignored", Severity.PROBLEM);
  }

  @Test
  void saysWhatAWrongChallengeIsAnsweredWith() {
    wrongChallenge = true;

    assertThat(found("challenge_refused").text()).contains("badRequest \"challenge_refused\"");
  }

  @Test
  void tellsWhenTheRightChallengeIsRefused() {
    challenge = Optional.of(Secret.of("not that one"));

    finds("enrollment_refused", Severity.PROBLEM);
  }

  // Renewal

  private void enrolls() {
    challenge = Optional.of(Secret.of(TestServer.CHALLENGE));
  }

  @Test
  void rn1_renewsWhatItEnrolledWhereRenewalIsAnnounced() {
    enrolls();

    finds("renewal_works", Severity.OK);
    assertThat(server.scep.seen).contains(MessageType.RENEWAL_REQ);
  }

  @Test
  void triesNoRenewalWhereNoneIsAnnounced() {
    enrolls();
    server.scep.caps = TestServer.GOOD_CAPS.replace("Renewal\n", "");

    assertThat(probe().has("enrollment_issued")).isTrue();
    assertThat(server.scep.seen).doesNotContain(MessageType.RENEWAL_REQ);
  }

  @Test
  void aRenewalWindowIsNoFault() {
    enrolls();
    server.scep.renewalRefusal = "renewal_too_early";
    finds("renewal_too_early", Severity.NOTE);

    server.scep.renewalRefusal = "denied by policy module";
    assertThat(found("renewal_refused").severity()).isEqualTo(Severity.NOTE);
    assertThat(found("renewal_refused").text())
        .contains("badRequest")
        .contains("denied by policy module");
  }

  @Test
  void tellsWhenARenewalIsNotUnderstood() {
    enrolls();
    server.scep.renewalRefusal = "no";
    server.scep.renewalFailInfo = FailInfo.BAD_ALG;

    finds("renewal_refused", Severity.WARNING);
  }

  @Test
  void tellsWhenARenewalBringsTheOldCertificate() {
    enrolls();
    server.scep.renewalGivesTheOld = true;

    finds("renewal_same_certificate", Severity.WARNING);
  }
}
