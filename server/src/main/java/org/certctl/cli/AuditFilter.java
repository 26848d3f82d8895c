package org.certctl.cli;

import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.certctl.audit.AuditQuery;
import org.certctl.config.TimeSpan;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The options that say which audit entries are wanted.
final class AuditFilter {

  @Option(
      names = "--since",
      paramLabel = "TIME",
      description =
          "Only entries from this time on: 2026-03-01, 2026-03-01T12:00:00Z, or how long ago: 15m,"
              + " 24h, 7d.")
  private @Nullable String since;

  @Option(names = "--until", paramLabel = "TIME", description = "Only entries before this time.")
  private @Nullable String until;

  @Option(
      names = "--action",
      paramLabel = "CODE",
      description = "Only this action, such as scep_pkcsreq.")
  private @Nullable String action;

  @Option(
      names = "--outcome",
      paramLabel = "CODE",
      description =
          "Only this outcome: intended, issued, repeated, pending, approved, rejected, refused,"
              + " released, breach, full, created, revoked, started or stopped.")
  private @Nullable String outcome;

  @Option(
      names = "--reason",
      paramLabel = "CODE",
      description = "Only this reason, such as challenge_wrong.")
  private @Nullable String reason;

  @Option(names = "--endpoint", paramLabel = "NAME", description = "Only this endpoint.")
  private @Nullable String endpoint;

  @Option(names = "--transaction", paramLabel = "ID", description = "Only this transaction.")
  private @Nullable String transaction;

  @Option(
      names = "--serial",
      paramLabel = "HEX",
      description = "Only entries about the certificate with this serial number.")
  private @Nullable String serial;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "50",
      description = "At most this many, 1 to 10000. Default: ${DEFAULT-VALUE}.")
  private int limit = 50;

  /// Made by picocli.
  AuditFilter() {}

  AuditQuery query(Clock clock) throws CommandFailedException {
    if (limit < 1 || limit > AuditQuery.MAX_LIMIT) {
      throw CommandFailedException.usage("--limit must be 1 to " + AuditQuery.MAX_LIMIT);
    }
    return new AuditQuery(
        time("--since", since, clock),
        time("--until", until, clock),
        Optional.ofNullable(action),
        Optional.ofNullable(outcome),
        Optional.ofNullable(reason),
        Optional.ofNullable(endpoint),
        Optional.ofNullable(transaction),
        Optional.ofNullable(serial).map(text -> text.replace(":", "").toLowerCase(Locale.ROOT)),
        Long.MAX_VALUE,
        limit);
  }

  /// A point in time as the operator writes it; absent when the option is not named.
  static Optional<Instant> time(String option, @Nullable String text, Clock clock)
      throws CommandFailedException {
    if (text == null) {
      return Optional.empty();
    }
    Optional<Duration> ago = TimeSpan.parse(text);
    if (ago.isPresent()) {
      return Optional.of(clock.instant().minus(ago.get()));
    }
    try {
      return Optional.of(DateOrTime.parse(text));
    } catch (DateTimeException e) {
      throw CommandFailedException.usage(
          option + " must be like 2026-03-01, 2026-03-01T12:00:00Z or 24h");
    }
  }
}
