package org.certctl.profile;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.pki.CaNameConstraints;

/// What an issuer cannot certify, whatever a profile allows: verifiers would reject it.
///
/// @param begin when the issuing certificate and all above it are valid; before, the clock is
///   wrong, or the CA was made for later
/// @param end the end of the issuing certificate or of one above it, whichever comes first; no
///   certificate outlives it
/// @param names the name constraints of all of them
public record IssuerLimits(Instant begin, Instant end, CaNameConstraints names) {

  /// Those of a chain, the issuing certificate first.
  ///
  /// @throws IllegalArgumentException when the chain is empty, or its name constraints cannot be
  ///   read
  public static IssuerLimits of(List<X509CertificateHolder> chain) {
    Instant begin =
        chain.stream()
            .map(certificate -> certificate.getNotBefore().toInstant())
            .max(Comparator.naturalOrder())
            .orElseThrow(() -> new IllegalArgumentException("an issuer has a certificate"));
    Instant end =
        chain.stream()
            .map(certificate -> certificate.getNotAfter().toInstant())
            .min(Comparator.naturalOrder())
            .orElseThrow();
    return new IssuerLimits(begin, end, CaNameConstraints.of(chain));
  }

  /// Those of an issuer that ends then, began ever so long ago, and may certify all names.
  public static IssuerLimits until(Instant end) {
    return new IssuerLimits(Instant.MIN, end, CaNameConstraints.none());
  }
}
