package org.certctl.expiry;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// How long before their ends certificates are told of.
///
/// @param thresholds the longest first, each once; at least one
/// @param interval issued certificates are told of together, once in this time at most
public record ExpiryRules(List<Duration> thresholds, Duration interval) {

  /// Sorts the thresholds.
  ///
  /// @throws IllegalArgumentException when there is none, or one is not positive
  public ExpiryRules {
    thresholds = thresholds.stream().distinct().sorted(Comparator.reverseOrder()).toList();
    if (thresholds.isEmpty() || !thresholds.getLast().isPositive()) {
      throw new IllegalArgumentException("thresholds are positive, and at least one");
    }
  }

  /// 30, 14, 7 and 1 days; once a day.
  public static ExpiryRules defaults() {
    return new ExpiryRules(
        List.of(Duration.ofDays(30), Duration.ofDays(14), Duration.ofDays(7), Duration.ofDays(1)),
        Duration.ofDays(1));
  }

  /// The longest threshold.
  Duration longest() {
    return thresholds.getFirst();
  }

  /// How long before their ends issued certificates may be told of under a threshold: those that
  /// come under it before the next notice are told of in this one.
  Duration reach(Duration threshold) {
    return threshold.plus(interval);
  }

  /// The shortest threshold that a certificate with so much time left has come under; absent when
  /// it has come under none.
  public Optional<Duration> passed(Duration left) {
    return passed(left, longest());
  }

  /// The same for a certificate that is of no interest as long as it has more time left than this:
  /// one that is replaced by itself before.
  public Optional<Duration> passed(Duration left, Duration noSooner) {
    if (left.compareTo(noSooner) > 0) {
      return Optional.empty();
    }
    return thresholds.reversed().stream()
        .filter(threshold -> left.compareTo(threshold) <= 0)
        .findFirst();
  }
}
