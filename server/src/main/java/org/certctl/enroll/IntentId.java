package org.certctl.enroll;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.UUID;

/// Names an intent, and the order given to the issuer for it.
public record IntentId(UUID value) {

  private static final int RANDOM_BYTES = 10;

  /// A new id: a UUID that begins with the time (RFC 9562, version 7), so that ids made one after
  /// the other lie side by side in an index.
  public static IntentId next(Instant now, SecureRandom random) {
    byte[] octets = new byte[RANDOM_BYTES];
    random.nextBytes(octets);
    ByteBuffer bits = ByteBuffer.wrap(octets);
    long high = (now.toEpochMilli() << 16) | 0x7000 | (bits.getShort() & 0x0fff);
    long low = (bits.getLong() & 0x3fff_ffff_ffff_ffffL) | 0x8000_0000_0000_0000L;
    return new IntentId(new UUID(high, low));
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
