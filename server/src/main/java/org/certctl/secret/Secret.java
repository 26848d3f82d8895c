package org.certctl.secret;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;

/// A value that must not leak: a challenge, a password, a token.
///
/// `toString` is redacted, there is no `equals`, and comparison takes the same time wherever the
/// values differ. Never empty: an empty secret is an absent one, and absence is said with
/// `Optional`.
public final class Secret {

  private final byte[] utf8;

  private Secret(byte[] utf8) {
    this.utf8 = utf8;
  }

  /// Wraps a text; its code points are what counts, whatever encoding they came in.
  ///
  /// @throws IllegalArgumentException when the text is empty
  public static Secret of(String text) {
    if (text.isEmpty()) {
      throw new IllegalArgumentException("a secret must not be empty");
    }
    return new Secret(text.getBytes(StandardCharsets.UTF_8));
  }

  /// Whether both hold the same octets; the time taken tells at most the length of one of them.
  public boolean matches(Secret other) {
    return MessageDigest.isEqual(utf8, other.utf8);
  }

  /// The UTF-8 octets themselves, for a MAC, a hash or a wire that needs them.
  public byte[] revealUtf8() {
    return utf8.clone();
  }

  /// The text itself, for a wire that needs it.
  public String revealText() {
    return new String(utf8, StandardCharsets.UTF_8);
  }

  /// The length in octets, for limits.
  public int lengthBytes() {
    return utf8.length;
  }

  /// Overwrites the octets; the secret must not be used afterwards.
  public void erase() {
    Arrays.fill(utf8, (byte) 0);
  }

  @Override
  public String toString() {
    return "Secret[redacted]";
  }
}
