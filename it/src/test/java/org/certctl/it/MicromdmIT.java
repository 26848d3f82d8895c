package org.certctl.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// micromdm's `scepclient` as packaged by Debian: single DES and SHA-1, whatever the server says.
final class MicromdmIT {

  @RegisterExtension static final CertctlServer SERVER = CertctlServer.withRsaCa();

  @TempDir Path work;

  @Test
  void isToldThatItsAlgorithmsAreBad() {
    var result =
        Command.of("scepclient", "-private-key", "client.key", "-certificate", "client.pem")
            .and("-server-url", SERVER.httpUrl(), "-challenge", SERVER.data().challenge())
            .and("-cn", "micromdm-1", "-debug")
            .in(work)
            .run();

    assertThat(result.exitCode()).as("%s", result).isNotZero();
    assertThat(result.output()).contains("badAlg");
    assertThat(work.resolve("client.pem")).doesNotExist();
    assertThat(new Inventory(SERVER.data()).certificatesFor("micromdm-1")).isEmpty();
  }
}
