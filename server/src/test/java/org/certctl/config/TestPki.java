package org.certctl.config;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Date;
import java.util.Optional;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.operator.ContentSigner;
import org.certctl.keys.CryptoProviders;
import org.certctl.keys.KeyType;
import org.certctl.keys.SigningKey;
import org.certctl.pki.SigningUnavailableException;

/// Makes certificates that are right or wrong in one way, for tests.
final class TestPki {

  static final CryptoProviders PROVIDERS = CryptoProviders.detect();
  static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

  /// A certificate with its key.
  ///
  /// @param certificate the certificate
  /// @param key the key
  record Identity(X509CertificateHolder certificate, SigningKey key) {}

  private final String subject;
  private final KeyType keyType;
  private Instant notBefore = NOW.minusSeconds(60);
  private Instant notAfter = NOW.plusSeconds(86400L * 365);
  private int keyUsage;
  private Optional<BasicConstraints> constraints = Optional.empty();
  private Optional<KeyPurposeId> purpose = Optional.empty();
  private boolean named;

  private TestPki(String subject, KeyType keyType) {
    this.subject = subject;
    this.keyType = keyType;
  }

  static TestPki ca(String name) {
    return new TestPki("CN=" + name, KeyType.P_256)
        .constraints(new BasicConstraints(true))
        .keyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign);
  }

  static TestPki ra() {
    return new TestPki("CN=ra", KeyType.RSA_2048)
        .keyUsage(KeyUsage.digitalSignature | KeyUsage.keyEncipherment);
  }

  static TestPki tls() {
    TestPki tls = new TestPki("CN=tls", KeyType.P_256).keyUsage(KeyUsage.digitalSignature);
    tls.named = true;
    return tls;
  }

  TestPki withKeyType(KeyType other) {
    TestPki copy = new TestPki(subject, other).keyUsage(keyUsage);
    copy.constraints = constraints;
    return copy;
  }

  TestPki keyUsage(int bits) {
    keyUsage = bits;
    return this;
  }

  TestPki constraints(BasicConstraints value) {
    constraints = Optional.of(value);
    return this;
  }

  TestPki noConstraints() {
    constraints = Optional.empty();
    return this;
  }

  TestPki purpose(KeyPurposeId value) {
    purpose = Optional.of(value);
    return this;
  }

  TestPki unnamed() {
    named = false;
    return this;
  }

  TestPki validFrom(Instant value) {
    notBefore = value;
    return this;
  }

  TestPki validUntil(Instant value) {
    notAfter = value;
    return this;
  }

  Identity selfSigned() throws IOException {
    SigningKey key = newKey();
    return new Identity(build(new X500Name(subject), key, key), key);
  }

  Identity issuedBy(Identity issuer) throws IOException {
    SigningKey key = newKey();
    return new Identity(build(issuer.certificate().getSubject(), issuer.key(), key), key);
  }

  private SigningKey newKey() {
    return SigningKey.generate(keyType, PROVIDERS, new SecureRandom());
  }

  private X509CertificateHolder build(X500Name issuer, SigningKey issuerKey, SigningKey key)
      throws IOException {
    X509v3CertificateBuilder builder =
        new X509v3CertificateBuilder(
            issuer,
            BigInteger.TWO,
            Date.from(notBefore),
            Date.from(notAfter),
            new X500Name(subject),
            key.publicKeyInfo());
    if (keyUsage != 0) {
      builder.addExtension(Extension.keyUsage, true, new KeyUsage(keyUsage));
    }
    if (constraints.isPresent()) {
      builder.addExtension(Extension.basicConstraints, true, constraints.get());
    }
    if (purpose.isPresent()) {
      builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purpose.get()));
    }
    if (named) {
      builder.addExtension(
          Extension.subjectAlternativeName,
          false,
          new GeneralNames(new GeneralName(GeneralName.dNSName, "localhost")));
    }
    return builder.build(new TestSigner(issuerKey));
  }

  private static final class TestSigner implements ContentSigner {

    private final SigningKey key;
    private final ByteArrayOutputStream buffer = new ByteArrayOutputStream();

    TestSigner(SigningKey key) {
      this.key = key;
    }

    @Override
    public AlgorithmIdentifier getAlgorithmIdentifier() {
      return key.algorithm();
    }

    @Override
    public OutputStream getOutputStream() {
      return buffer;
    }

    @Override
    public byte[] getSignature() {
      try {
        return key.sign(buffer.toByteArray());
      } catch (SigningUnavailableException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
