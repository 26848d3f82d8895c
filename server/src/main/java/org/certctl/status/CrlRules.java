package org.certctl.status;

import java.time.Duration;

/// How CRLs are made.
///
/// @param interval a new one at least this often
/// @param validity how long one is good: from thisUpdate to nextUpdate; at least twice the
///   interval, so that a CRL that could not be made in time is noticed before the last one ends
/// @param onRevocation whether a revocation is followed by a new CRL at once, or some seconds after
///   the last one
/// @param deltas how delta CRLs are made
public record CrlRules(Duration interval, Duration validity, boolean onRevocation, Deltas deltas) {

  /// How delta CRLs are made. A revocation is always followed by one at once.
  ///
  /// @param enabled whether they are made; those that were announced are, in any case
  /// @param interval a new one at least this often
  /// @param validity how long one is good; at least twice the interval
  public record Deltas(boolean enabled, Duration interval, Duration validity) {

    /// @throws IllegalArgumentException when the validity is too short for the interval
    public Deltas {
      requireTwice(interval, validity);
    }

    /// None; else every ten minutes, good for an hour.
    public static Deltas defaults() {
      return new Deltas(false, Duration.ofMinutes(10), Duration.ofHours(1));
    }

    /// The same, enabled or not.
    public Deltas enabled(boolean whether) {
      return new Deltas(whether, interval, validity);
    }
  }

  /// @throws IllegalArgumentException when the validity is too short for the interval
  public CrlRules {
    requireTwice(interval, validity);
  }

  /// Without delta CRLs.
  public CrlRules(Duration interval, Duration validity, boolean onRevocation) {
    this(interval, validity, onRevocation, Deltas.defaults());
  }

  private static void requireTwice(Duration interval, Duration validity) {
    if (!interval.isPositive() || validity.compareTo(interval.multipliedBy(2)) < 0) {
      throw new IllegalArgumentException("the validity is at least twice the interval");
    }
  }

  /// Every hour, good for a day, and at once after a revocation; no delta CRLs.
  public static CrlRules defaults() {
    return new CrlRules(Duration.ofHours(1), Duration.ofDays(1), true);
  }

  /// The same with these delta CRLs.
  public CrlRules with(Deltas deltas) {
    return new CrlRules(interval, validity, onRevocation, deltas);
  }
}
