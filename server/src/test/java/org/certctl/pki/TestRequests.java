package org.certctl.pki;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.RSAKeyGenParameterSpec;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;

/// Certificate requests for tests, without PKCS#10 around them.
public final class TestRequests {

  /// A P-256 key.
  public static final SubjectPublicKeyInfo P_256 = ec("secp256r1");

  private TestRequests() {}

  /// A request for this subject with a P-256 key and no extensions.
  public static CertificateRequest of(String subject) {
    return of(subject, P_256, null);
  }

  /// A request for this subject, key and extensions.
  public static CertificateRequest of(
      String subject,
      SubjectPublicKeyInfo key,
      @org.jspecify.annotations.Nullable Extensions extensions) {
    return new CertificateRequest(
        Sha256.over(subject.getBytes(java.nio.charset.StandardCharsets.UTF_8)),
        new X500Name(subject),
        key,
        Optional.ofNullable(extensions));
  }

  /// One extension, not critical.
  public static Extensions extension(ASN1ObjectIdentifier type, ASN1Encodable value) {
    try {
      ExtensionsGenerator generator = new ExtensionsGenerator();
      generator.addExtension(type, false, value);
      return generator.generate();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /// An EC key on a named curve.
  public static SubjectPublicKeyInfo ec(String curve) {
    return key("EC", new ECGenParameterSpec(curve));
  }

  /// An RSA key of this size.
  public static SubjectPublicKeyInfo rsa(int bits) {
    return key("RSA", new RSAKeyGenParameterSpec(bits, RSAKeyGenParameterSpec.F4));
  }

  private static SubjectPublicKeyInfo key(String algorithm, AlgorithmParameterSpec parameters) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
      generator.initialize(parameters);
      return SubjectPublicKeyInfo.getInstance(generator.generateKeyPair().getPublic().getEncoded());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
