package org.certctl.expiry;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.certctl.audit.AuditEvent;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.notice.Notice;
import org.certctl.notice.Target;
import org.certctl.pki.Sha256;

/// What has been told of the ends of certificates, and the ends of those that were issued. Each
/// method is one transaction.
public interface ExpiryStore {

  /// Where a page of issued certificates ended.
  ///
  /// @param notAfterMillis the end of its last certificate, in milliseconds since 1970
  /// @param position the place of that certificate in the inventory
  record Cursor(long notAfterMillis, long position) {}

  /// Some issued certificates, those that end first before the others.
  ///
  /// @param next where to go on; absent when there are no more
  record Page(List<IssuedEnd> ends, Optional<Cursor> next) {
    /// Copies the list.
    public Page {
      ends = List.copyOf(ends);
    }
  }

  /// A certificate of the server that is told of under a threshold.
  record Telling(Sha256 fingerprint, Duration threshold, Instant notAfter, Instant at) {}

  /// The shortest threshold under which each of these was told of; those that were not are absent.
  Map<Sha256, Duration> told(Set<Sha256> fingerprints) throws StoreUnavailableException;

  /// Notes that a certificate is told of, puts the notice on its way to each target, and appends
  /// the event.
  ///
  /// @return false, with no effect, when it was told of under that threshold before
  boolean tell(Telling told, Notice notice, List<Target> targets, AuditEvent event)
      throws StoreUnavailableException;

  /// Issued certificates that end after `from` and not after `until`, good or not. The cost does
  /// not depend on how many others there are.
  ///
  /// @param after where the page before ended
  /// @param limit 1 to 10,000
  Page issuedEnds(Instant from, Instant until, Optional<Cursor> after, int limit)
      throws StoreUnavailableException;

  /// How far each thing has come that happens once, by its name.
  Map<String, Instant> marks() throws StoreUnavailableException;

  /// Moves marks, puts notices on their way to each target, and appends the events.
  ///
  /// @param before the marks that the decision rests on; those that are to be absent are absent
  /// @param after the marks to be set
  /// @return false, with no effect, when one of the marks to be set is no longer as it was before
  boolean advance(
      Map<String, Instant> before,
      Map<String, Instant> after,
      List<Notice> notices,
      List<Target> targets,
      List<AuditEvent> events)
      throws StoreUnavailableException;

  /// Forgets what was told of certificates that ended before this instant, but for these.
  void forget(Instant endedBefore, Set<Sha256> kept) throws StoreUnavailableException;
}
