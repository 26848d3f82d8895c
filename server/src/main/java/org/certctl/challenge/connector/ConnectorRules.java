package org.certctl.challenge.connector;

import java.time.Duration;
import java.util.Optional;

/// What an endpoint asks of connector challenges.
///
/// @param audience what `aud` must name; absent when it is not looked at
/// @param validity how long after `iat` a token is taken at most, whatever `exp` says; zero for no
///   such bound
/// @param clockSkew how far the clocks may differ, at most {@link #MAX_CLOCK_SKEW}; widens every
///   bound of time
/// @param perDevice how many certificates a device (`sub` of an `iss`) may have in any 24 hours; 0
///   for any number
/// @param binding how names that the token does not speak of are treated
public record ConnectorRules(
    Optional<String> audience,
    Duration validity,
    Duration clockSkew,
    int perDevice,
    Binding binding) {

  /// The largest skew that an endpoint may allow. A token that was used is remembered for so long
  /// after its `exp`.
  public static final Duration MAX_CLOCK_SKEW = Duration.ofHours(1);

  /// How names of a dimension that the token does not speak of are treated.
  public enum Binding {
    /// The request must not have any.
    STRICT,
    /// The request may have any.
    LENIENT
  }

  /// Refuses a skew that would outlive what is remembered of used tokens.
  ///
  /// @throws IllegalArgumentException when it is negative or too large
  public ConnectorRules {
    if (clockSkew.isNegative() || clockSkew.compareTo(MAX_CLOCK_SKEW) > 0) {
      throw new IllegalArgumentException("the clock skew is 0 to " + MAX_CLOCK_SKEW);
    }
  }

  /// No audience, an hour, a minute, three a day, strict.
  public static ConnectorRules defaults() {
    return new ConnectorRules(
        Optional.empty(), Duration.ofHours(1), Duration.ofMinutes(1), 3, Binding.STRICT);
  }
}
