package org.certctl.scep.cms;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.scep.DigestAlgorithm;

/// A signing key held in memory.
public final class SoftwareMessageSigner implements MessageSigner {
  private final PrivateKey key;
  private final X509CertificateHolder certificate;
  private final ScepCrypto crypto;

  /// Takes an RSA key and translates it once for the provider in use.
  ///
  /// @throws IllegalArgumentException if the key is not an RSA key
  public SoftwareMessageSigner(
      PrivateKey key, X509CertificateHolder certificate, ScepCrypto crypto) {
    this.key = SoftwareRecipientKey.translate(key, crypto);
    this.certificate = certificate;
    this.crypto = crypto;
  }

  @Override
  public X509CertificateHolder certificate() {
    return certificate;
  }

  @Override
  public byte[] sign(DigestAlgorithm digest, byte[] derAttributes) {
    try {
      Signature signature =
          crypto
              .signature(SignatureScheme.rsa(digest).jcaName())
              .orElseThrow(() -> new IllegalStateException("no provider signs with " + digest));
      signature.initSign(key);
      signature.update(derAttributes);
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("signing failed", e);
    }
  }

  @Override
  public String toString() {
    return "SoftwareMessageSigner[" + certificate.getSubject() + "]";
  }
}
