package org.certctl.enroll;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.pki.IssuedCertificate;
import org.certctl.pki.SerialNumber;

/// Every certificate that was issued, for reading.
public interface CertificateInventory {

  /// One certificate with what is known of its enrollment.
  ///
  /// @param position grows with every issued certificate; the key for paging
  record Entry(
      long position,
      IssuedCertificate certificate,
      String endpoint,
      String issuerId,
      String profileId,
      String device,
      String transactionId,
      Instant issuedAt) {}

  /// The newest certificates before this position, newest first.
  ///
  /// @param before an entry's position, `Long.MAX_VALUE` for the newest
  /// @param limit 1 to 1000
  List<Entry> page(long before, int limit) throws StoreUnavailableException;

  /// The certificates with this serial number: at most one per issuer.
  List<Entry> bySerialNumber(SerialNumber serialNumber) throws StoreUnavailableException;

  /// The earliest end of validity among certificates that are still valid at this instant.
  Optional<Instant> nextExpiry(Instant now) throws StoreUnavailableException;
}
