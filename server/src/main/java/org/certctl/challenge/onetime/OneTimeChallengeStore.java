package org.certctl.challenge.onetime;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.certctl.audit.AuditEvent;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.pki.Sha256;

/// Where one-time challenges are kept. Each method is one transaction: when it returns, its effect
/// is on disk together with its audit events; when it throws, nothing of it is.
///
/// A challenge is used up, or revoked, by whoever takes its claim first: an enrollment's intent, or
/// {@link #revoke}.
public interface OneTimeChallengeStore {

  /// What became of an attempt to revoke.
  sealed interface Revocation {
    /// Nobody can use it any more.
    record Done() implements Revocation {}

    /// Nothing was changed: it had been revoked, claimed or used before.
    record TooLate(ChallengeUse use) implements Revocation {}
  }

  /// Keeps new challenges: all or none.
  void add(List<OneTimeChallenge> challenges, List<AuditEvent> events)
      throws StoreUnavailableException;

  /// The challenge with this MAC.
  Optional<KnownChallenge> find(Sha256 mac) throws StoreUnavailableException;

  /// The challenge with this id.
  Optional<KnownChallenge> find(String id) throws StoreUnavailableException;

  /// The newest challenges before this position, newest first.
  ///
  /// @param endpoint only those of this endpoint; absent for all
  /// @param before a challenge's position, `Long.MAX_VALUE` for the newest
  /// @param limit 1 to 1000
  List<KnownChallenge> page(Optional<String> endpoint, long before, int limit)
      throws StoreUnavailableException;

  /// Revokes a challenge, whether its time is over or not.
  ///
  /// @param events appended only when it is done
  /// @throws IllegalStateException when there is no such challenge
  Revocation revoke(OneTimeChallenge challenge, List<AuditEvent> events)
      throws StoreUnavailableException;

  /// Forgets the challenges that ended before this instant.
  ///
  /// @return how many
  int forgetEndedBefore(Instant end) throws StoreUnavailableException;
}
