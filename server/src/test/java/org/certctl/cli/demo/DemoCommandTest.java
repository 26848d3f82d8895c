package org.certctl.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.certctl.cli.CommandRun;
import org.certctl.cli.ExitCode;
import org.certctl.cli.client.Terminal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DemoCommandTest {

  private final CommandRun certctl =
      new CommandRun(
          Clock.fixed(Instant.parse("2026-11-22T12:00:00Z"), ZoneOffset.UTC),
          context ->
              List.of(
                  new DemoCommand(
                      context,
                      _ -> {
                        throw new AssertionError("nothing to start");
                      },
                      Terminal.none())));

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "65536"})
  void refusesWhatIsNoPort(String port) {
    assertThat(certctl.run("demo", "--port", port)).isEqualTo(ExitCode.USAGE);
    assertThat(certctl.err())
        .isEqualToIgnoringNewLines("error: --port is a number from 1 to 65535");
  }

  @Test
  void refusesADirectoryWhoseProfileTakesNoStaticChallenge(@TempDir Path parent) throws Exception {
    Path directory = parent.resolve("data");
    assertThat(certctl.run(CommandRun.on(directory, "init", "--ca-key", "p256"))).isZero();
    Path settings = directory.resolve("certctl.env");
    Files.writeString(
        settings,
        Files.readString(settings)
            .replaceAll("(?m)^CERTCTL_SCEP_PROFILE_DEFAULT_CHALLENGE_PASSWORD=.*$", "")
            .concat("CERTCTL_SCEP_PROFILE_DEFAULT_ONE_TIME_CHALLENGES=true\n"));

    assertThat(certctl.run(CommandRun.on(directory, "demo"))).isEqualTo(ExitCode.FAILURE);
    assertThat(certctl.err()).contains("profile default takes none").doesNotContain("unexpected");
  }
}
