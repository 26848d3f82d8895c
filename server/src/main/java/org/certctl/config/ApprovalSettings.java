package org.certctl.config;

import java.time.Duration;

/// Which new enrollments of an endpoint wait for a human.
///
/// @param mode which
/// @param timeout how long a request waits before it is refused
/// @param maxPending how many may wait
/// @param maxPendingPerAddress how many of them may have come from one source address
public record ApprovalSettings(
    Mode mode, Duration timeout, int maxPending, int maxPendingPerAddress) {

  /// Which new enrollments wait.
  public enum Mode {
    /// None.
    NONE,
    /// All that are otherwise authorised.
    REQUIRED,
    /// Those without any challenge.
    WITHOUT_CHALLENGE
  }

  /// None; seven days, a thousand, a hundred from one address.
  public static ApprovalSettings defaults() {
    return new ApprovalSettings(Mode.NONE, Duration.ofDays(7), 1000, 100);
  }
}
