package org.certctl.issuer.local;

import java.util.HashMap;
import java.util.Map;
import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.keys.CertificateSignature;

/// Remembers which CA has signed which certificate, so that a signature is verified once however
/// often somebody looks. Grows with the certificates that it is asked about: for those that this
/// server has made for itself. Not safe for use by several threads at once.
final class VerifiedIssuers {

  private record Pair(X509CertificateHolder certificate, X509CertificateHolder ca) {}

  private final Map<Pair, Boolean> known = new HashMap<>();

  boolean isIssuedBy(X509CertificateHolder certificate, X509CertificateHolder ca) {
    return known.computeIfAbsent(
        new Pair(certificate, ca),
        pair -> CertificateSignature.isDirectlyIssuedBy(pair.certificate(), pair.ca()));
  }
}
