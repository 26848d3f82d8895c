package org.certctl.cli;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/// Points in time as operators write them.
final class DateOrTime {

  private DateOrTime() {}

  /// Reads `2026-03-01`, which is its first instant in UTC, or `2026-03-01T12:00:00Z`.
  ///
  /// @throws DateTimeException when it is neither
  static Instant parse(String text) {
    return text.contains("T")
        ? OffsetDateTime.parse(text).toInstant()
        : LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
  }
}
