package org.certctl.issuer.local;

import java.nio.file.Path;
import java.time.Instant;
import org.bouncycastle.cert.X509CertificateHolder;

/// A key that certctl made for itself, in its file.
///
/// @param <K> what the key is used as
/// @param file PEM: key and certificate
/// @param certificate the certificate
/// @param key the key
record KeyFile<K>(Path file, X509CertificateHolder certificate, K key) {

  Instant madeAt() {
    return certificate.getNotBefore().toInstant().plus(AuthorityCertificates.BACKDATED);
  }

  Instant notAfter() {
    return certificate.getNotAfter().toInstant();
  }
}
