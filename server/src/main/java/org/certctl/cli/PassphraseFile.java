package org.certctl.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.certctl.secret.Secret;

/// A passphrase in a file of its own, so that it stands in no command line.
final class PassphraseFile {

  private static final int MIN_CHARS = 12;
  private static final long MAX_BYTES = 4096;

  private PassphraseFile() {}

  /// The first line; at least 12 characters.
  static Secret read(Path file) throws CommandFailedException, IOException {
    if (Files.size(file) > MAX_BYTES) {
      throw CommandFailedException.usage(file + " is too long to hold a passphrase");
    }
    String text =
        new String(Files.readAllBytes(file), StandardCharsets.UTF_8).lines().findFirst().orElse("");
    if (text.length() < MIN_CHARS) {
      throw CommandFailedException.usage(
          "the passphrase in " + file + " needs " + MIN_CHARS + " characters");
    }
    return Secret.of(text);
  }
}
