package org.certctl.enroll;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.certctl.audit.AuditEvent;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.pki.Sha256;

/// Where requests wait for a human, as the server sees it. Each method is one transaction: when it
/// returns, its effect is on disk together with its audit events; when it throws, nothing of it is.
///
/// Whoever moves an entry says the state it must be in; of several who try at once, on one node or
/// many, one succeeds.
public interface PendingStore {

  /// What becomes of the claims of an entry that is refused.
  enum Claims {
    /// They may be claimed anew.
    FREED,
    /// They stay used up.
    KEPT
  }

  /// Lets a request wait, takes its claims, and appends the events: all or nothing.
  ///
  /// An endpoint has at most one open entry for a transactionID.
  ///
  /// @param replaced an entry that makes room for this one, or stays as it is when this one cannot
  ///   wait
  QueueResult queue(
      PendingEnrollment enrollment,
      ApprovalRules bounds,
      Optional<Replacement> replaced,
      List<AuditEvent> events)
      throws StoreUnavailableException;

  /// The same, where nothing makes room.
  default QueueResult queue(
      PendingEnrollment enrollment, ApprovalRules bounds, List<AuditEvent> events)
      throws StoreUnavailableException {
    return queue(enrollment, bounds, Optional.empty(), events);
  }

  /// The newest entry of a transactionID at an endpoint.
  Optional<PendingEntry> newest(String endpoint, ByteString transactionId)
      throws StoreUnavailableException;

  /// The newest entry of a transactionID at an endpoint about which the holder of this key may ask.
  Optional<PendingEntry> newestKnownTo(String endpoint, ByteString transactionId, Sha256 keyDigest)
      throws StoreUnavailableException;

  /// The entries that are approved and not yet redeemed, oldest first.
  ///
  /// @param after an entry's number, 0 for the oldest
  /// @param limit 1 to 1000
  List<PendingEntry> approved(long after, int limit) throws StoreUnavailableException;

  /// The entries that wait, or are approved and not yet redeemed, although their time is over; the
  /// one whose time was over first comes first.
  ///
  /// @param limit 1 to 1000
  List<PendingEntry> overdue(Instant now, int limit) throws StoreUnavailableException;

  /// Writes the intent of an approved entry, to which the entry's claims pass over.
  ///
  /// When the intent is released, the entry is approved again and has its claims back.
  ///
  /// @return false when the entry is not approved, or an enrollment of the same transaction is
  ///   open; then nothing was written
  boolean redeem(PendingId id, Intent intent, List<AuditEvent> events)
      throws StoreUnavailableException;

  /// Refuses an entry that waits.
  ///
  /// @return false when it does not wait; then nothing was written
  boolean refuseWaiting(
      PendingId id, PendingState.Refused refused, Claims claims, List<AuditEvent> events)
      throws StoreUnavailableException;

  /// Refuses an entry that is approved and not redeemed, and frees its claims.
  ///
  /// @return false when it is not; then nothing was written
  boolean refuseApproved(PendingId id, PendingState.Refused refused, List<AuditEvent> events)
      throws StoreUnavailableException;

  /// How many wait, by endpoint; endpoints where none waits may be absent.
  Map<String, Long> waiting() throws StoreUnavailableException;

  /// Forgets entries that were redeemed or refused before this instant.
  ///
  /// @return how many
  int forgetClosed(Instant before) throws StoreUnavailableException;
}
