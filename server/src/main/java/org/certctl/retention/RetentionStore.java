package org.certctl.retention;

import java.time.Instant;
import java.util.Optional;
import org.certctl.audit.StoreUnavailableException;

/// Where records are removed. Each method is one small transaction: when it returns, what it
/// removed is gone and told in the audit trail, with how many there were and up to when; when it
/// throws, everything is still there.
public interface RetentionStore {

  /// How many records one step looks at.
  int STEP = 100;

  /// A place in the order in which records are looked at.
  ///
  /// @param millis the time of the record, in milliseconds since 1970: when the enrollment was
  ///   begun, or the end of the certificate
  /// @param position its place among those of the same table
  record Place(long millis, long position) {

    /// Before all records.
    public static final Place FIRST = new Place(Long.MIN_VALUE, 0);
  }

  /// What one step came to.
  ///
  /// @param removed how many records are gone
  /// @param next where the next step goes on; absent when nothing more is so old
  record Step(int removed, Optional<Place> next) {}

  /// Removes enrollments that were decided until then, the oldest first.
  ///
  /// Stays: what is open; and what a claim ({@link org.certctl.challenge.ChallengeClaim}) or a
  /// request that was put before a human still refers to.
  ///
  /// @param now the time of the event
  Step removeEnrollments(Place after, Instant decidedUntil, Instant now)
      throws StoreUnavailableException;

  /// Removes certificates that ended until then, those that ended first before the others; with
  /// each, its names, its revocation and its enrollment.
  ///
  /// Stays, with all of it: what a claim or a request that was put before a human still refers to;
  /// what was ever revoked or held, until every complete CRL of its issuer that is kept was made
  /// after its end, and there is one; and a renewal, for as long as what it renewed is not so old.
  ///
  /// @param now the time of the event
  Step removeCertificates(Place after, Instant endedUntil, Instant now)
      throws StoreUnavailableException;
}
