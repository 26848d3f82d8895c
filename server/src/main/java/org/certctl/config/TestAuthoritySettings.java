package org.certctl.config;

import java.time.Duration;

/// How a test authority makes trouble. Comes from the command line of `certctl serve` and from
/// nowhere else, so that no setting can turn a server into one.
///
/// @param refuse the share of requests that are refused, 0 to 1
/// @param pend the share of requests that are told to wait, 0 to 1
/// @param pendFor how long these wait until they are decided on
/// @param seed what all choices follow from
public record TestAuthoritySettings(double refuse, double pend, Duration pendFor, long seed) {

  /// Refuses shares that are none.
  ///
  /// @throws IllegalArgumentException with what is wrong
  public TestAuthoritySettings {
    if (!(refuse >= 0 && pend >= 0 && refuse + pend <= 1)) {
      throw new IllegalArgumentException("shares are from 0 to 1, and no more than 1 together");
    }
    if (pendFor.isNegative()) {
      throw new IllegalArgumentException("nobody can wait for less than no time");
    }
  }
}
