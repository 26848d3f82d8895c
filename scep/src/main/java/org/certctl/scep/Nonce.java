package org.certctl.scep;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;

/// A senderNonce or recipientNonce (RFC 8894, section 3.2.1.5).
///
/// The RFC says 16 octets; 1 to 64 are accepted, because requesters with 8 exist, and are echoed
/// unchanged.
public final class Nonce {
  /// The length of nonces made here.
  public static final int MADE_BYTES = 16;

  /// The most octets accepted.
  public static final int MAX_BYTES = 64;

  private final byte[] octets;

  private Nonce(byte[] octets) {
    if (octets.length == 0 || octets.length > MAX_BYTES) {
      throw new IllegalArgumentException("a nonce has 1 to " + MAX_BYTES + " octets");
    }
    this.octets = octets;
  }

  /// Makes a nonce of the given octets.
  public static Nonce of(byte[] octets) {
    return new Nonce(octets.clone());
  }

  /// Makes a fresh nonce of 16 octets.
  public static Nonce random(SecureRandom random) {
    byte[] octets = new byte[MADE_BYTES];
    random.nextBytes(octets);
    return new Nonce(octets);
  }

  /// The octets, a copy.
  public byte[] octets() {
    return octets.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Nonce that && Arrays.equals(octets, that.octets);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(octets);
  }

  @Override
  public String toString() {
    return HexFormat.of().formatHex(octets);
  }
}
