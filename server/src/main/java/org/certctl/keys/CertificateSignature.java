package org.certctl.keys;

import java.security.Provider;
import java.security.cert.CertificateException;
import org.bouncycastle.cert.CertException;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;

/// Tells whether one certificate was signed with the key of another.
public final class CertificateSignature {

  /// Made once: it takes milliseconds.
  private static final Provider PROVIDER = new BouncyCastleProvider();

  private CertificateSignature() {}

  /// Whether the issuer's name is the one in the certificate and its key verifies the signature,
  /// whatever sound algorithm a CA elsewhere may have used. Says nothing about validity or about
  /// what the issuer may do.
  public static boolean isDirectlyIssuedBy(
      X509CertificateHolder certificate, X509CertificateHolder issuer) {
    if (!certificate.getIssuer().equals(issuer.getSubject())) {
      return false;
    }
    try {
      return certificate.isSignatureValid(
          new JcaContentVerifierProviderBuilder().setProvider(PROVIDER).build(issuer));
    } catch (OperatorCreationException | CertException | CertificateException e) {
      return false;
    }
  }

  /// Whether the certificate is its own issuer: the end of a chain.
  public static boolean isSelfSigned(X509CertificateHolder certificate) {
    return isDirectlyIssuedBy(certificate, certificate);
  }
}
