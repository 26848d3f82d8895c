package org.certctl.scep;

import java.util.Optional;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;

/// A digest algorithm as requesters name it. Being listed here does not make one acceptable.
public enum DigestAlgorithm {
  /// MD5, which RFC 8894 forbids.
  MD5("1.2.840.113549.2.5", "MD5", 16),
  /// SHA-1.
  SHA1("1.3.14.3.2.26", "SHA-1", 20),
  /// SHA-224.
  SHA224("2.16.840.1.101.3.4.2.4", "SHA-224", 28),
  /// SHA-256, which RFC 8894 makes mandatory.
  SHA256("2.16.840.1.101.3.4.2.1", "SHA-256", 32),
  /// SHA-384.
  SHA384("2.16.840.1.101.3.4.2.2", "SHA-384", 48),
  /// SHA-512.
  SHA512("2.16.840.1.101.3.4.2.3", "SHA-512", 64);

  @SuppressWarnings("ImmutableEnumChecker") // object identifiers do not change
  private final ASN1ObjectIdentifier oid;

  private final String jcaName;
  private final int lengthBytes;

  DigestAlgorithm(String oid, String jcaName, int lengthBytes) {
    this.oid = new ASN1ObjectIdentifier(oid);
    this.jcaName = jcaName;
    this.lengthBytes = lengthBytes;
  }

  /// The object identifier of the plain digest.
  public ASN1ObjectIdentifier oid() {
    return oid;
  }

  /// The name for `java.security.MessageDigest`.
  public String jcaName() {
    return jcaName;
  }

  /// The name in the signature algorithms of `java.security.Signature`, as in `SHA256withRSA`.
  public String signatureName() {
    return name();
  }

  /// The length of a digest.
  public int lengthBytes() {
    return lengthBytes;
  }

  /// The algorithm with this object identifier.
  public static Optional<DigestAlgorithm> ofOid(ASN1ObjectIdentifier oid) {
    for (DigestAlgorithm algorithm : values()) {
      if (algorithm.oid.equals(oid)) {
        return Optional.of(algorithm);
      }
    }
    return Optional.empty();
  }
}
