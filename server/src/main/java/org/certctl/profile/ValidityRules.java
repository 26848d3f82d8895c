package org.certctl.profile;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/// How long certificates are valid.
///
/// @param maximum the longest validity
/// @param usual the validity when nobody asks for another; at most the longest
/// @param backdating how far notBefore lies in the past, for devices whose clocks are behind
/// @param asRequested whether a request may ask for a shorter or longer one, up to the longest
public record ValidityRules(
    Duration maximum, Duration usual, Duration backdating, boolean asRequested) {

  /// Refuses rules that contradict themselves.
  ///
  /// @throws IllegalArgumentException naming the rule
  public ValidityRules {
    if (!usual.isPositive() || usual.compareTo(maximum) > 0 || backdating.isNegative()) {
      throw new IllegalArgumentException(
          "the usual validity is positive and at most the longest; backdating is not negative");
    }
  }

  /// A year, from five minutes ago; what a request asks for counts up to that.
  public static ValidityRules defaults() {
    return new ValidityRules(
        Duration.ofDays(365), Duration.ofDays(365), Duration.ofMinutes(5), true);
  }

  Instant notBefore(Instant now) {
    return now.minus(backdating).truncatedTo(ChronoUnit.SECONDS);
  }

  /// The last second of validity; no certificate outlives its issuer.
  Instant notAfter(Instant now, Optional<Duration> requested, Instant issuerEnd) {
    Duration wanted = requested.filter(_ -> asRequested).orElse(usual);
    Duration granted = wanted.compareTo(maximum) > 0 ? maximum : wanted;
    Instant end = now.plus(granted).truncatedTo(ChronoUnit.SECONDS).minusSeconds(1);
    return (end.isAfter(issuerEnd) ? issuerEnd : end).truncatedTo(ChronoUnit.SECONDS);
  }
}
