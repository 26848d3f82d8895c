package org.certctl.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `certctl enroll` and `certctl probe` against a server that nobody here wrote: micromdm's.
final class ForeignServerIT {

  @TempDir static Path work;

  private static Process server;
  private static int port;

  @BeforeAll
  static void start() throws IOException {
    Command.of("scepserver", "ca", "-init").in(work).run().succeeded();
    port = Ports.free();
    server =
        new ProcessBuilder(
                "scepserver",
                "-depot",
                "depot",
                "-challenge",
                "secret",
                "-port",
                String.valueOf(port))
            .directory(work.toFile())
            .redirectErrorStream(true)
            .redirectOutput(work.resolve("scepserver.log").toFile())
            .start();
    Await.until("scepserver listens", Duration.ofSeconds(30), ForeignServerIT::listens);
  }

  private static boolean listens() {
    try {
      return RawHttp.get(port, "/scep?operation=GetCACaps").status() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  @AfterAll
  static void stop() {
    server.destroyForcibly();
  }

  @Test
  void enrolls() throws IOException {
    var challenge = Files.writeString(work.resolve("challenge"), "secret");
    var out = work.resolve("device.pem");

    Certctl.command("enroll", url(), "--challenge-file", challenge.toString())
        .and("--subject", "CN=foreign-1", "--out", out.toString())
        .run()
        .succeeded();

    Command.of("openssl", "verify", "-CAfile", work.resolve("depot/ca.pem").toString())
        .and(out.toString())
        .run()
        .succeeded();
  }

  @Test
  void saysWhatDevicesWouldStumbleOver() {
    var result = Certctl.run("probe", url());

    assertThat(result.exitCode()).as("%s", result).isIn(0, 1);
    assertThat(result.output()).contains("DES3").doesNotContain(".java:", "\tat ");
  }

  private static String url() {
    return "http://127.0.0.1:" + port + "/scep";
  }
}
