package org.certctl.config;

import java.util.Optional;
import org.certctl.status.CrlRules;

/// Certificate status.
///
/// @param publicUrl the URL that certificates point to, without a slash at its end; absent when
///   they point nowhere
/// @param crl how CRLs are made
/// @param ocsp whether and how OCSP is answered
public record StatusSettings(Optional<String> publicUrl, CrlRules crl, OcspSettings ocsp) {

  /// No pointers, CRLs by {@link CrlRules#defaults()}, OCSP by {@link OcspSettings#defaults()}.
  public static StatusSettings defaults() {
    return new StatusSettings(Optional.empty(), CrlRules.defaults(), OcspSettings.defaults());
  }
}
