package org.certctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.certctl.config.Environment;
import org.certctl.control.ControlSocket;
import org.certctl.keys.CryptoProviders;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReloadCommandTest {

  @TempDir Path parent;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void init() {
    assertThat(run("init", "--data-dir", directory().toString(), "--ca-key", "p256")).isZero();
    out.getBuffer().setLength(0);
  }

  private Path directory() {
    return parent.resolve("data");
  }

  @Test
  void succeedsWhenEverythingIsInForce() throws Exception {
    assertThat(reload("changed    tls  server: CN=a", "unchanged  ra  default: CN=b"))
        .isEqualTo(ExitCode.OK);
    assertThat(out.toString()).contains("CN=a", "CN=b");
  }

  @Test
  void failsWhenSomethingWasKept() throws Exception {
    assertThat(reload("changed    tls  server: CN=a", "kept       ra  default: no file"))
        .isEqualTo(ExitCode.FAILURE);
  }

  @Test
  void anAnswerThatIsNotUnderstoodIsNoSuccess() throws Exception {
    assertThat(reload("unknown command")).isEqualTo(ExitCode.FAILURE);
    assertThat(out.toString()).contains("unknown command");
  }

  @Test
  void noAnswerIsNoSuccess() throws Exception {
    assertThat(reload()).isEqualTo(ExitCode.FAILURE);
    assertThat(err.toString()).contains("the server gave no answer");
  }

  @Test
  void saysThatNoServerRuns() {
    assertThat(run("reload", "--data-dir", directory().toString())).isEqualTo(ExitCode.FAILURE);
    assertThat(err.toString()).contains("could be reached");
  }

  private int reload(String... answer) throws Exception {
    try (ControlSocket server = ControlSocket.open(directory(), (_, _) -> List.of(answer))) {
      assertThat(server).isNotNull();
      return run("reload", "--data-dir", directory().toString());
    }
  }

  private int run(String... arguments) {
    CommandContext context =
        new CommandContext(
            Environment.of(Map.of()),
            CryptoProviders.detect(),
            Clock.fixed(Instant.parse("2026-11-22T12:00:00Z"), ZoneOffset.UTC),
            new SecureRandom(),
            new PrintWriter(out),
            new PrintWriter(err),
            "1.2.3");
    return new CertctlCommandLine(context, List.of(new ReloadCommand(context))).run(arguments);
  }
}
