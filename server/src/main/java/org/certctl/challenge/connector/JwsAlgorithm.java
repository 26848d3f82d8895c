package org.certctl.challenge.connector;

import java.io.IOException;
import java.math.BigInteger;
import java.util.Optional;
import org.bouncycastle.asn1.x9.ECNamedCurveTable;
import org.bouncycastle.crypto.signers.PlainDSAEncoding;
import org.bouncycastle.crypto.signers.StandardDSAEncoding;
import org.certctl.keys.VerificationKey;

/// The signature algorithms that are taken (RFC 7518, section 3.1); all others are refused, `none`
/// and those with a shared secret above all.
enum JwsAlgorithm {
  /// RSASSA-PKCS1-v1_5 with SHA-256.
  RS256,
  /// ECDSA on P-256 with SHA-256: r and s one after the other, or in DER as some signers write
  /// them.
  ES256;

  private static final BigInteger P_256_ORDER = ECNamedCurveTable.getByName("P-256").getN();
  private static final int RAW_BYTES = 64;

  /// The algorithm of this name, whose case counts.
  static Optional<JwsAlgorithm> named(String name) {
    return switch (name) {
      case "RS256" -> Optional.of(RS256);
      case "ES256" -> Optional.of(ES256);
      default -> Optional.empty();
    };
  }

  /// Whether this key's owner made the signature with this algorithm. The key decides what may be
  /// tried with it, not the token.
  boolean verifies(VerificationKey key, byte[] signed, byte[] signature) {
    return switch (this) {
      case RS256 -> key.isRsa() && key.verifies(signed, signature);
      case ES256 -> key.isP256() && verifiesEither(key, signed, signature);
    };
  }

  private static boolean verifiesEither(VerificationKey key, byte[] signed, byte[] signature) {
    if (signature.length == RAW_BYTES) {
      Optional<byte[]> der = derOf(signature);
      if (der.isPresent() && key.verifies(signed, der.get())) {
        return true;
      }
    }
    return key.verifies(signed, signature);
  }

  private static Optional<byte[]> derOf(byte[] raw) {
    try {
      BigInteger[] rs = PlainDSAEncoding.INSTANCE.decode(P_256_ORDER, raw);
      return Optional.of(StandardDSAEncoding.INSTANCE.encode(P_256_ORDER, rs[0], rs[1]));
    } catch (IOException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /// The signature as it stands in a token, from what a key of this algorithm makes.
  ///
  /// @throws IllegalArgumentException when it is no such signature
  byte[] wireForm(byte[] signature) {
    if (this == RS256) {
      return signature;
    }
    try {
      BigInteger[] rs = StandardDSAEncoding.INSTANCE.decode(P_256_ORDER, signature);
      return PlainDSAEncoding.INSTANCE.encode(P_256_ORDER, rs[0], rs[1]);
    } catch (IOException e) {
      throw new IllegalArgumentException("no ECDSA signature", e);
    }
  }
}
