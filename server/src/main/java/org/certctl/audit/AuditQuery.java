package org.certctl.audit;

import java.time.Instant;
import java.util.Optional;

/// Which entries of the trail are wanted; an absent condition takes all.
///
/// @param since the first instant
/// @param until the instant after the last
/// @param beforeSequence only entries before this place, `Long.MAX_VALUE` for the newest
/// @param limit how many at most, 1 to 10,000
public record AuditQuery(
    Optional<Instant> since,
    Optional<Instant> until,
    Optional<String> action,
    Optional<String> outcome,
    Optional<String> reason,
    Optional<String> endpoint,
    Optional<String> transactionId,
    Optional<String> resourceId,
    long beforeSequence,
    int limit) {

  /// The largest page.
  public static final int MAX_LIMIT = 10_000;

  /// @throws IllegalArgumentException when the limit is out of range
  public AuditQuery {
    if (limit < 1 || limit > MAX_LIMIT) {
      throw new IllegalArgumentException("the limit is 1 to " + MAX_LIMIT);
    }
  }

  /// The newest entries of all kinds.
  public static AuditQuery newest(int limit) {
    return new AuditQuery(
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Long.MAX_VALUE,
        limit);
  }
}
