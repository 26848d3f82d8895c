package org.certctl.enroll;

import java.util.UUID;

/// Names an intent, and the order given to the issuer for it.
public record IntentId(UUID value) {

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
