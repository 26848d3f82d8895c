package org.certctl.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// A server that the operator told to answer no OCSP.
final class OcspOffIT {

  @RegisterExtension static final CertctlServer SERVER = CertctlServer.withRsaCa();

  static {
    var _ =
        SERVER
            .with("CERTCTL_PUBLIC_URL", "http://127.0.0.1:" + SERVER.httpPort())
            .with("CERTCTL_OCSP_ENABLED", "false");
  }

  @TempDir Path work;

  @Test
  void answersNoneAndNoCertificateSaysThatThereIsOne() {
    var certificate = new Device(SERVER, "ocsp-off").enroll();
    var pem = OpenSsl.writePem(work.resolve("c.pem"), List.of(certificate)).toString();
    var text = Command.of("openssl", "x509", "-noout", "-text", "-in", pem).run();

    assertThat(text.succeeded().stdout()).contains("CA Issuers - URI:").doesNotContain("OCSP");
    var ocsp = new Ocsp(SERVER, work);
    var request = ocsp.request(ocsp.issuer(), BigInteger.TEN);
    assertThat(ocsp.post(request).status()).isEqualTo(404);
    assertThat(ocsp.get(Ocsp.escaped(request)).status()).isEqualTo(404);
    assertThat(Files.exists(SERVER.data().path().resolve("ocsp")))
        .as("a key for nothing")
        .isFalse();
    assertThat(SERVER.metrics()).doesNotContain("kind=\"ocsp\"");
  }

  @Test
  void strongSwanGoesByTheCrlThenAndFetchesItByItself() throws IOException {
    var certificate = new Device(SERVER, "strongswan").enroll();
    var crls = new Crls(SERVER);
    crls.await(Crls.COMPLETE);
    assertThat(crl(certificate, "--online").succeeded().output())
        .contains("crl correctly signed by", "certificate status is good");
    assertThat(crl(certificate, "--crl", file()).succeeded().output())
        .contains("certificate status is good");

    SERVER.command("cert", "revoke", Crls.hex(certificate)).run().succeeded();
    crls.awaitListed(Crls.COMPLETE, certificate);

    for (var revocation : List.of(List.of("--online"), List.of("--crl", file()))) {
      var refused = crl(certificate, revocation.toArray(String[]::new));
      assertThat(refused.exitCode()).as(refused.output()).isNotZero();
      assertThat(refused.output()).contains("certificate was revoked");
    }
  }

  private Command.Result crl(X509Certificate certificate, String... revocation) {
    return StrongSwan.verify(SERVER, work, certificate, revocation);
  }

  /// The complete CRL in a file.
  private String file() throws IOException {
    var der = RawHttp.get(SERVER.httpPort(), Crls.COMPLETE).body();
    return Files.write(work.resolve("complete.crl"), der).toString();
  }
}
