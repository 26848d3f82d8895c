package org.certctl.status;

import org.certctl.issuer.StatusLocations;

/// Which of an issuer's CRLs is meant; each is published under a URL of its own.
///
/// @param issuerId the issuer
/// @param partition the partition whose certificates it lists, from 1 on; 0 for those of all
/// @param delta whether it tells only what has changed since another (RFC 5280, section 5.2.4)
public record CrlKey(String issuerId, int partition, boolean delta) {

  /// The partition of a CRL that lists the certificates of all.
  public static final int WHOLE = 0;

  /// @throws IllegalArgumentException when the partition is negative
  public CrlKey {
    if (partition < WHOLE) {
      throw new IllegalArgumentException("there is no partition " + partition);
    }
  }

  /// The CRL of everything that an issuer has revoked.
  public static CrlKey complete(String issuerId) {
    return new CrlKey(issuerId, WHOLE, false);
  }

  /// The delta CRL of the same scope.
  public CrlKey ofDelta() {
    return new CrlKey(issuerId, partition, true);
  }

  /// The complete CRL of the same scope.
  public CrlKey ofComplete() {
    return new CrlKey(issuerId, partition, false);
  }

  /// `complete`, `delta`, or what stands behind the issuer in the URL: `7`, `7/delta`.
  public String name() {
    return partition == WHOLE
        ? (delta ? "delta" : "complete")
        : StatusLocations.crlSuffix(partition, delta).substring(1);
  }
}
