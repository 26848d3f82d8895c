package org.certctl.config;

import java.time.Duration;
import java.util.Optional;
import org.certctl.enroll.RenewalRules;

/// When certificates of an endpoint are renewed (RFC 8894, section 2.3), and what becomes of the
/// old ones.
///
/// @param rules when a certificate authorises its own renewal
/// @param revokePredecessorAfter how long after a renewal the old certificate is revoked; absent
///   when it is left to expire
public record RenewalSettings(RenewalRules rules, Optional<Duration> revokePredecessorAfter) {

  /// On, in the last 90 days of a certificate, without a challenge.
  public static RenewalSettings defaults() {
    return new RenewalSettings(
        new RenewalRules(true, Duration.ofDays(90), Duration.ZERO, false), Optional.empty());
  }
}
