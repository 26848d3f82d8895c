package org.certctl.enroll;

import java.time.Duration;

/// Which new enrollments of an endpoint wait for a human, for how long, and how many.
///
/// @param mode which
/// @param timeout how long a request waits before it is refused
/// @param maxPending how many may wait at the endpoint
/// @param maxPendingPerAddress how many of them may have come from one address
public record ApprovalRules(Mode mode, Duration timeout, int maxPending, int maxPendingPerAddress) {

  /// Which new enrollments wait. A renewal that is proved by its predecessor never does.
  public enum Mode {
    /// None.
    NONE,
    /// All that are otherwise authorised.
    REQUIRED,
    /// Those without any challenge, which are refused otherwise; a wrong challenge still is (RFC
    /// 8894, section 2.4).
    WITHOUT_CHALLENGE
  }

  /// Refuses bounds that let nothing wait.
  ///
  /// @throws IllegalArgumentException when one of them is not positive
  public ApprovalRules {
    if (!timeout.isPositive() || maxPending < 1 || maxPendingPerAddress < 1) {
      throw new IllegalArgumentException("the bounds of a queue are positive");
    }
  }

  /// Nothing waits; were it otherwise, for seven days, a thousand, a hundred from one address.
  public static ApprovalRules off() {
    return new ApprovalRules(Mode.NONE, Duration.ofDays(7), 1000, 100);
  }
}
