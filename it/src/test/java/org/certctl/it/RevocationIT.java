package org.certctl.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertPathValidatorException;
import java.security.cert.X509Certificate;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// Revocation from outside: the command beside the running server, the CRL it publishes, and what
/// openssl and the JDK make of it (GC-7).
final class RevocationIT {

  @RegisterExtension static final CertctlServer SERVER = CertctlServer.withRsaCa();

  private static final String CRL = Crls.COMPLETE;

  static {
    var _ = SERVER.with("CERTCTL_PUBLIC_URL", "http://127.0.0.1:" + SERVER.httpPort());
  }

  private final Crls crls = new Crls(SERVER);

  @TempDir Path work;

  @Test
  void aRevokedCertificateIsRefusedByOpensslAndTheJdk() throws Exception {
    var certificate = new Device(SERVER, "revoked").enroll();
    var other = new Device(SERVER, "good").enroll();
    crls.await(CRL);
    assertThat(openssl(certificate).exitCode()).isZero();
    crls.jdk(certificate, List.of(crls.fetch(CRL)));

    cert("revoke", Crls.hex(certificate), "--reason", "keyCompromise").succeeded();
    crls.awaitListed(CRL, certificate);

    assertThat(openssl(certificate).exitCode()).isNotZero();
    assertThat(openssl(certificate).output()).contains("certificate revoked");
    assertThatThrownBy(() -> crls.jdk(certificate, List.of(crls.fetch(CRL))))
        .isInstanceOfSatisfying(
            CertPathValidatorException.class,
            e ->
                assertThat(e.getReason())
                    .isEqualTo(CertPathValidatorException.BasicReason.REVOKED));
    assertThat(openssl(other).exitCode()).isZero();
    crls.jdk(other, List.of(crls.fetch(CRL)));
    assertThat(crls.fetch(CRL).getRevokedCertificate(certificate).getRevocationReason())
        .isEqualTo(java.security.cert.CRLReason.KEY_COMPROMISE);
  }

  @Test
  void theJdkFindsTheCrlByItselfThroughTheCertificate() throws Exception {
    var certificate = new Device(SERVER, "points").enroll();
    crls.await(CRL);
    System.setProperty("com.sun.security.enableCRLDP", "true");
    try {
      crls.jdk(certificate, List.of());
      cert("revoke", Crls.hex(certificate)).succeeded();
      crls.awaitListed(CRL, certificate);
    } finally {
      System.clearProperty("com.sun.security.enableCRLDP");
    }
    var text = Command.of("openssl", "x509", "-noout", "-text", "-in", pem(certificate)).run();
    assertThat(text.succeeded().stdout())
        .contains("URI:http://127.0.0.1:" + SERVER.httpPort() + CRL)
        .contains(
            "CA Issuers - URI:http://127.0.0.1:" + SERVER.httpPort() + "/.well-known/pki/ca/");
  }

  @Test
  void aHoldIsListedAndItsReleaseTakesItOff() throws Exception {
    var certificate = new Device(SERVER, "held").enroll();
    cert("hold", Crls.hex(certificate)).succeeded();
    crls.awaitListed(CRL, certificate);
    assertThat(crls.fetch(CRL).getRevokedCertificate(certificate).getRevocationReason())
        .isEqualTo(java.security.cert.CRLReason.CERTIFICATE_HOLD);

    cert("release", Crls.hex(certificate)).succeeded();
    Await.until(
        "the release is in the CRL",
        Crls.SOON,
        () -> crls.fetch(CRL).getRevokedCertificate(certificate) == null);
  }

  @Test
  void theCrlIsServedOnBothListenersWithWhatCachesNeed() throws Exception {
    crls.await(CRL);
    var response = RawHttp.get(SERVER.httpPort(), CRL);

    assertThat(response.status()).isEqualTo(200);
    assertThat(response.header("Content-Type")).contains("application/pkix-crl");
    assertThat(response.header("Cache-Control").orElseThrow())
        .containsPattern("max-age=8[56]\\d{3}\\b");
    var tag = response.header("ETag").orElseThrow();
    var modified = response.header("Last-Modified").orElseThrow();
    assertThat(conditional("If-None-Match: " + tag).status()).isEqualTo(304);
    assertThat(conditional("If-None-Match: \"other\", W/" + tag).status()).isEqualTo(304);
    assertThat(conditional("If-None-Match: \"other\"").status()).isEqualTo(200);
    assertThat(conditional("If-Modified-Since: " + modified).status()).isEqualTo(304);
    assertThat(conditional("If-Modified-Since: yesterday").status()).isEqualTo(200);
    assertThat(RawHttp.get(SERVER.managementPort(), CRL).status()).isEqualTo(404);
    assertThat(RawHttp.get(SERVER.httpPort(), "/.well-known/pki/crl/iss-other").status())
        .isEqualTo(404);
    assertThat(RawHttp.get(SERVER.httpPort(), "/.well-known/pki/other/iss-local").status())
        .isEqualTo(404);
    assertThat(RawHttp.post(SERVER.httpPort(), CRL, new byte[0]).status()).isEqualTo(405);
    var overTls =
        Command.of(
                "curl",
                "--silent",
                "--fail",
                "--cacert",
                OpenSsl.writePem(work.resolve("root.pem"), List.of(SERVER.data().root()))
                    .toString(),
                "--output",
                work.resolve("tls.crl").toString(),
                "https://localhost:" + SERVER.httpsPort() + CRL)
            .run();
    overTls.succeeded();
    assertThat(crls.verified(Files.readAllBytes(work.resolve("tls.crl"))).getIssuerX500Principal())
        .isEqualTo(crls.issuer().getSubjectX500Principal());
  }

  @Test
  void theIssuersCertificateIsServed() throws Exception {
    var response = RawHttp.get(SERVER.httpPort(), "/.well-known/pki/ca/iss-local");

    assertThat(response.header("Content-Type")).contains("application/pkix-cert");
    assertThat(response.body()).isEqualTo(crls.issuer().getEncoded());
  }

  @Test
  void aServerThatDiesAfterARevocationPublishesItWhenItIsBack() throws Exception {
    var certificate = new Device(SERVER, "orphan").enroll();
    crls.await(CRL);
    var before = Crls.number(crls.fetch(CRL));
    SERVER.kill();
    cert("revoke", Crls.hex(certificate)).succeeded();

    SERVER.start();
    crls.awaitListed(CRL, certificate);

    assertThat(Crls.number(crls.fetch(CRL))).isGreaterThan(before);
  }

  private static RawHttp.Response conditional(String header) throws IOException {
    return RawHttp.exchange(
        SERVER.httpPort(),
        "GET " + CRL + " HTTP/1.1\r\nHost: a\r\n" + header + "\r\nConnection: close\r\n\r\n");
  }

  private static Command.Result cert(String... arguments) {
    return SERVER.command("cert").and(arguments).run();
  }

  private String pem(X509Certificate certificate) {
    return OpenSsl.writePem(work.resolve("leaf.pem"), List.of(certificate)).toString();
  }

  private Command.Result openssl(X509Certificate certificate) throws Exception {
    return crls.openssl(work, certificate, List.of(crls.fetch(CRL)));
  }
}
