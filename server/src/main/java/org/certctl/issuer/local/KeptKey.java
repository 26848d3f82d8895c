package org.certctl.issuer.local;

import java.time.Instant;
import java.util.Optional;
import org.bouncycastle.cert.X509CertificateHolder;

/// A key that certctl made for itself.
///
/// @param <K> what the key is used as
/// @param name what it is called where it is kept
/// @param certificate the certificate
/// @param key the key
/// @param announcedAt since when it is the one to be shown; absent until all nodes know it
public record KeptKey<K>(
    String name, X509CertificateHolder certificate, K key, Optional<Instant> announcedAt) {

  Instant madeAt() {
    return madeAt(certificate);
  }

  /// When the key of a certificate was made.
  static Instant madeAt(X509CertificateHolder certificate) {
    return certificate.getNotBefore().toInstant().plus(AuthorityCertificates.BACKDATED);
  }

  Instant notAfter() {
    return certificate.getNotAfter().toInstant();
  }
}
