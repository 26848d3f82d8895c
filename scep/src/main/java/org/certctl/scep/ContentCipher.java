package org.certctl.scep;

import java.util.Optional;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;

/// A content encryption algorithm, in CBC mode, as requesters name it. Being listed here does not
/// make one acceptable.
public enum ContentCipher {
  /// Single DES, which RFC 8894 forbids.
  DES("1.3.14.3.2.7", "DES", 8, 8),
  /// RC2 with a key of 128 bits; never acceptable.
  RC2("1.2.840.113549.3.2", "RC2", 16, 8),
  /// Triple DES.
  DES_EDE3("1.2.840.113549.3.7", "DESede", 24, 8),
  /// AES with a key of 128 bits, which RFC 8894 makes mandatory.
  AES_128("2.16.840.1.101.3.4.1.2", "AES", 16, 16),
  /// AES with a key of 192 bits.
  AES_192("2.16.840.1.101.3.4.1.22", "AES", 24, 16),
  /// AES with a key of 256 bits.
  AES_256("2.16.840.1.101.3.4.1.42", "AES", 32, 16);

  @SuppressWarnings("ImmutableEnumChecker") // object identifiers do not change
  private final ASN1ObjectIdentifier oid;

  private final String jcaName;
  private final int keyBytes;
  private final int blockBytes;

  ContentCipher(String oid, String jcaName, int keyBytes, int blockBytes) {
    this.oid = new ASN1ObjectIdentifier(oid);
    this.jcaName = jcaName;
    this.keyBytes = keyBytes;
    this.blockBytes = blockBytes;
  }

  /// The object identifier, which includes the mode and the key length.
  public ASN1ObjectIdentifier oid() {
    return oid;
  }

  /// The name of the key algorithm for `javax.crypto`.
  public String jcaName() {
    return jcaName;
  }

  /// The length of a key.
  public int keyBytes() {
    return keyBytes;
  }

  /// The length of a block and of the initialization vector.
  public int blockBytes() {
    return blockBytes;
  }

  /// The cipher with this object identifier.
  public static Optional<ContentCipher> ofOid(ASN1ObjectIdentifier oid) {
    for (ContentCipher cipher : values()) {
      if (cipher.oid.equals(oid)) {
        return Optional.of(cipher);
      }
    }
    return Optional.empty();
  }
}
