package org.certctl.status;

import java.time.Duration;

/// How CRLs are made.
///
/// @param interval a new one at least this often
/// @param validity how long one is good: from thisUpdate to nextUpdate; at least twice the
///   interval, so that a CRL that could not be made in time is noticed before the last one ends
/// @param onRevocation whether a revocation is followed by a new CRL at once, or some seconds after
///   the last one
public record CrlRules(Duration interval, Duration validity, boolean onRevocation) {

  /// @throws IllegalArgumentException when the validity is too short for the interval
  public CrlRules {
    if (interval.isNegative()
        || interval.isZero()
        || validity.compareTo(interval.multipliedBy(2)) < 0) {
      throw new IllegalArgumentException("the validity is at least twice the interval");
    }
  }

  /// Every hour, good for a day, and at once after a revocation.
  public static CrlRules defaults() {
    return new CrlRules(Duration.ofHours(1), Duration.ofDays(1), true);
  }
}
