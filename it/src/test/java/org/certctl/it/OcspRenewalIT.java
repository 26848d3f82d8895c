package org.certctl.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// OCSP responders that are renewed while the server runs, in the rhythm of seconds; their keys are
/// of another kind than that of the CA.
final class OcspRenewalIT {

  private static final Duration PATIENCE = Duration.ofMinutes(1);

  @RegisterExtension
  static final CertctlServer SERVER =
      CertctlServer.withEcCa()
          .with("CERTCTL_OCSP_RESPONDER_KEY", "rsa2048")
          .with("CERTCTL_OCSP_RATE_LIMIT_PER_IP_MIN", "0")
          .with("CERTCTL_OCSP_RESPONDER_VALIDITY", "120s")
          .with("CERTCTL_OCSP_RESPONDER_ROTATION_GRACE", "110s");

  @TempDir Path work;

  @Test
  void renewsTheResponderWithoutARestartAndDestroysTheOldKey() {
    var ocsp = new Ocsp(SERVER, work);
    var certificate = new Device(SERVER, "renewal").enroll();
    var first = ocsp.responder(certificate);
    var firstFile = fileOf(first.getSerialNumber());

    Await.until(
        "another responder signs", PATIENCE, () -> !ocsp.responder(certificate).equals(first));

    assertThat(ocsp.ask(certificate, "-nonce").succeeded().output())
        .contains("Response verify OK", "leaf.pem: good");
    assertThat(ocsp.responder(certificate).getSubjectPublicKeyInfo())
        .isNotEqualTo(first.getSubjectPublicKeyInfo());
    Await.until("the first key is destroyed", PATIENCE, () -> !Files.exists(firstFile));
  }

  private static Path fileOf(java.math.BigInteger serialNumber) {
    try (var files = Files.list(SERVER.data().path().resolve("ocsp").resolve("iss-local"))) {
      return files
          .filter(file -> file.toString().endsWith(".pem"))
          .filter(
              file -> {
                List<X509Certificate> certificates = DataDirectory.certificates(file);
                return certificates.getFirst().getSerialNumber().equals(serialNumber);
              })
          .findFirst()
          .orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
