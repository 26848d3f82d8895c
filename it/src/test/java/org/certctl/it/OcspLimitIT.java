package org.certctl.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// What one address may ask by OCSP, and the folder in which responders have their keys.
final class OcspLimitIT {

  @RegisterExtension static final CertctlServer SERVER = CertctlServer.withRsaCa();

  private static final int LIMIT = 5;

  static {
    var _ =
        SERVER
            .with("CERTCTL_OCSP_RESPONDER_KEY_DIR", "responders")
            .with("CERTCTL_OCSP_RATE_LIMIT_PER_IP_MIN", Integer.toString(LIMIT));
  }

  @TempDir Path work;

  @Test
  void whoAsksTooMuchIsToldWhenToComeAgain() throws IOException {
    var ocsp = new Ocsp(SERVER, work);
    var request = ocsp.request(ocsp.issuer(), BigInteger.TEN);
    for (var i = 0; i < LIMIT; i++) {
      assertThat(ocsp.post(request).status()).isEqualTo(200);
    }

    for (var refused : List.of(ocsp.post(request), ocsp.get(Ocsp.escaped(request)))) {
      assertThat(refused.status()).isEqualTo(429);
      assertThat(Integer.parseInt(refused.header("Retry-After").orElseThrow())).isBetween(1, 60);
      assertThat(refused.header("Cache-Control")).contains("no-store");
    }
    assertThat(
            SERVER.metric("certctl_ocsp_requests_total{issuer=\"iss-local\",result=\"limited\"}"))
        .hasValue(2);
    try (var keys = Files.list(SERVER.data().path().resolve("responders/iss-local"))) {
      assertThat(keys).hasSize(1);
    }
    assertThat(Files.exists(SERVER.data().path().resolve("ocsp"))).isFalse();
  }
}
