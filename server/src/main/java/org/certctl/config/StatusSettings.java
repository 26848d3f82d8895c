package org.certctl.config;

import java.util.Optional;
import org.certctl.status.CrlRules;

/// Certificate status.
///
/// @param publicUrl the URL that certificates point to, without a slash at its end; absent when
///   they point nowhere
/// @param crl how CRLs are made
/// @param crlPartitions into how many partitions certificates are divided; 0 when they are not
/// @param ocsp whether and how OCSP is answered
public record StatusSettings(
    Optional<String> publicUrl, CrlRules crl, int crlPartitions, OcspSettings ocsp) {

  /// No pointers, CRLs of all by {@link CrlRules#defaults()}, OCSP by {@link
  /// OcspSettings#defaults()}.
  public static StatusSettings defaults() {
    return new StatusSettings(Optional.empty(), CrlRules.defaults(), 0, OcspSettings.defaults());
  }
}
