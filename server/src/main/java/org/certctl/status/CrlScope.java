package org.certctl.status;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.certctl.issuer.CrlSigner;
import org.certctl.issuer.StatusLocations;

/// Which certificates a CRL lists, and who signs it (RFC 5280, section 5): the scope that a
/// complete CRL and its deltas have in common.
///
/// @param signer the issuer
/// @param partition one of its partitions, or {@link CrlKey#WHOLE}
/// @param distributionPoint the URLs under which certificates name this partition; empty for the
///   whole
record CrlScope(CrlSigner signer, int partition, List<String> distributionPoint) {

  CrlScope {
    distributionPoint = List.copyOf(distributionPoint);
    if ((partition == CrlKey.WHOLE) != distributionPoint.isEmpty()) {
      throw new IllegalArgumentException("a partition has a URL, the whole needs none");
    }
  }

  /// Everything that the issuer has issued.
  static CrlScope whole(CrlSigner signer) {
    return new CrlScope(signer, CrlKey.WHOLE, List.of());
  }

  /// The complete CRL.
  CrlKey complete() {
    return new CrlKey(signer.id(), partition, false);
  }

  /// The delta CRL.
  CrlKey delta() {
    return complete().ofDelta();
  }

  /// What the complete CRL says about itself.
  ///
  /// @param withDelta whether it names the delta CRL; it cannot without a public URL
  CrlExtensions ofComplete(boolean withDelta) {
    Optional<String> freshest =
        signer
            .crlLocation()
            .filter(_ -> withDelta)
            .map(whole -> whole + StatusLocations.crlSuffix(partition, true));
    return new CrlExtensions(OptionalLong.empty(), distributionPoint, freshest);
  }

  /// What a delta with this base says about itself.
  CrlExtensions ofDelta(long base) {
    return new CrlExtensions(OptionalLong.of(base), distributionPoint, Optional.empty());
  }

  /// Whether a CRL was signed with the present key for the same certificates under the same URLs.
  boolean isOf(CrlEdition edition) {
    return edition.signer().equals(signer.crlIssuer().fingerprint())
        && edition.extensions().distributionPoint().equals(distributionPoint);
  }
}
