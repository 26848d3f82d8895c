package org.certctl.profile;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.edec.EdECObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSAPublicKey;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.certctl.pki.Sha256;

/// Which public keys may be certified.
final class KeyPolicy {

  private static final BigInteger MIN_EXPONENT = BigInteger.valueOf(65537);
  private static final int MAX_EXPONENT_BITS = 32;

  private final CertificateProfile profile;
  private final Set<Sha256> reservedKeys;

  /// @param reservedKeys SHA-256 of the SubjectPublicKeyInfo of CA and RA keys
  KeyPolicy(CertificateProfile profile, Set<Sha256> reservedKeys) {
    this.profile = profile;
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
    ASN1ObjectIdentifier algorithm = key.getAlgorithm().getAlgorithm();
    if (algorithm.equals(PKCSObjectIdentifiers.rsaEncryption)) {
      checkRsa(key, violations);
    } else if (algorithm.equals(X9ObjectIdentifiers.id_ecPublicKey)) {
      checkCurve(key, violations);
    } else if (!(profile.edwardsKeysAllowed()
        && (algorithm.equals(EdECObjectIdentifiers.id_Ed25519)
            || algorithm.equals(EdECObjectIdentifiers.id_Ed448)))) {
      violations.add(notAllowed("key algorithm " + algorithm.getId() + " is not allowed"));
    }
    return violations;
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
    if (bits < profile.minRsaBits() || bits > profile.maxRsaBits()) {
      violations.add(
          notAllowed(
              "RSA key has "
                  + bits
                  + " bits, allowed are "
                  + profile.minRsaBits()
                  + " to "
                  + profile.maxRsaBits()));
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

  private void checkCurve(SubjectPublicKeyInfo key, List<Violation> violations) {
    if (key.getAlgorithm().getParameters() instanceof ASN1ObjectIdentifier curve
        && profile.curves().contains(curve)) {
      return;
    }
    violations.add(notAllowed("EC keys must use one of the allowed named curves"));
  }

  private static Violation notAllowed(String explanation) {
    return new Violation(Violation.Code.KEY_NOT_ALLOWED, explanation);
  }
}
