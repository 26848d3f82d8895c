package org.certctl.scep.cms;

import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.scep.DigestAlgorithm;

/// A private RSA key that signs replies, with its certificate.
public interface MessageSigner {
  /// The certificate of the key.
  X509CertificateHolder certificate();

  /// Signs the DER encoding of signed attributes with RSASSA-PKCS1-v1_5.
  ///
  /// @throws KeyUnavailableException when the key cannot be used now
  byte[] sign(DigestAlgorithm digest, byte[] derAttributes) throws KeyUnavailableException;
}
