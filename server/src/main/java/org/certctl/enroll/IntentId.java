package org.certctl.enroll;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.UUID;

/// Names an intent, and the order given to the issuer for it.
public record IntentId(UUID value) {

  private static final int UUID_BYTES = 16;

  /// A new id: a random UUID (RFC 9562, version 4).
  public static IntentId random(SecureRandom random) {
    byte[] octets = new byte[UUID_BYTES];
    random.nextBytes(octets);
    octets[6] = (byte) ((octets[6] & 0x0f) | 0x40);
    octets[8] = (byte) ((octets[8] & 0x3f) | 0x80);
    ByteBuffer buffer = ByteBuffer.wrap(octets);
    return new IntentId(new UUID(buffer.getLong(), buffer.getLong()));
  }

  /// Reads the form written by {@link #toString()}.
  ///
  /// @throws IllegalArgumentException when the text is no UUID
  public static IntentId of(String text) {
    return new IntentId(UUID.fromString(text));
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
