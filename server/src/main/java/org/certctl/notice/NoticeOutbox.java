package org.certctl.notice;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.certctl.audit.AuditEvent;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.notice.OutboxEntry.State;

/// Notices that are to go out. They come in with what they tell of, in one transaction; each method
/// here is one of its own.
public interface NoticeOutbox {

  /// Takes the entry that has been due for longest among those of one notifier: nobody else gets it
  /// until the claim ends. Whoever took it and is gone has perhaps delivered it: it is delivered
  /// again then, under the same id.
  ///
  /// @param lease when the claim ends by itself
  Optional<OutboxEntry> claim(String notifier, Instant now, Duration lease)
      throws StoreUnavailableException;

  /// The other side has taken it.
  ///
  /// @return false when the claim has ended and somebody else has it
  boolean delivered(OutboxEntry claimed, Instant now) throws StoreUnavailableException;

  /// It has to be tried again.
  ///
  /// @return false when the claim has ended and somebody else has it
  boolean failed(OutboxEntry claimed, Instant nextAttemptAt, String error)
      throws StoreUnavailableException;

  /// It is given up; with an audit event.
  ///
  /// @return false when the claim has ended and somebody else has it
  boolean giveUp(OutboxEntry entry, Instant now, String error, AuditEvent event)
      throws StoreUnavailableException;

  /// Ends all claims, for a server that has just started and that nobody shares the store with: who
  /// had them is gone.
  void endClaims() throws StoreUnavailableException;

  /// Entries that wait since before this instant and that nobody has claimed: their notifier is
  /// perhaps configured no more.
  ///
  /// @param limit 1 to 1000
  List<OutboxEntry> waitingSince(Instant before, Instant now, int limit)
      throws StoreUnavailableException;

  /// Forgets what was delivered or given up before these instants.
  ///
  /// @return how many
  int forget(Instant deliveredBefore, Instant deadBefore) throws StoreUnavailableException;

  /// How many there are in each state.
  Map<State, Long> counts() throws StoreUnavailableException;

  /// Entries, newest first.
  ///
  /// @param before an entry's number; `Long.MAX_VALUE` for the newest
  /// @param state only those; all when absent
  /// @param limit 1 to 1000
  List<OutboxEntry> page(long before, Optional<State> state, int limit)
      throws StoreUnavailableException;

  /// The entry of this number.
  Optional<OutboxEntry> find(long number) throws StoreUnavailableException;

  /// Puts a dead entry back, due at once, with all its attempts before it; with an audit event.
  ///
  /// @return false when there is none that is dead
  boolean retry(long number, Instant now, AuditEvent event) throws StoreUnavailableException;
}
