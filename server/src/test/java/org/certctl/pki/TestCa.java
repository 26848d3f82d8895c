package org.certctl.pki;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/// A self-signed CA for tests.
///
/// @param certificate its certificate
/// @param signer its key
/// @param keyIdentifier the subject key identifier in its certificate
@SuppressWarnings("ArrayRecordComponent") // a test's value, read only
public record TestCa(IssuedCertificate certificate, Signer signer, byte[] keyIdentifier) {

  private static final Instant FROM = Instant.parse("2026-01-01T00:00:00Z");
  private static final Instant UNTIL = Instant.parse("2046-01-01T00:00:00Z");
  private static final byte[] KEY_IDENTIFIER = {1, 2, 3, 4, 5, 6, 7, 8};

  /// A CA with an RSA key.
  public static TestCa rsa() {
    return of(
        "RSA",
        2048,
        "SHA256withRSA",
        new AlgorithmIdentifier(PKCSObjectIdentifiers.sha256WithRSAEncryption, DERNull.INSTANCE));
  }

  /// A CA with a P-256 key.
  public static TestCa ec() {
    return of(
        "EC",
        256,
        "SHA256withECDSA",
        new AlgorithmIdentifier(X9ObjectIdentifiers.ecdsa_with_SHA256));
  }

  private static TestCa of(
      String algorithm, int bits, String signature, AlgorithmIdentifier identifier) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
      generator.initialize(bits);
      KeyPair pair = generator.generateKeyPair();
      X500Name name = new X500Name("CN=Test CA " + algorithm);
      X509v3CertificateBuilder builder =
          new X509v3CertificateBuilder(
              name,
              BigInteger.ONE,
              Date.from(FROM),
              Date.from(UNTIL),
              name,
              SubjectPublicKeyInfo.getInstance(pair.getPublic().getEncoded()));
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
      builder.addExtension(
          Extension.subjectKeyIdentifier, false, new SubjectKeyIdentifier(KEY_IDENTIFIER));
      IssuedCertificate certificate =
          IssuedCertificate.ofDer(
              builder
                  .build(new JcaContentSignerBuilder(signature).build(pair.getPrivate()))
                  .getEncoded());
      return new TestCa(
          certificate, signer(pair.getPrivate(), signature, identifier), KEY_IDENTIFIER);
    } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Signer signer(PrivateKey key, String signature, AlgorithmIdentifier identifier) {
    return new Signer() {
      @Override
      public AlgorithmIdentifier algorithm() {
        return identifier;
      }

      @Override
      public byte[] sign(byte[] toBeSigned) throws SigningUnavailableException {
        try {
          Signature signing = Signature.getInstance(signature);
          signing.initSign(key);
          signing.update(toBeSigned);
          return signing.sign();
        } catch (GeneralSecurityException e) {
          throw new SigningUnavailableException("cannot sign", e);
        }
      }
    };
  }
}
