package org.certctl.enroll;

import java.util.Arrays;

/// Octets that cannot change, for records.
public final class ByteString {

  private final byte[] octets;

  private ByteString(byte[] octets) {
    this.octets = octets;
  }

  /// Copies the octets.
  public static ByteString of(byte[] octets) {
    return new ByteString(octets.clone());
  }

  /// A copy of the octets.
  public byte[] octets() {
    return octets.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ByteString that && Arrays.equals(octets, that.octets);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(octets);
  }

  @Override
  public String toString() {
    return octets.length + " octets";
  }
}
