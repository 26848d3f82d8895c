package org.certctl.scep.client;

import java.security.KeyPair;
import org.bouncycastle.cert.X509CertificateHolder;

/// A key pair with a certificate of it.
///
/// @param keyPair the keys
/// @param certificate the certificate
public record Identity(KeyPair keyPair, X509CertificateHolder certificate) {
  @Override
  public String toString() {
    return "Identity[" + certificate.getSubject() + "]";
  }
}
