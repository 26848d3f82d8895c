package org.certctl.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// `CERTCTL_SCEP_ENABLED=false`: nobody enrolls, but what was issued can be checked.
final class ScepOffIT {

  @RegisterExtension
  static final CertctlServer SERVER =
      CertctlServer.withEcCa().with("CERTCTL_SCEP_ENABLED", "false");

  private static final Duration SOON = Duration.ofSeconds(20);

  @Test
  void theCrlIsMadeAndServedAndNothingElse() throws IOException {
    Await.until("a CRL is published", SOON, () -> status("/.well-known/pki/crl/iss-local") == 200);

    assertThat(status("/.well-known/pki/ca/iss-local")).isEqualTo(200);
    assertThat(status("/.well-known/pki/ocsp/iss-local/AQID")).isEqualTo(200);
    assertThat(status("/scep/default?operation=GetCACaps")).isEqualTo(404);
    assertThat(SERVER.metrics()).contains("certctl_certificate_expiry_seconds{kind=\"ca\"");
  }

  private static int status(String path) {
    try {
      return RawHttp.get(SERVER.httpPort(), path).status();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
