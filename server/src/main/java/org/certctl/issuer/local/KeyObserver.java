package org.certctl.issuer.local;

import org.bouncycastle.cert.X509CertificateHolder;

/// Is told of what happens to the keys that the server makes for itself.
public interface KeyObserver {

  /// A new certificate is used from now on.
  ///
  /// @param owner whose it is: an endpoint for its RA, an issuer for its OCSP responder
  void made(String owner, X509CertificateHolder certificate);

  /// None could be made; one that is there stays, and it is tried again.
  void renewalFailed(String owner, Exception cause);

  /// A key is no longer used, and destroyed.
  void retired(String owner, X509CertificateHolder certificate);

  /// A key is no longer used, but its file cannot be removed; it is tried again.
  void retirementFailed(String owner, X509CertificateHolder certificate, Exception cause);
}
