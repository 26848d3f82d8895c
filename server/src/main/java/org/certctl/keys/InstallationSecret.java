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

  private static final String PEM_TYPE = "CERTCTL ENCRYPTED SECRET";

  private InstallationSecret() {}

  /// Reads the secret, or makes it when there is no such file.
  ///
  /// @param encryption encrypts it if there is an encryption key
  /// @return 64 hexadecimal digits: 256 bits
  /// @throws IOException when the file cannot be read or written, or holds something else
  /// @throws KeyMaterialException when it is encrypted and cannot be opened
  public static Secret readOrCreate(Path file, KeyEncryption encryption, SecureRandom random)
      throws IOException, KeyMaterialException {
    if (!Files.exists(file)) {
      write(file, random(random), encryption, random);
    }
    return read(file, encryption);
  }

  /// A new one, written nowhere.
  public static Secret random(SecureRandom random) {
    byte[] octets = new byte[SECRET_BYTES];
    random.nextBytes(octets);
    return Secret.of(HexFormat.of().formatHex(octets));
  }

  /// Reads the secret that is there.
  ///
  /// @return 64 hexadecimal digits: 256 bits
  /// @throws IOException when the file cannot be read, or holds something else
  /// @throws KeyMaterialException when it is encrypted and cannot be opened
  public static Secret read(Path file, KeyEncryption encryption)
      throws IOException, KeyMaterialException {
    String text = Files.readString(file, StandardCharsets.US_ASCII).strip();
    if (isEncrypted(text)) {
      text =
          new String(encryption.open(name(file), PemFile.octets(text)), StandardCharsets.US_ASCII);
    }
    if (text.length() != SECRET_CHARS) {
      throw new IOException(file + " does not hold a secret of " + SECRET_CHARS + " digits");
    }
    return Secret.of(text);
  }

  /// Whether the text of such a file is encrypted.
  static boolean isEncrypted(String text) {
    return text.startsWith("-----BEGIN " + PEM_TYPE);
  }

  /// Whether the text of such a file, which is encrypted, can be opened.
  static boolean opens(Path file, String text, KeyEncryption encryption) {
    try {
      encryption.open(name(file), PemFile.octets(text));
      return true;
    } catch (IOException | KeyMaterialException e) {
      return false;
    }
  }

  /// Writes it, encrypted if there is an encryption key. When this returns, it is on disk.
  static void write(Path file, Secret secret, KeyEncryption encryption, SecureRandom random)
      throws IOException {
    String text = secret.revealText();
    DurableFile.writePrivate(
        file,
        (encryption.isOn()
                ? PemFile.text(PEM_TYPE, encryption.seal(name(file), secret.revealUtf8(), random))
                : text + "\n")
            .getBytes(StandardCharsets.US_ASCII));
  }

  private static String name(Path file) {
    return String.valueOf(file.getFileName());
  }
}
