package org.certctl.enroll;

import java.time.Duration;

/// When an endpoint lets a certificate authorise its own renewal.
///
/// @param enabled whether it does at all
/// @param window how long before its end a certificate may be renewed
/// @param grace how long after its end it still may
/// @param challengeRequired whether a valid challenge is demanded besides
public record RenewalRules(
    boolean enabled, Duration window, Duration grace, boolean challengeRequired) {

  /// Refuses durations that make no sense.
  ///
  /// @throws IllegalArgumentException when the window is not positive, or the grace is negative
  public RenewalRules {
    if (!window.isPositive() || grace.isNegative()) {
      throw new IllegalArgumentException("the window is positive, the grace not negative");
    }
  }

  /// No renewal: every request needs a challenge.
  public static RenewalRules off() {
    return new RenewalRules(false, Duration.ofDays(90), Duration.ZERO, false);
  }
}
