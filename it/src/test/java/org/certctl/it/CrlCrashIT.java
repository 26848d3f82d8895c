package org.certctl.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.certctl.it.Crls.COMPLETE;
import static org.certctl.it.Crls.hex;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The process dies hard while a CRL is made and published.
final class CrlCrashIT {

  @RegisterExtension static final CertctlServer SERVER = CertctlServer.withEcCa();

  private static final int KILLED = 137;

  private final Crls crls = new Crls(SERVER);

  @TempDir Path work;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "after-crl-reserve",
        "before-crl-keepPart",
        "after-crl-keepPart",
        "before-crl-publish",
        "after-crl-publish"
      })
  void theLastCrlStaysAndTheNextKnowsEverything(String point) throws Exception {
    var certificate = new Device(SERVER, "crl-" + point).enroll();
    crls.await(COMPLETE);
    var before = crls.fetch(COMPLETE);
    SERVER.stop();
    SERVER.command("cert", "revoke", hex(certificate)).run().succeeded();

    assertThat(SERVER.runToItsEnd("-Dcertctl.crash-point=" + point)).isEqualTo(KILLED);

    SERVER.start();
    crls.awaitListed(COMPLETE, certificate);
    var after = crls.fetch(COMPLETE);
    assertThat(Crls.number(after)).isGreaterThan(Crls.number(before));
    assertThat(before.getRevokedCertificate(certificate)).isNull();
    assertThat(crls.openssl(work, certificate, List.of(after)).output())
        .contains("certificate revoked");
  }
}
