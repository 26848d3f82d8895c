package org.certctl.issuer.local;

import java.nio.file.Path;
import java.time.Instant;
import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.keys.RaKey;

/// An RA key that certctl made, in its file.
///
/// @param file PEM: key and certificate
/// @param key the key
record RaKeyFile(Path file, RaKey key) {

  X509CertificateHolder certificate() {
    return key.certificate();
  }

  Instant madeAt() {
    return certificate().getNotBefore().toInstant().plus(AuthorityCertificates.BACKDATED);
  }

  Instant notAfter() {
    return certificate().getNotAfter().toInstant();
  }
}
