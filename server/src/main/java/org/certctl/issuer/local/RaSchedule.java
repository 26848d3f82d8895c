package org.certctl.issuer.local;

import java.time.Duration;
import java.time.Instant;

/// How long certificates last that a CA makes for the server itself (RAs, OCSP responders), when
/// they are renewed, and how long their keys are still used.
///
/// @param lifetime how long a new one is valid, unless the CA ends before
/// @param renewBefore how long before its end it is replaced
/// @param grace how long a key opens envelopes after another took its place
public record RaSchedule(Duration lifetime, Duration renewBefore, Duration grace) {

  /// @throws IllegalArgumentException when one would never be renewed in time, or without end
  public RaSchedule {
    if (!renewBefore.isPositive() || renewBefore.compareTo(lifetime) >= 0 || grace.isNegative()) {
      throw new IllegalArgumentException("renewal lies within the lifetime");
    }
  }

  /// Two years, renewed 60 days before the end, the old key opened for another 30 days.
  public static RaSchedule defaults() {
    return new RaSchedule(Duration.ofDays(730), Duration.ofDays(60), Duration.ofDays(30));
  }

  /// When a certificate made now ends: no later than its CA.
  Instant endOf(Instant now, Instant caEnd) {
    Instant end = now.plus(lifetime);
    return end.isBefore(caEnd) ? end : caEnd;
  }

  /// Whether a certificate that ends then is to be replaced now. Not when the new one could not end
  /// later: then it is the CA that must be replaced.
  boolean isDue(Instant notAfter, Instant now, Instant caEnd) {
    return !now.isBefore(notAfter.minus(renewBefore)) && endOf(now, caEnd).isAfter(notAfter);
  }

  /// Whether a key is spent whose successor came then.
  public boolean isSpent(Instant replacedAt, Instant now) {
    return !now.isBefore(replacedAt.plus(grace));
  }
}
