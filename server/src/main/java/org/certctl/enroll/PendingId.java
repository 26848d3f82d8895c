package org.certctl.enroll;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.UUID;

/// Names a pending enrollment; operators use its number instead.
public record PendingId(UUID value) {

  /// A new id, made as {@link IntentId#next} makes one.
  public static PendingId next(Instant now, SecureRandom random) {
    return new PendingId(IntentId.next(now, random).value());
  }

  /// Reads the form written by {@link #toString()}.
  ///
  /// @throws IllegalArgumentException when the text is no UUID
  public static PendingId of(String text) {
    return new PendingId(UUID.fromString(text));
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
