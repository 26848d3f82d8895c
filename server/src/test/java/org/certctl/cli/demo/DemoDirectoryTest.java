package org.certctl.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.certctl.cli.CommandContext;
import org.certctl.cli.CommandRun;
import org.certctl.cli.testserver.TestCa;
import org.certctl.secret.Secret;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoDirectoryTest {

  private static final int FILES = 20_000;

  @Test
  void isGoneForWhomeverClosedItEvenWhenTwoDo() throws Exception {
    DemoDirectory directory = DemoDirectory.open(Optional.empty(), "test", context());
    for (int i = 0; i < FILES; i++) {
      Files.createFile(directory.path().resolve("file" + i));
    }
    Path firstToGo = Files.createFile(directory.path().resolve("zzz"));
    Callable<Boolean> close =
        () -> {
          directory.close();
          return Files.exists(directory.path());
        };
    Callable<Boolean> closeMeanwhile =
        () -> {
          while (Files.exists(firstToGo)) {
            Thread.onSpinWait();
          }
          return close.call();
        };

    List<Boolean> left = new ArrayList<>();
    try (var threads = Executors.newFixedThreadPool(2)) {
      for (var one : threads.invokeAll(List.of(close, closeMeanwhile))) {
        left.add(one.get());
      }
    }

    assertThat(left).containsOnly(false);
  }

  @Test
  void keepsANamedOne(@TempDir Path parent) throws Exception {
    Path named = parent.resolve("named");
    try (DemoDirectory directory = DemoDirectory.open(Optional.of(named), "test", context())) {
      directory.writeChallenge(Secret.of("a challenge"));
      assertThat(directory.challengeFile()).exists();
    }

    assertThat(named).isNotEmptyDirectory();
    assertThat(named.resolve("demo-challenge.txt")).doesNotExist();
  }

  private static CommandContext context() {
    return new CommandRun(TestCa.CLOCK, _ -> List.of()).context();
  }
}
