package org.certctl.keys;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.certctl.secret.Secret;

/// A random secret that belongs to one installation: made at the first start, kept in a file that
/// only its owner can read.
public final class InstallationSecret {

  private static final int SECRET_BYTES = 32;
  private static final int SECRET_CHARS = 2 * SECRET_BYTES;

  private InstallationSecret() {}

  /// Reads the secret, or makes it when there is no such file.
  ///
  /// @return 64 hexadecimal digits: 256 bits
  /// @throws IOException when the file cannot be read or written, or holds something else
  public static Secret readOrCreate(Path file, SecureRandom random) throws IOException {
    if (!Files.exists(file)) {
      byte[] octets = new byte[SECRET_BYTES];
      random.nextBytes(octets);
      String text = HexFormat.of().formatHex(octets) + "\n";
      DurableFile.writePrivate(file, text.getBytes(StandardCharsets.US_ASCII));
    }
    return read(file);
  }

  /// Reads the secret that is there.
  ///
  /// @return 64 hexadecimal digits: 256 bits
  /// @throws IOException when the file cannot be read, or holds something else
  public static Secret read(Path file) throws IOException {
    String text = Files.readString(file, StandardCharsets.US_ASCII).strip();
    if (text.length() != SECRET_CHARS) {
      throw new IOException(file + " does not hold a secret of " + SECRET_CHARS + " digits");
    }
    return Secret.of(text);
  }
}
