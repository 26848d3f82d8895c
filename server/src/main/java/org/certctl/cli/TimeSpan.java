package org.certctl.cli;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Lengths of time as operators write them: a whole number and `s`, `m`, `h` or `d`.
final class TimeSpan {

  private static final Pattern FORM = Pattern.compile("(\\d{1,6})([smhd])");

  private TimeSpan() {}

  /// Reads `15m`, `24h`, `7d`; empty for any other text.
  static Optional<Duration> parse(String text) {
    Matcher parts = FORM.matcher(text);
    if (!parts.matches()) {
      return Optional.empty();
    }
    long count = Long.parseLong(parts.group(1));
    return Optional.of(
        switch (parts.group(2)) {
          case "s" -> Duration.ofSeconds(count);
          case "m" -> Duration.ofMinutes(count);
          case "h" -> Duration.ofHours(count);
          default -> Duration.ofDays(count);
        });
  }
}
