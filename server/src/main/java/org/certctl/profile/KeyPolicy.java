package org.certctl.profile;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.pkcs.RSAPublicKey;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.certctl.pki.Sha256;

/// Which public keys may be certified.
final class KeyPolicy {

  private static final BigInteger MIN_EXPONENT = BigInteger.valueOf(65537);
  private static final int MAX_EXPONENT_BITS = 32;

  private final KeyRules rules;
  private final Set<Sha256> reservedKeys;

  /// @param reservedKeys SHA-256 of the SubjectPublicKeyInfo of CA and RA keys
  KeyPolicy(KeyRules rules, Set<Sha256> reservedKeys) {
    this.rules = rules;
    this.reservedKeys = Set.copyOf(reservedKeys);
  }

  boolean reserves(Sha256 keyDigest) {
    return reservedKeys.contains(keyDigest);
  }

  List<Violation> check(SubjectPublicKeyInfo key, byte[] encodedKey) {
    List<Violation> violations = new ArrayList<>();
    if (reserves(Sha256.over(encodedKey))) {
      violations.add(
          new Violation(Violation.Code.KEY_RESERVED, "the key is one of this server's own"));
    }
    Optional<KeyKind> kind = KeyKind.of(key.getAlgorithm());
    if (kind.isEmpty() || !rules.kinds().contains(kind.get())) {
      violations.add(
          notAllowed(
              "a key of "
                  + kind.map(KeyKind::toString).orElse("algorithm " + algorithm(key))
                  + " is not allowed"));
    } else if (kind.get() == KeyKind.RSA) {
      checkRsa(key, violations);
    }
    return violations;
  }

  private static String algorithm(SubjectPublicKeyInfo key) {
    return key.getAlgorithm().getAlgorithm().getId();
  }

  private void checkRsa(SubjectPublicKeyInfo key, List<Violation> violations) {
    RSAPublicKey rsa;
    try {
      rsa = RSAPublicKey.getInstance(key.parsePublicKey());
    } catch (java.io.IOException | IllegalArgumentException e) {
      violations.add(notAllowed("the RSA key cannot be read"));
      return;
    }
    int bits = rsa.getModulus().bitLength();
    if (bits < rules.minRsaBits() || bits > rules.maxRsaBits()) {
      violations.add(
          notAllowed(
              "RSA key has "
                  + bits
                  + " bits, allowed are "
                  + rules.minRsaBits()
                  + " to "
                  + rules.maxRsaBits()));
      return;
    }
    BigInteger exponent = rsa.getPublicExponent();
    if (exponent.compareTo(MIN_EXPONENT) < 0
        || exponent.bitLength() > MAX_EXPONENT_BITS
        || !exponent.testBit(0)
        || rsa.getModulus().signum() <= 0) {
      violations.add(
          new Violation(Violation.Code.KEY_WEAK, "RSA public exponent must be odd, 65537 to 2^32"));
    }
    if (RocaFingerprint.matches(rsa.getModulus()) || !rsa.getModulus().testBit(0)) {
      violations.add(
          new Violation(
              Violation.Code.KEY_WEAK, "RSA key comes from a broken generator (ROCA or even)"));
    }
  }

  private static Violation notAllowed(String explanation) {
    return new Violation(Violation.Code.KEY_NOT_ALLOWED, explanation);
  }
}
