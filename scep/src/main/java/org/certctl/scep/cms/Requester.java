package org.certctl.scep.cms;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.PublicKey;
import org.bouncycastle.cert.X509CertificateHolder;

/// Who signed a message: the certificate that came with it and its public key.
///
/// Neither the certificate's dates nor its extensions nor its issuer have been looked at; for a
/// first enrollment it is self-signed and proves nothing. Replies are encrypted to its key.
///
/// @param certificate the certificate as it came
/// @param publicKey its key, made by the provider in use
public record Requester(X509CertificateHolder certificate, PublicKey publicKey) {

  /// The DER encoding of the subjectPublicKeyInfo.
  public byte[] subjectPublicKeyInfo() {
    try {
      return certificate.getSubjectPublicKeyInfo().getEncoded("DER");
    } catch (IOException e) {
      throw new UncheckedIOException("encoding in memory failed", e);
    }
  }

  /// The encoding of the certificate.
  public byte[] encodedCertificate() {
    try {
      return certificate.getEncoded();
    } catch (IOException e) {
      throw new UncheckedIOException("encoding in memory failed", e);
    }
  }
}
