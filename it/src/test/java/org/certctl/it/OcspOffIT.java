package org.certctl.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
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
}
