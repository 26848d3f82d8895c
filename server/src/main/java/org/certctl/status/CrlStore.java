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

  /// How many revocations and releases there were, ever.
  long changes(String issuerId) throws StoreUnavailableException;

  /// Gives out the next number: one more than the last, and not less than the seconds since 1970,
  /// so that a database restored from a backup does not repeat the numbers given out since.
  Reservation reserve(String issuerId, Instant now) throws StoreUnavailableException;

  /// The certificates that are revoked or held, in one fixed order.
  ///
  /// @param after the serial number of the last one of the page before
  /// @param notAfterFrom those that expired before this are left out
  /// @param limit 1 to 10,000
  List<Revoked> revoked(
      String issuerId, Optional<SerialNumber> after, Instant notAfterFrom, int limit)
      throws StoreUnavailableException;

  /// Keeps a part of a CRL that is not published yet.
  void keepPart(String issuerId, long number, int part, ByteString octets)
      throws StoreUnavailableException;

  /// A part that was kept for a CRL that is not published yet.
  ///
  /// @throws StoreUnavailableException also when it was dropped, because a newer CRL was published
  ByteString keptPart(String issuerId, long number, int part) throws StoreUnavailableException;

  /// Publishes a CRL all of whose parts were kept: from now on it is the newest, if none with a
  /// higher number was published meanwhile; if one was, nothing happens.
  ///
  /// Drops the octets of the CRLs that were replaced by another {@link #KEPT_AFTER_REPLACEMENT} ago
  /// or earlier, as their thisUpdate tell, and of those that were begun and never published.
  ///
  /// @return whether it was published
  boolean publish(CrlEdition edition, List<AuditEvent> events) throws StoreUnavailableException;
}
