package org.certctl.keys;

import java.io.IOException;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.edec.EdECObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.ECNamedDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.RSAKeyParameters;
import org.bouncycastle.crypto.params.RSAPrivateCrtKeyParameters;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.bouncycastle.crypto.util.PublicKeyFactory;
import org.bouncycastle.crypto.util.SubjectPublicKeyInfoFactory;

/// How a kind of key signs, and what it is called in Java and in certificates.
enum KeyScheme {
  RSA("RSA", "SHA256withRSA"),
  P_256("EC", "SHA256withECDSA"),
  P_384("EC", "SHA384withECDSA"),
  ED25519("Ed25519", "Ed25519");

  private final String keyAlgorithm;
  private final String signatureAlgorithm;

  KeyScheme(String keyAlgorithm, String signatureAlgorithm) {
    this.keyAlgorithm = keyAlgorithm;
    this.signatureAlgorithm = signatureAlgorithm;
  }

  /// The scheme for a key with this algorithm identifier; absent when there is none here.
  static Optional<KeyScheme> of(AlgorithmIdentifier keyAlgorithm) {
    ASN1ObjectIdentifier algorithm = keyAlgorithm.getAlgorithm();
    if (algorithm.equals(PKCSObjectIdentifiers.rsaEncryption)) {
      return Optional.of(RSA);
    }
    if (algorithm.equals(EdECObjectIdentifiers.id_Ed25519)) {
      return Optional.of(ED25519);
    }
    if (algorithm.equals(X9ObjectIdentifiers.id_ecPublicKey)) {
      if (SECObjectIdentifiers.secp256r1.equals(keyAlgorithm.getParameters())) {
        return Optional.of(P_256);
      }
      if (SECObjectIdentifiers.secp384r1.equals(keyAlgorithm.getParameters())) {
        return Optional.of(P_384);
      }
    }
    return Optional.empty();
  }

  /// The public half of a private key.
  ///
  /// @throws IOException when the octets are no key of their algorithm
  static SubjectPublicKeyInfo publicHalf(PrivateKeyInfo privateKey) throws IOException {
    AsymmetricKeyParameter key = PrivateKeyFactory.createKey(privateKey);
    AsymmetricKeyParameter publicKey =
        switch (key) {
          case RSAPrivateCrtKeyParameters rsa ->
              new RSAKeyParameters(false, rsa.getModulus(), rsa.getPublicExponent());
          case ECPrivateKeyParameters ec ->
              new ECPublicKeyParameters(
                  ec.getParameters().getG().multiply(ec.getD()).normalize(), ec.getParameters());
          case Ed25519PrivateKeyParameters ed -> ed.generatePublicKey();
          default -> throw new IOException("no known kind of private key");
        };
    return SubjectPublicKeyInfoFactory.createSubjectPublicKeyInfo(publicKey);
  }

  /// Whether both are the same public key, however their parameters are written.
  static boolean samePublicKey(SubjectPublicKeyInfo one, SubjectPublicKeyInfo other) {
    try {
      return normal(one).equals(normal(other));
    } catch (IOException | IllegalArgumentException e) {
      return false;
    }
  }

  private static SubjectPublicKeyInfo normal(SubjectPublicKeyInfo publicKey) throws IOException {
    AsymmetricKeyParameter key = PublicKeyFactory.createKey(publicKey);
    if (key instanceof ECPublicKeyParameters ec
        && !(ec.getParameters() instanceof ECNamedDomainParameters)) {
      return publicKey;
    }
    return SubjectPublicKeyInfoFactory.createSubjectPublicKeyInfo(key);
  }

  String keyAlgorithm() {
    return keyAlgorithm;
  }

  String signatureAlgorithm() {
    return signatureAlgorithm;
  }

  AlgorithmIdentifier identifier() {
    return switch (this) {
      case RSA ->
          new AlgorithmIdentifier(PKCSObjectIdentifiers.sha256WithRSAEncryption, DERNull.INSTANCE);
      case P_256 -> new AlgorithmIdentifier(X9ObjectIdentifiers.ecdsa_with_SHA256);
      case P_384 -> new AlgorithmIdentifier(X9ObjectIdentifiers.ecdsa_with_SHA384);
      case ED25519 -> new AlgorithmIdentifier(EdECObjectIdentifiers.id_Ed25519);
    };
  }
}
