package org.certctl.status;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.certctl.audit.AuditEvent;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.enroll.ByteString;
import org.certctl.pki.Revocation;
import org.certctl.pki.SerialNumber;

/// Where CRLs are kept, with the numbers they have and the revocations they are made from. Each
/// method is one transaction.
public interface CrlStore extends PublishedCrls {

  /// How long whoever was reading a CRL when the next came can read it to the end.
  Duration KEPT_AFTER_REPLACEMENT = Duration.ofMinutes(2);

  /// A CRL number that nobody else will ever have.
  ///
  /// @param number the number
  /// @param changes the changes counted when it was given out: of two numbers the higher one comes
  ///   with at least as many
  record Reservation(long number, long changes) {}

  /// A certificate to be listed.
  record Revoked(SerialNumber serialNumber, Revocation revocation) {}

  /// A certificate of which something has changed.
  ///
  /// @param at when it was revoked or held, or, without a revocation, released
  /// @param revocation absent when a hold was released
  record Changed(SerialNumber serialNumber, Instant at, Optional<Revocation> revocation) {}

  /// A partition that certificates name.
  ///
  /// @param location the URL under which they do
  /// @param lastEnd by when the last such certificate has ended; up to a day later
  record NamedPartition(int number, String location, Instant lastEnd) {}

  /// How many revocations and releases there were, ever.
  long changes(String issuerId) throws StoreUnavailableException;

  /// The same, as it was counted with the last one that concerns a CRL; 0 when none does.
  long lastChange(CrlKey key) throws StoreUnavailableException;

  /// Gives out the next number of a scope: one more than the last, and not less than the seconds
  /// since 1970, so that a database restored from a backup does not repeat the numbers given out
  /// since.
  Reservation reserve(CrlKey key, Instant now) throws StoreUnavailableException;

  /// The certificates of a CRL's scope that are revoked or held, in one fixed order.
  ///
  /// @param after the serial number of the last one of the page before
  /// @param notAfterFrom those that expired before this are left out
  /// @param limit 1 to 10,000
  List<Revoked> revoked(CrlKey key, Optional<SerialNumber> after, Instant notAfterFrom, int limit)
      throws StoreUnavailableException;

  /// The certificates of a CRL's scope of which something has changed since a count of changes, as
  /// they all were at one moment.
  ///
  /// @param since as {@link CrlEdition#changes()} says it
  /// @param notAfterFrom those that expired before this are left out
  /// @param limit at most so many are told
  List<Changed> changedSince(CrlKey key, long since, Instant notAfterFrom, int limit)
      throws StoreUnavailableException;

  /// The oldest complete CRL that somebody may still have: its end has not come, nor is it from the
  /// future.
  ///
  /// @param like the newest one; the base has the same scope, signer and distribution point
  /// @param changesFrom it knows of so many changes at least
  Optional<CrlEdition> oldestBase(CrlEdition like, long changesFrom, Instant now)
      throws StoreUnavailableException;

  /// Whether a complete CRL that somebody may still have names a delta CRL.
  ///
  /// @param key of the delta CRL
  boolean isNamed(CrlKey key, Instant now) throws StoreUnavailableException;

  /// The partitions that certificates of an issuer name, by number and URL.
  List<NamedPartition> partitions(String issuerId) throws StoreUnavailableException;

  /// Keeps a part of a CRL that is not published yet.
  void keepPart(CrlKey key, long number, int part, ByteString octets)
      throws StoreUnavailableException;

  /// A part that was kept for a CRL that is not published yet.
  ///
  /// @throws StoreUnavailableException also when it was dropped, because a newer CRL was published
  ByteString keptPart(CrlKey key, long number, int part) throws StoreUnavailableException;

  /// Publishes a CRL all of whose parts were kept: from now on it is the newest, if none with a
  /// higher number was published meanwhile; if one was, nothing happens.
  ///
  /// Drops the octets of the CRLs under the same key that were replaced by another {@link
  /// #KEPT_AFTER_REPLACEMENT} ago or earlier, as their thisUpdate tell, and of those that were
  /// begun and never published.
  ///
  /// @return whether it was published
  boolean publish(CrlEdition edition, List<AuditEvent> events) throws StoreUnavailableException;

  /// Drops everything under a key: there is no such CRL any more. Its numbers stay used.
  void drop(CrlKey key) throws StoreUnavailableException;
}
