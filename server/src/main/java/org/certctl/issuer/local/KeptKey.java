package org.certctl.issuer.local;

import java.time.Instant;
import org.bouncycastle.cert.X509CertificateHolder;

/// A key that certctl made for itself.
///
/// @param <K> what the key is used as
/// @param name what it is called where it is kept
/// @param certificate the certificate
/// @param key the key
public record KeptKey<K>(String name, X509CertificateHolder certificate, K key) {

  Instant madeAt() {
    return certificate.getNotBefore().toInstant().plus(AuthorityCertificates.BACKDATED);
  }

  Instant notAfter() {
    return certificate.getNotAfter().toInstant();
  }
}
