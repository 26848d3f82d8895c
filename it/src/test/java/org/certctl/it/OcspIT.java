package org.certctl.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.nio.file.Path;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.PKIXRevocationChecker;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.cert.ocsp.UnknownStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// OCSP from outside (RFC 6960, RFC 5019): what openssl and the JDK make of the answers.
final class OcspIT {

  @RegisterExtension static final CertctlServer SERVER = CertctlServer.withRsaCa();

  private static final byte[] MALFORMED_REQUEST = {0x30, 3, 10, 1, 1};
  private static final byte[] UNAUTHORIZED = {0x30, 3, 10, 1, 6};

  static {
    var _ = SERVER.with("CERTCTL_PUBLIC_URL", "http://127.0.0.1:" + SERVER.httpPort());
  }

  @TempDir Path work;

  private Ocsp ocsp() {
    return new Ocsp(SERVER, work);
  }

  @Test
  void opensslAcceptsTheAnswersByPostWithAndWithoutNonce() {
    var certificate = new Device(SERVER, "posts").enroll();
    for (var nonce : List.of("-nonce", "-no_nonce")) {
      var result = ocsp().ask(certificate, nonce).succeeded();
      assertThat(result.output())
          .contains("Response verify OK", "leaf.pem: good")
          .doesNotContain("WARNING");
    }
    assertThat(ocsp().ask(certificate, "-sha256", "-cert", pem("again", certificate)).output())
        .contains("again.pem: good");
  }

  @Test
  void answersByGetAsCachesNeedItHoweverTheRequestIsSpelled() {
    var certificate = new Device(SERVER, "gets").enroll();
    var request = ocsp().request(certificate);

    var response = ocsp().get(Ocsp.escaped(request));

    assertThat(response.status()).isEqualTo(200);
    assertThat(response.header("Content-Type")).contains("application/ocsp-response");
    assertThat(ocsp().verify(certificate, response.body()).succeeded().output())
        .contains("Response verify OK", "leaf.pem: good");
    assertThat(response.header("Cache-Control").orElseThrow())
        .containsPattern("max-age=3[56]\\d\\d, public, no-transform, must-revalidate");
    // RFC 9110, section 5.6.7: the day has two digits.
    assertThat(List.of("Last-Modified", "Expires"))
        .allSatisfy(
            name ->
                assertThat(response.header(name).orElseThrow())
                    .matches("[A-Z][a-z]{2}, \\d{2} [A-Z][a-z]{2} \\d{4} [0-9:]{8} GMT"));
    var tag = response.header("ETag").orElseThrow();
    assertThat(ocsp().get(Ocsp.escaped(request), "If-None-Match: " + tag).status()).isEqualTo(304);
    assertThat(ocsp().curl(Ocsp.escaped(request))).isEqualTo(response.body());
    for (var spelled :
        List.of(
            Ocsp.base64(request),
            Ocsp.base64(request).replace("=", ""),
            Ocsp.escaped(request).replace("%3D", ""))) {
      assertThat(ocsp().get(spelled).body()).as(spelled).isEqualTo(response.body());
    }
    assertThat(ocsp().post(request).body()).isEqualTo(response.body());
    assertThat(ocsp().post(request).header("Cache-Control")).contains("no-store");
  }

  @Test
  void takesRawAndEscapedSlashesInARow() {
    // Octets of ones are slashes in base64.
    var request = ocsp().request(ocsp().issuer(), BigInteger.TWO.pow(127).subtract(BigInteger.ONE));
    assertThat(Ocsp.base64(request)).contains("//");
    for (var spelled : List.of(Ocsp.base64(request), Ocsp.escaped(request))) {
      var response = ocsp().get(spelled);
      assertThat(Ocsp.content(response.body()).getResponses()[0].getCertStatus())
          .isInstanceOf(UnknownStatus.class);
      assertThat(response.header("Cache-Control")).contains("no-store");
    }
  }

  @Test
  void theNextAnswerHeedsARevocationAHoldAndARelease() throws Exception {
    var certificate = new Device(SERVER, "status").enroll();
    assertThat(ocsp().ask(certificate, "-no_nonce").output()).contains("leaf.pem: good");
    jdkValidate(certificate);

    cert("hold", certificate);
    assertThat(ocsp().ask(certificate, "-no_nonce").output())
        .contains("leaf.pem: revoked", "Reason: certificateHold");
    cert("release", certificate);
    assertThat(ocsp().ask(certificate, "-no_nonce").output()).contains("leaf.pem: good");
    cert("revoke", certificate, "--reason", "keyCompromise");
    for (var nonce : List.of("-nonce", "-no_nonce")) {
      assertThat(ocsp().ask(certificate, nonce).output())
          .contains("Response verify OK", "leaf.pem: revoked", "Reason: keyCompromise");
    }
    assertThatThrownBy(() -> jdkValidate(certificate))
        .isInstanceOfSatisfying(
            CertPathValidatorException.class,
            e ->
                assertThat(e.getReason())
                    .isEqualTo(CertPathValidatorException.BasicReason.REVOKED));
  }

  @Test
  void strongSwanAsksByItselfAndHeedsARevocation() {
    var certificate = new Device(SERVER, "strongswan").enroll();
    assertThat(StrongSwan.verify(SERVER, work, certificate, "--online").succeeded().output())
        .contains("ocsp response correctly signed by", "certificate status is good");

    cert("revoke", certificate, "--reason", "keyCompromise");

    var refused = StrongSwan.verify(SERVER, work, certificate, "--online");
    assertThat(refused.exitCode()).as(refused.output()).isNotZero();
    assertThat(refused.output())
        .contains("ocsp response correctly signed by", "reason: key compromise");
  }

  @Test
  void refusesWhatItMustInTheWayOfOcspOrOfHttp() {
    var foreign = SERVER.data().root();
    var alien = ocsp().request(foreign, BigInteger.TEN);

    assertThat(ocsp().post(alien).body()).isEqualTo(UNAUTHORIZED);
    assertThat(ocsp().get(Ocsp.escaped(alien)).body()).isEqualTo(UNAUTHORIZED);
    assertThat(ocsp().post(new byte[] {1, 2, 3}).body()).isEqualTo(MALFORMED_REQUEST);
    assertThat(ocsp().get("MA%3D%3DMA").body()).isEqualTo(MALFORMED_REQUEST);
    var malformed = ocsp().get("AQID");
    assertThat(malformed.body()).isEqualTo(MALFORMED_REQUEST);
    assertThat(malformed.status()).isEqualTo(200);
    assertThat(malformed.header("Cache-Control")).contains("no-store");

    assertThat(ocsp().post(alien, "application/octet-stream").status()).isEqualTo(415);
    assertThat(ocsp().post(new byte[20_000]).status()).isEqualTo(413);
    assertThat(ocsp().get("A".repeat(40_000)).status()).isEqualTo(414);
    assertThat(ocsp().get("").status()).isEqualTo(400);
    var put =
        ocsp().exchange("PUT " + Ocsp.PATH + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    assertThat(put.status()).isEqualTo(405);
    assertThat(put.header("Allow")).contains("GET, HEAD, POST");
    var nobody = Ocsp.PATH.replace("iss-local", "iss-other") + "/" + Ocsp.escaped(alien);
    assertThat(
            ocsp()
                .exchange("GET " + nobody + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                .status())
        .isEqualTo(404);
  }

  @Test
  void certificatesSayWhereAndARestartKeepsTheResponder() throws Exception {
    var certificate = new Device(SERVER, "restart").enroll();
    var text = Command.of("openssl", "x509", "-noout", "-text", "-in", pem("c", certificate)).run();
    assertThat(text.succeeded().stdout())
        .contains("OCSP - URI:http://127.0.0.1:" + SERVER.httpPort() + Ocsp.PATH)
        .contains("CA Issuers - URI:http://");
    var responder = ocsp().responder(certificate);
    assertThat(responder.getExtension(OCSPObjectIdentifiers.id_pkix_ocsp_nocheck)).isNotNull();

    SERVER.stop();
    SERVER.start();

    var again = ocsp().responder(certificate);
    assertThat(again.getSubjectPublicKeyInfo()).isEqualTo(responder.getSubjectPublicKeyInfo());
    // A key of the operator's is certified anew at each start.
    assertThat(again.equals(responder)).isNotEqualTo(SERVER.hasToken());
    jdkValidate(certificate);
    assertThat(SERVER.metrics())
        .contains("certctl_ocsp_requests_total{issuer=\"iss-local\",result=\"good\"}")
        .contains("certctl_ocsp_answers_total{issuer=\"iss-local\",source=\"cache\"}")
        .contains("certctl_certificate_expiry_seconds{kind=\"ocsp\",name=\"iss-local\"}");
    assertThat(SERVER.audited()).contains("ocsp_key");
  }

  private static void cert(String action, X509Certificate certificate, String... more) {
    SERVER
        .command("cert", action, certificate.getSerialNumber().toString(16))
        .and(more)
        .run()
        .succeeded();
  }

  private String pem(String name, X509Certificate certificate) {
    return OpenSsl.writePem(work.resolve(name + ".pem"), List.of(certificate)).toString();
  }

  /// Fails unless the JDK's own checker is told by OCSP that the certificate is good.
  private static void jdkValidate(X509Certificate certificate) throws Exception {
    var validator = CertPathValidator.getInstance("PKIX");
    var checker = (PKIXRevocationChecker) validator.getRevocationChecker();
    checker.setOptions(
        EnumSet.of(
            PKIXRevocationChecker.Option.NO_FALLBACK,
            PKIXRevocationChecker.Option.ONLY_END_ENTITY));
    var parameters = new PKIXParameters(Set.of(new TrustAnchor(SERVER.data().root(), null)));
    parameters.addCertPathChecker(checker);
    var path =
        CertificateFactory.getInstance("X.509")
            .generateCertPath(List.of(certificate, SERVER.data().chain().getFirst()));
    var _ = validator.validate(path, parameters);
  }
}
