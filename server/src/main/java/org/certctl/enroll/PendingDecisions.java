package org.certctl.enroll;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.certctl.audit.AuditEvent;
import org.certctl.audit.StoreUnavailableException;

/// Requests that wait for a human, as whoever decides sees them.
///
/// A decision is only marked; the server issues. A refusal stands; an approval can be taken back
/// until it is redeemed.
public interface PendingDecisions {

  /// Entries in the order of coming.
  ///
  /// @param after an entry's number, 0 for the oldest
  /// @param limit 1 to 1000
  /// @param closedToo whether those that were redeemed or refused are given too
  List<PendingEntry> page(long after, int limit, boolean closedToo)
      throws StoreUnavailableException;

  /// The entry of this number.
  Optional<PendingEntry> find(long number) throws StoreUnavailableException;

  /// Agrees to an entry that waits and whose time is not over. From then on it has as long again to
  /// be issued.
  ///
  /// @return false when it does not wait any more; then nothing was written
  boolean approve(PendingId id, String actor, Instant at, List<AuditEvent> events)
      throws StoreUnavailableException;

  /// Refuses an entry that waits, or takes back the approval of one that is not yet redeemed; what
  /// its challenge used up stays used up.
  ///
  /// @param words what the requester is told, at most {@link #MAX_WORDS} characters
  /// @return false when it is redeemed or refused; then nothing was written
  boolean reject(PendingId id, String words, String actor, Instant at, List<AuditEvent> events)
      throws StoreUnavailableException;

  /// The longest text for a requester, in characters.
  int MAX_WORDS = 200;

  /// The code of an entry that a human refused.
  String REJECTED = "approval_rejected";
}
