package org.certctl.pki;

import java.time.Instant;

/// That a certificate is not good: since when, and why.
///
/// @param reason why
/// @param at since when, whole milliseconds
public record Revocation(RevocationReason reason, Instant at) {

  /// Whether it may be taken back.
  public boolean isHold() {
    return reason == RevocationReason.CERTIFICATE_HOLD;
  }

  /// `held` or `revoked`.
  public String state() {
    return isHold() ? "held" : "revoked";
  }
}
