package org.certctl.notice;

import java.time.Duration;

/// How long delivery is tried.
///
/// @param firstWait the wait after the first failure; doubled with each further one
/// @param longestWait no wait is longer, unless the other side asks for it
/// @param maxAttempts after so many attempts it is given up
/// @param maxRefusals after so many, if the last was a plain refusal
/// @param maxAge after so long it is given up
/// @param lease how long one attempt may take at the very most
public record RetryRules(
    Duration firstWait,
    Duration longestWait,
    int maxAttempts,
    int maxRefusals,
    Duration maxAge,
    Duration lease) {

  /// How long the other side can have itself left alone.
  static final Duration LONGEST_WISH = Duration.ofHours(6);

  /// The first wait as given, at most an hour; up to 60 attempts in 3 days, 3 when refused; 5
  /// minutes for one.
  public static RetryRules after(Duration firstWait) {
    return new RetryRules(
        firstWait, Duration.ofHours(1), 60, 3, Duration.ofDays(3), Duration.ofMinutes(5));
  }

  /// Two minutes after the first failure.
  public static RetryRules defaults() {
    return after(Duration.ofMinutes(2));
  }

  /// The longest wait after so many attempts.
  Duration waitAfter(int attempts) {
    Duration wait = firstWait;
    for (int i = 1; i < attempts && wait.compareTo(longestWait) < 0; i++) {
      wait = wait.multipliedBy(2);
    }
    return wait.compareTo(longestWait) < 0 ? wait : longestWait;
  }
}
