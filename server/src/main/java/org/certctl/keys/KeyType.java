package org.certctl.keys;

import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.crypto.params.RSAKeyParameters;
import org.bouncycastle.crypto.util.PublicKeyFactory;

/// The kinds of keys that can be made here.
public enum KeyType {
  /// RSA with a modulus of 2048 bits.
  RSA_2048("rsa2048", KeyScheme.RSA, 2048),
  /// RSA with a modulus of 3072 bits.
  RSA_3072("rsa3072", KeyScheme.RSA, 3072),
  /// RSA with a modulus of 4096 bits.
  RSA_4096("rsa4096", KeyScheme.RSA, 4096),
  /// EC on the curve P-256 (secp256r1).
  P_256("p256", KeyScheme.P_256, 256),
  /// EC on the curve P-384 (secp384r1).
  P_384("p384", KeyScheme.P_384, 384),
  /// Edwards curve 25519 (RFC 8410).
  ED25519("ed25519", KeyScheme.ED25519, 256);

  private final String text;
  private final KeyScheme scheme;
  private final int sizeBits;

  KeyType(String text, KeyScheme scheme, int sizeBits) {
    this.text = text;
    this.scheme = scheme;
    this.sizeBits = sizeBits;
  }

  /// The kind that is written like this, e.g. `rsa3072`; absent when there is none.
  public static Optional<KeyType> ofText(String text) {
    return Arrays.stream(values()).filter(type -> type.text.equals(text)).findFirst();
  }

  /// The kind of a public key; absent when it is none that is made here.
  public static Optional<KeyType> of(SubjectPublicKeyInfo publicKey) {
    Optional<KeyScheme> scheme = KeyScheme.of(publicKey.getAlgorithm());
    int bits = scheme.filter(KeyScheme.RSA::equals).isPresent() ? modulusBits(publicKey) : 0;
    return Arrays.stream(values())
        .filter(type -> scheme.filter(type.scheme::equals).isPresent())
        .filter(type -> bits == 0 || type.sizeBits == bits)
        .findFirst();
  }

  static int modulusBits(SubjectPublicKeyInfo publicKey) {
    try {
      return ((RSAKeyParameters) PublicKeyFactory.createKey(publicKey)).getModulus().bitLength();
    } catch (IOException e) {
      throw new IllegalArgumentException("no RSA key", e);
    }
  }

  /// How it is written in options: `rsa2048`, `rsa3072`, `rsa4096`, `p256`, `p384`, `ed25519`.
  public String text() {
    return text;
  }

  KeyScheme scheme() {
    return scheme;
  }

  int sizeBits() {
    return sizeBits;
  }

  @Override
  public String toString() {
    return text;
  }
}
