package org.certctl.profile;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.pki.CaNameConstraints;

/// What an issuer cannot certify, whatever a profile allows: verifiers would reject it.
///
/// @param end the end of the issuing certificate or of one above it, whichever comes first; no
///   certificate outlives it
/// @param names the name constraints of all of them
public record IssuerLimits(Instant end, CaNameConstraints names) {

  /// Those of a chain, the issuing certificate first.
  ///
  /// @throws IllegalArgumentException when the chain is empty, or its name constraints cannot be
  ///   read
  public static IssuerLimits of(List<X509CertificateHolder> chain) {
    Instant end =
        chain.stream()
            .map(certificate -> certificate.getNotAfter().toInstant())
            .min(Comparator.naturalOrder())
            .orElseThrow(() -> new IllegalArgumentException("an issuer has a certificate"));
    return new IssuerLimits(end, CaNameConstraints.of(chain));
  }

  /// Those of an issuer that ends then and may certify all names.
  public static IssuerLimits until(Instant end) {
    return new IssuerLimits(end, CaNameConstraints.none());
  }
}
