package org.certctl.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jscep.client.Client;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// From one CA to the next under the eyes of clients (NXT-1 to NXT-6, A17, RFC 8894, figure 9).
final class RolloverIT {

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Duration FAR = Duration.ofDays(1);

  @RegisterExtension static final CertctlServer SERVER = CertctlServer.withRsaCa();

  @TempDir Path work;

  @Test
  void a17_handsOverAtItsDateWithoutARestartAndAcrossOne() throws Exception {
    var oldChain = SERVER.data().chain();
    var oldRa = announced().getFirst();
    assertThat(capabilities()).doesNotContain("GetNextCACert");
    assertThat(get("GetNextCACert").status()).as("NXT-5").isEqualTo(404);
    strongSwanEnrolls("before", oldChain, oldRa);

    var far = Instant.now().plus(FAR).truncatedTo(ChronoUnit.SECONDS);
    rollover("prepare", "--at", far.toString());
    Await.until("CAP-7", PATIENCE, () -> capabilities().contains("GetNextCACert"));
    var nextChain =
        DataDirectory.certificates(SERVER.data().path().resolve("ca").resolve("2/ca.crt"));
    assertThat(get("GetNextCACert").header("Content-Type"))
        .contains("application/x-x509-next-ca-cert");
    var fetched = jscepFetches(oldChain, oldRa);
    assertThat(fetched).as("NXT-1, NXT-3").containsAll(nextChain);
    var nextRa = issuedBy(fetched, nextChain.getFirst());
    assertThat(announced()).as("nothing has changed yet").startsWith(oldRa);

    enrolls("early", nextRa, nextChain);
    var former = enrolls("still", oldRa, oldChain);

    SERVER.stop();
    SERVER.start();
    enrolls("early-again", nextRa, nextChain);
    assertThat(status()).contains("issues now", "next, issues from " + far);

    var date = activateSoon();

    Await.until(
        "the new CA is announced", PATIENCE, () -> announced().contains(nextChain.getFirst()));
    assertThat(Instant.now()).isAfterOrEqualTo(date);
    assertThat(announced().getFirst()).isEqualTo(nextRa);
    assertThat(capabilities()).doesNotContain("GetNextCACert");
    assertThat(get("GetNextCACert").status()).isEqualTo(404);
    enrolls("late", oldRa, nextChain);
    enrolls("after", nextRa, nextChain);
    strongSwanEnrolls("strongswan-after", nextChain, nextRa);
    assertThat(status()).contains("issued until " + date, "issues now");
    assertThat(SERVER.audited()).contains("ca_rollover", "prepared", "switched");

    SERVER.stop();
    SERVER.start();
    var current = enrolls("after-restart", nextRa, nextChain);
    assertThat(new Ocsp(SERVER, work).ask(former).succeeded().output())
        .contains("Response verify OK", "leaf.pem: good");
    assertThat(Ocsp.ofNextCa(SERVER, work, nextChain).ask(current).succeeded().output())
        .contains("Response verify OK", "leaf.pem: good");
    cancelsTheOneAfterThat();
  }

  /// Sets a date that lies ahead when the command has started, however long that takes here.
  private static Instant activateSoon() {
    for (var ahead = Duration.ofSeconds(5); ; ahead = ahead.multipliedBy(2)) {
      var date = Instant.now().plus(ahead).truncatedTo(ChronoUnit.SECONDS);
      var result = run("activate", "--at", date.toString());
      if (result.exitCode() == 0) {
        return date;
      }
      assertThat(result.stderr()).contains("lies in the past");
    }
  }

  private static void cancelsTheOneAfterThat() {
    rollover("prepare");
    assertThat(run("prepare").exitCode()).isEqualTo(1);
    Await.until("CAP-7", PATIENCE, () -> capabilities().contains("GetNextCACert"));
    rollover("cancel");
    Await.until("NXT-5", PATIENCE, () -> !capabilities().contains("GetNextCACert"));
  }

  /// A device that encrypts to this RA gets a certificate under this root, in a reply that this RA
  /// has signed.
  private X509Certificate enrolls(String name, X509Certificate ra, List<X509Certificate> chain)
      throws IOException, CertificateException {
    var device = new Device(SERVER, name).recipient(ra);
    var reply = device.send();
    assertThat(reply.signerCertificate().getEncoded()).as("NXT-6").isEqualTo(ra.getEncoded());
    var certificate = device.certificate(reply);
    accepts(OpenSsl.writePem(work.resolve("leaf.pem"), List.of(certificate)), chain);
    return certificate;
  }

  private void accepts(Path certificate, List<X509Certificate> chain) {
    var root = OpenSsl.writePem(work.resolve("root.pem"), List.of(chain.getLast()));
    var issuing = OpenSsl.writePem(work.resolve("issuing.pem"), List.of(chain.getFirst()));
    Command.of("openssl", "verify", "-x509_strict", "-CAfile", root.toString())
        .and("-untrusted", issuing.toString(), certificate.toString())
        .run()
        .succeeded();
  }

  private void strongSwanEnrolls(String name, List<X509Certificate> chain, X509Certificate ra)
      throws IOException {
    var issued =
        StrongSwan.of(SERVER, work)
            .trusting(chain, ra)
            .enrolls(name, "--password", SERVER.data().challenge());
    accepts(OpenSsl.writePem(work.resolve("leaf.pem"), List.of(issued)), chain);
  }

  private static List<X509Certificate> jscepFetches(List<X509Certificate> chain, X509Certificate ra)
      throws Exception {
    var client =
        new Client(
            URI.create(SERVER.httpUrl()).toURL(),
            certificate -> chain.contains(certificate) || ra.equals(certificate));
    var found = new ArrayList<X509Certificate>();
    for (Certificate certificate : client.getRolloverCertificate().getCertificates(null)) {
      found.add((X509Certificate) certificate);
    }
    return found;
  }

  private static X509Certificate issuedBy(List<X509Certificate> all, X509Certificate ca) {
    return all.stream()
        .filter(each -> each.getBasicConstraints() < 0)
        .filter(each -> each.getIssuerX500Principal().equals(ca.getSubjectX500Principal()))
        .findFirst()
        .orElseThrow();
  }

  private static void rollover(String... words) {
    run(words).succeeded();
  }

  private static Command.Result run(String... words) {
    return SERVER.command("ca", "rollover").and(words).run();
  }

  private static String status() {
    return run("status").succeeded().stdout();
  }

  private static List<String> capabilities() {
    return get("GetCACaps").text().lines().toList();
  }

  private static List<X509Certificate> announced() {
    try {
      var found = new ArrayList<X509Certificate>();
      var body = new java.io.ByteArrayInputStream(get("GetCACert").body());
      for (Certificate each : CertificateFactory.getInstance("X.509").generateCertificates(body)) {
        found.add((X509Certificate) each);
      }
      return found;
    } catch (CertificateException e) {
      throw new AssertionError(e);
    }
  }

  private static RawHttp.Response get(String operation) {
    try {
      return RawHttp.get(SERVER.httpPort(), "/scep/default?operation=" + operation);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
