package org.certctl.pki;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/// A SHA-256 digest: 32 octets that name a request, a key or a certificate.
public final class Sha256 {

  /// The length of every digest.
  public static final int LENGTH_BYTES = 32;

  private final byte[] digest;

  private Sha256(byte[] digest) {
    this.digest = digest;
  }

  /// The digest of these octets.
  public static Sha256 over(byte[]... parts) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      for (byte[] part : parts) {
        sha256.update(part);
      }
      return new Sha256(sha256.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /// Wraps a digest made elsewhere.
  ///
  /// @throws IllegalArgumentException when it is not 32 octets long
  public static Sha256 ofDigest(byte[] digest) {
    if (digest.length != LENGTH_BYTES) {
      throw new IllegalArgumentException("a SHA-256 digest has 32 octets, not " + digest.length);
    }
    return new Sha256(digest.clone());
  }

  /// The 32 octets.
  public byte[] octets() {
    return digest.clone();
  }

  /// Lower-case hexadecimal, 64 characters.
  public String hex() {
    return HexFormat.of().formatHex(digest);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Sha256 that && Arrays.equals(digest, that.digest);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(digest);
  }

  @Override
  public String toString() {
    return hex();
  }
}
