package org.certctl.keys;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.RuntimeOperatorException;
import org.certctl.pki.SigningUnavailableException;

/// Makes certificates that say nothing but whose key it is, for signers that are trusted by their
/// certificate itself.
public final class SelfSignedCertificate {

  private SelfSignedCertificate() {}

  /// A certificate of this key, signed by itself, without extensions.
  ///
  /// @throws SigningUnavailableException when the key cannot be used just now
  public static X509CertificateHolder of(
      SigningKey key,
      X500Name subject,
      BigInteger serialNumber,
      Instant notBefore,
      Instant notAfter)
      throws SigningUnavailableException {
    try {
      return new X509v3CertificateBuilder(
              subject,
              serialNumber,
              Date.from(notBefore),
              Date.from(notAfter),
              subject,
              key.publicKeyInfo())
          .build(new KeySigner(key));
    } catch (RuntimeOperatorException e) {
      throw new SigningUnavailableException("the key could not sign", e);
    }
  }

  private static final class KeySigner implements ContentSigner {

    private final SigningKey key;
    private final ByteArrayOutputStream toBeSigned = new ByteArrayOutputStream();

    KeySigner(SigningKey key) {
      this.key = key;
    }

    @Override
    public AlgorithmIdentifier getAlgorithmIdentifier() {
      return key.algorithm();
    }

    @Override
    public OutputStream getOutputStream() {
      return toBeSigned;
    }

    @Override
    public byte[] getSignature() {
      try {
        return key.sign(toBeSigned.toByteArray());
      } catch (SigningUnavailableException e) {
        throw new RuntimeOperatorException("the key could not sign", e);
      }
    }
  }
}
