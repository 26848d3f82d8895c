package org.certctl.config;

import java.time.Duration;
import java.util.Optional;

/// When an endpoint lets a certificate authorise its own renewal (RFC 8894, section 2.3).
///
/// @param enabled whether it does at all
/// @param window how long before its end a certificate may be renewed
/// @param grace how long after its end it still may
/// @param challengeRequired whether a valid challenge is demanded besides
/// @param revokePredecessorAfter how long after a renewal the old certificate is revoked; absent
///   when it is left to expire
public record RenewalSettings(
    boolean enabled,
    Duration window,
    Duration grace,
    boolean challengeRequired,
    Optional<Duration> revokePredecessorAfter) {

  /// On, in the last 90 days of a certificate, without a challenge.
  public static RenewalSettings defaults() {
    return new RenewalSettings(true, Duration.ofDays(90), Duration.ZERO, false, Optional.empty());
  }
}
