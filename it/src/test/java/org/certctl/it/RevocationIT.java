package org.certctl.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertStore;
import java.security.cert.CertificateFactory;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXParameters;
import java.security.cert.PKIXRevocationChecker;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// Revocation from outside: the command beside the running server, the CRL it publishes, and what
/// openssl and the JDK make of it (GC-7).
final class RevocationIT {

  @RegisterExtension static final CertctlServer SERVER = CertctlServer.withRsaCa();

  private static final String CRL = "/.well-known/pki/crl/iss-local";
  private static final Duration SOON = Duration.ofSeconds(20);

  static {
    var _ = SERVER.with("CERTCTL_PUBLIC_URL", "http://127.0.0.1:" + SERVER.httpPort());
  }

  @TempDir Path work;

  @Test
  void aRevokedCertificateIsRefusedByOpensslAndTheJdk() throws Exception {
    var certificate = new Device(SERVER, "revoked").enroll();
    var other = new Device(SERVER, "good").enroll();
    awaitCrl();
    assertThat(opensslVerify(certificate).exitCode()).isZero();
    jdkValidate(certificate);

    cert("revoke", hex(certificate), "--reason", "keyCompromise").succeeded();
    awaitListed(certificate);

    assertThat(opensslVerify(certificate).exitCode()).isNotZero();
    assertThat(opensslVerify(certificate).output()).contains("certificate revoked");
    assertThatThrownBy(() -> jdkValidate(certificate))
        .isInstanceOfSatisfying(
            CertPathValidatorException.class,
            e ->
                assertThat(e.getReason())
                    .isEqualTo(CertPathValidatorException.BasicReason.REVOKED));
    assertThat(opensslVerify(other).exitCode()).isZero();
    jdkValidate(other);
    assertThat(crl().getRevokedCertificate(certificate).getRevocationReason())
        .isEqualTo(java.security.cert.CRLReason.KEY_COMPROMISE);
  }

  @Test
  void theJdkFindsTheCrlByItselfThroughTheCertificate() throws Exception {
    var certificate = new Device(SERVER, "points").enroll();
    awaitCrl();
    System.setProperty("com.sun.security.enableCRLDP", "true");
    try {
      validate(certificate, List.of());
      cert("revoke", hex(certificate)).succeeded();
      awaitListed(certificate);
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
    cert("hold", hex(certificate)).succeeded();
    awaitListed(certificate);
    assertThat(crl().getRevokedCertificate(certificate).getRevocationReason())
        .isEqualTo(java.security.cert.CRLReason.CERTIFICATE_HOLD);

    cert("release", hex(certificate)).succeeded();
    Await.until(
        "the release is in the CRL", SOON, () -> crl().getRevokedCertificate(certificate) == null);
  }

  @Test
  void theCrlIsServedOnBothListenersWithWhatCachesNeed() throws Exception {
    awaitCrl();
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
    assertThat(parsed(Files.readAllBytes(work.resolve("tls.crl"))).getIssuerX500Principal())
        .isEqualTo(issuer().getSubjectX500Principal());
  }

  @Test
  void theIssuersCertificateIsServed() throws Exception {
    var response = RawHttp.get(SERVER.httpPort(), "/.well-known/pki/ca/iss-local");

    assertThat(response.header("Content-Type")).contains("application/pkix-cert");
    assertThat(response.body()).isEqualTo(issuer().getEncoded());
  }

  @Test
  void aServerThatDiesAfterARevocationPublishesItWhenItIsBack() throws Exception {
    var certificate = new Device(SERVER, "orphan").enroll();
    awaitCrl();
    var before = number(crl());
    SERVER.kill();
    cert("revoke", hex(certificate)).succeeded();

    SERVER.start();
    awaitListed(certificate);

    assertThat(number(crl())).isGreaterThan(before);
  }

  private static RawHttp.Response conditional(String header) throws IOException {
    return RawHttp.exchange(
        SERVER.httpPort(),
        "GET " + CRL + " HTTP/1.1\r\nHost: a\r\n" + header + "\r\nConnection: close\r\n\r\n");
  }

  private static Command.Result cert(String... arguments) {
    return SERVER.command("cert").and(arguments).run();
  }

  private static String hex(X509Certificate certificate) {
    return certificate.getSerialNumber().toString(16);
  }

  private static X509Certificate issuer() {
    return SERVER.data().chain().getFirst();
  }

  private static void awaitCrl() {
    Await.until(
        "a CRL is published",
        SOON,
        () -> {
          try {
            return RawHttp.get(SERVER.httpPort(), CRL).status() == 200;
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  private static void awaitListed(X509Certificate certificate) {
    awaitCrl();
    Await.until(
        "the revocation is in the CRL",
        SOON,
        () -> crl().getRevokedCertificate(certificate) != null);
  }

  /// The CRL as it is served, verified.
  private static X509CRL crl() {
    try {
      return parsed(RawHttp.get(SERVER.httpPort(), CRL).body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static X509CRL parsed(byte[] der) {
    try {
      var crl =
          (X509CRL)
              CertificateFactory.getInstance("X.509").generateCRL(new ByteArrayInputStream(der));
      crl.verify(issuer().getPublicKey());
      return crl;
    } catch (java.security.GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static long number(X509CRL crl) {
    // OCTET STRING { INTEGER }, both shorter than 128 octets.
    var extension = crl.getExtensionValue("2.5.29.20");
    return new java.math.BigInteger(java.util.Arrays.copyOfRange(extension, 4, extension.length))
        .longValueExact();
  }

  private String pem(X509Certificate certificate) {
    return OpenSsl.writePem(work.resolve("leaf.pem"), List.of(certificate)).toString();
  }

  private Command.Result opensslVerify(X509Certificate certificate) throws Exception {
    var der = Files.write(work.resolve("issuing.crl"), crl().getEncoded());
    var crlPem = work.resolve("issuing.crl.pem");
    Command.of("openssl", "crl", "-inform", "DER", "-in", der.toString(), "-out", crlPem.toString())
        .run()
        .succeeded();
    var root = OpenSsl.writePem(work.resolve("root.pem"), List.of(SERVER.data().root()));
    var issuing = OpenSsl.writePem(work.resolve("issuing.pem"), List.of(issuer()));
    return Command.of(
            "openssl",
            "verify",
            "-x509_strict",
            "-crl_check",
            "-CAfile",
            root.toString(),
            "-untrusted",
            issuing.toString(),
            "-CRLfile",
            crlPem.toString(),
            pem(certificate))
        .run();
  }

  private static void jdkValidate(X509Certificate certificate) throws Exception {
    validate(certificate, List.of(crl()));
  }

  /// Fails unless the JDK's own checker knows the status and it is good; without CRLs it has to
  /// fetch one.
  private static void validate(X509Certificate certificate, List<X509CRL> crls) throws Exception {
    var validator = CertPathValidator.getInstance("PKIX");
    var checker = (PKIXRevocationChecker) validator.getRevocationChecker();
    checker.setOptions(
        EnumSet.of(
            PKIXRevocationChecker.Option.PREFER_CRLS,
            PKIXRevocationChecker.Option.NO_FALLBACK,
            PKIXRevocationChecker.Option.ONLY_END_ENTITY));
    var parameters = new PKIXParameters(Set.of(new TrustAnchor(SERVER.data().root(), null)));
    parameters.addCertPathChecker(checker);
    parameters.addCertStore(
        CertStore.getInstance("Collection", new CollectionCertStoreParameters(crls)));
    var path =
        CertificateFactory.getInstance("X.509").generateCertPath(List.of(certificate, issuer()));
    var _ = validator.validate(path, parameters);
  }
}
