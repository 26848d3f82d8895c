package org.certctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.certctl.control.ControlSocket;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReloadCommandTest {

  @TempDir Path parent;

  private final CommandRun certctl =
      new CommandRun(
          Clock.fixed(Instant.parse("2026-11-22T12:00:00Z"), ZoneOffset.UTC),
          context -> List.of(new ReloadCommand(context)));

  @BeforeEach
  void init() {
    assertThat(run("init", "--ca-key", "p256")).isZero();
  }

  private Path directory() {
    return parent.resolve("data");
  }

  @Test
  void succeedsWhenEverythingIsInForce() throws Exception {
    assertThat(reload("changed    tls  server: CN=a", "unchanged  ra  default: CN=b"))
        .isEqualTo(ExitCode.OK);
    assertThat(certctl.out()).contains("CN=a", "CN=b");
  }

  @Test
  void failsWhenSomethingWasKept() throws Exception {
    assertThat(reload("changed    tls  server: CN=a", "kept       ra  default: no file"))
        .isEqualTo(ExitCode.FAILURE);
  }

  @Test
  void anAnswerThatIsNotUnderstoodIsNoSuccess() throws Exception {
    assertThat(reload("unknown command")).isEqualTo(ExitCode.FAILURE);
    assertThat(certctl.out()).contains("unknown command");
  }

  @Test
  void noAnswerIsNoSuccess() throws Exception {
    assertThat(reload()).isEqualTo(ExitCode.FAILURE);
    assertThat(certctl.err()).contains("the server gave no answer");
  }

  @Test
  void saysThatNoServerRuns() {
    assertThat(run("reload")).isEqualTo(ExitCode.FAILURE);
    assertThat(certctl.err()).contains("could be reached");
  }

  private int reload(String... answer) throws Exception {
    try (ControlSocket server = ControlSocket.open(directory(), (_, _) -> List.of(answer))) {
      assertThat(server).isNotNull();
      return run("reload");
    }
  }

  private int run(String... words) {
    return certctl.run(CommandRun.on(directory(), words));
  }
}
