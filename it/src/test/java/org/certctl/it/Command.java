package org.certctl.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// A program of this machine, run to its end.
final class Command {

  private static final Duration DEADLINE = Duration.ofMinutes(5);

  private final List<String> words;
  private final ProcessBuilder builder;

  private Command(List<String> words) {
    this.words = List.copyOf(words);
    this.builder = new ProcessBuilder(this.words);
    builder.environment().keySet().removeIf(name -> name.startsWith("CERTCTL_"));
  }

  /// How it ended.
  record Result(String command, int exitCode, String stdout, String stderr) {

    /// This result, if the program ended with 0; otherwise the test fails with what it printed.
    Result succeeded() {
      return exitedWith(0);
    }

    /// This result, if the program ended with this code; otherwise the test fails with what it
    /// printed.
    Result exitedWith(int expected) {
      if (exitCode != expected) {
        throw new AssertionError("expected exit code " + expected + "\n" + this);
      }
      return this;
    }

    /// What it printed on both streams.
    String output() {
      return stdout + stderr;
    }

    @Override
    public String toString() {
      return command + "\nexit code " + exitCode + "\nstdout:\n" + stdout + "\nstderr:\n" + stderr;
    }
  }

  /// A program with its arguments; it does not inherit any `CERTCTL_*` variable.
  static Command of(String... words) {
    return new Command(List.of(words));
  }

  /// A program with its arguments.
  static Command of(List<String> words) {
    return new Command(words);
  }

  /// Runs in this directory.
  Command in(Path directory) {
    builder.directory(directory.toFile());
    return this;
  }

  /// Adds environment variables.
  Command with(Map<String, String> variables) {
    builder.environment().putAll(variables);
    return this;
  }

  /// Adds one environment variable.
  Command with(String name, String value) {
    builder.environment().put(name, value);
    return this;
  }

  /// Runs it and waits for its end, five minutes at most.
  Result run() {
    var stdout = temporaryFile();
    var stderr = temporaryFile();
    try {
      var process =
          builder
              .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
              .redirectOutput(stdout.toFile())
              .redirectError(stderr.toFile())
              .start();
      var ended = process.waitFor(DEADLINE.toSeconds(), TimeUnit.SECONDS);
      if (!ended) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().waitFor();
      }
      var result =
          new Result(
              String.join(" ", words),
              process.exitValue(),
              Files.readString(stdout, StandardCharsets.ISO_8859_1),
              Files.readString(stderr, StandardCharsets.ISO_8859_1));
      if (!ended) {
        throw new AssertionError("still running after " + DEADLINE.toSeconds() + " s\n" + result);
      }
      return result;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot run " + words.getFirst(), e);
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted while running " + words.getFirst(), e);
    } finally {
      delete(stdout);
      delete(stderr);
    }
  }

  /// The same program with further arguments.
  Command and(String... more) {
    var all = new ArrayList<>(words);
    all.addAll(List.of(more));
    return like(all);
  }

  /// The same program, run by another one whose last arguments it is.
  Command by(String... runner) {
    var all = new ArrayList<>(List.of(runner));
    all.addAll(words);
    return like(all);
  }

  private Command like(List<String> otherWords) {
    var command = new Command(otherWords);
    command.builder.environment().putAll(builder.environment());
    command.builder.directory(builder.directory());
    return command;
  }

  private static Path temporaryFile() {
    try {
      return Files.createTempFile("certctl-it", ".out");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
