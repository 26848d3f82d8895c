package org.certctl.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.certctl.config.ConfigurationException;
import org.certctl.config.InitialEncryption;
import org.certctl.keys.KeyLocation;

/// What the commands that work on files alone share.
final class OfflineFiles {

  private static final int MAX_DAYS = 36_525;

  private OfflineFiles() {}

  static void requireFree(Path file) throws CommandFailedException {
    if (Files.exists(file)) {
      throw new CommandFailedException(file + " exists; nothing was touched");
    }
  }

  /// A key that may be encrypted under the encryption key that the environment names.
  static KeyLocation key(CommandContext context, Path file) throws ConfigurationException {
    Path here = Path.of("").toAbsolutePath();
    return KeyLocation.of(file, InitialEncryption.of(context.environment(), here).encryption());
  }

  static Duration days(int days) throws CommandFailedException {
    if (days < 1 || days > MAX_DAYS) {
      throw CommandFailedException.usage("--days must be 1 to " + MAX_DAYS);
    }
    return Duration.ofDays(days);
  }
}
