package org.certctl.cli.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.certctl.cli.CommandFailedException;
import org.certctl.secret.Secret;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Where the challenge comes from, to be mixed into commands that enroll. Never from the
/// environment, which other processes and crash reports may show.
public final class ChallengeOptions {

  private static final int MAX_CHALLENGE_BYTES = 16 * 1024;

  @Option(
      names = "--challenge-file",
      paramLabel = "FILE",
      description = "Read the challenge from a file; one line end at its end does not count.")
  private @Nullable Path file;

  @Option(names = "--challenge-stdin", description = "Read the challenge from standard input.")
  private boolean stdin;

  @Option(
      names = "--challenge",
      paramLabel = "VALUE",
      description = "The challenge itself. Others can see it in the list of processes.")
  private @Nullable String value;

  /// Made by picocli.
  public ChallengeOptions() {}

  /// Whether a challenge was named in any way.
  public boolean given() {
    return file != null || stdin || value != null;
  }

  /// Reads the challenge; absent when none was named.
  ///
  /// @param err where the warning goes when the challenge stands on the command line
  /// @param in standard input
  public Optional<Secret> read(PrintWriter err, InputStream in)
      throws CommandFailedException, IOException {
    if (Stream.of(file != null, stdin, value != null).filter(given -> given).count() > 1) {
      throw CommandFailedException.usage("name the challenge in one way only");
    }
    if (value != null) {
      err.println(
          "warning: a challenge on the command line can be seen by others; use --challenge-file");
      err.flush();
      return Optional.of(secret(value));
    }
    if (stdin) {
      return Optional.of(secret(text(in.readNBytes(MAX_CHALLENGE_BYTES + 1))));
    }
    if (file != null) {
      try (InputStream content = Files.newInputStream(file)) {
        return Optional.of(secret(text(content.readNBytes(MAX_CHALLENGE_BYTES + 1))));
      }
    }
    return Optional.empty();
  }

  private static String text(byte[] octets) {
    String text = new String(octets, StandardCharsets.UTF_8);
    if (text.endsWith("\n")) {
      text = text.substring(0, text.length() - 1);
    }
    return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
  }

  private static Secret secret(String text) throws CommandFailedException {
    if (text.isEmpty() || text.length() > MAX_CHALLENGE_BYTES || text.indexOf('\n') >= 0) {
      throw CommandFailedException.usage(
          "the challenge is one line of 1 to " + MAX_CHALLENGE_BYTES + " characters");
    }
    return Secret.of(text);
  }
}
