package org.certctl.config;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Lengths of time as operators write them: whole numbers, each with `ms`, `s`, `m`, `h` or `d`.
public final class TimeSpan {

  private static final int MAX_CHARS = 32;
  private static final Pattern PART = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");

  private TimeSpan() {}

  /// Reads `15m`, `7d`, `1h30m`; empty for any other text, a number without its unit too, and for
  /// more than 32 characters.
  public static Optional<Duration> parse(String text) {
    if (text.length() > MAX_CHARS) {
      return Optional.empty();
    }
    Matcher part = PART.matcher(text);
    Duration sum = Duration.ZERO;
    int end = 0;
    while (part.find() && part.start() == end) {
      long amount = Long.parseLong(part.group(1));
      sum =
          sum.plus(
              switch (part.group(2)) {
                case "ms" -> Duration.ofMillis(amount);
                case "s" -> Duration.ofSeconds(amount);
                case "m" -> Duration.ofMinutes(amount);
                case "h" -> Duration.ofHours(amount);
                default -> Duration.ofDays(amount);
              });
      end = part.end();
    }
    return end == text.length() && end > 0 ? Optional.of(sum) : Optional.empty();
  }
}
