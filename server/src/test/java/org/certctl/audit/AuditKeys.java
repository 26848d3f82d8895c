package org.certctl.audit;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.certctl.pki.Signer;
import org.certctl.pki.SigningUnavailableException;

/// An audit key for tests.
public final class AuditKeys implements Signer {

  private final KeyPair pair;

  private AuditKeys(KeyPair pair) {
    this.pair = pair;
  }

  /// A new key.
  public static AuditKeys generate() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return new AuditKeys(generator.generateKeyPair());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /// The public half.
  public SubjectPublicKeyInfo publicKey() {
    return SubjectPublicKeyInfo.getInstance(pair.getPublic().getEncoded());
  }

  @Override
  public AlgorithmIdentifier algorithm() {
    return new AlgorithmIdentifier(X9ObjectIdentifiers.ecdsa_with_SHA256);
  }

  @Override
  public byte[] sign(byte[] toBeSigned) throws SigningUnavailableException {
    try {
      Signature ecdsa = Signature.getInstance("SHA256withECDSA");
      ecdsa.initSign(pair.getPrivate());
      ecdsa.update(toBeSigned);
      return ecdsa.sign();
    } catch (GeneralSecurityException e) {
      throw new SigningUnavailableException("the test key failed", e);
    }
  }
}
