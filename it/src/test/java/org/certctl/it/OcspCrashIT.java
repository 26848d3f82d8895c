package org.certctl.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The process dies hard while the OCSP responder gets another key.
final class OcspCrashIT {

  /// A renewal is due ten seconds after the last.
  @RegisterExtension
  static final CertctlServer SERVER =
      CertctlServer.withEcCa()
          .with("CERTCTL_OCSP_RATE_LIMIT_PER_IP_MIN", "0")
          .with("CERTCTL_OCSP_RESPONDER_VALIDITY", "120s")
          .with("CERTCTL_OCSP_RESPONDER_ROTATION_GRACE", "110s");

  private static final int KILLED = 137;
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  @TempDir Path work;

  /// Between the draft, the audit trail, the new key's own name, the end of the old one, and the
  /// audit trail again.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "before-ocsp-append",
        "after-ocsp-append",
        "before-ocsp-made",
        "before-ocsp-retired"
      })
  void oneKeyIsLeftAndItAnswers(String point) {
    var ocsp = new Ocsp(SERVER, work);
    var certificate = new Device(SERVER, "ocsp-" + point).enroll();
    var before = ocsp.responder(certificate);
    SERVER.stop();

    assertThat(SERVER.runToItsEnd("-Dcertctl.crash-point=" + point)).isEqualTo(KILLED);

    SERVER.start();
    assertThat(ocsp.ask(certificate, "-nonce").succeeded().output())
        .contains("Response verify OK", "leaf.pem: good");
    Await.until(
        "another responder signs", PATIENCE, () -> !ocsp.responder(certificate).equals(before));
    Await.until(
        "its key is the only one",
        PATIENCE,
        () ->
            files().size() == 1
                && certificateIn(files().getFirst())
                    .equals(ocsp.responder(certificate).getSerialNumber()));
    assertThat(ocsp.ask(certificate, "-no_nonce").succeeded().output())
        .contains("Response verify OK", "leaf.pem: good");
  }

  private static java.math.BigInteger certificateIn(Path file) {
    return DataDirectory.certificates(file).getFirst().getSerialNumber();
  }

  /// Whatever lies there, drafts too.
  private static List<Path> files() {
    try (var files = Files.list(SERVER.data().path().resolve("ocsp").resolve("iss-local"))) {
      return files.toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
