package org.certctl.enroll;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.pki.IssuedCertificate;
import org.certctl.pki.Revocation;
import org.certctl.pki.SerialNumber;
import org.certctl.pki.Sha256;

/// The certificates that were issued, for reading: every one, but for those that were removed long
/// after their end ({@link #removedUntil}).
public interface CertificateInventory {

  /// One certificate with what is known of its enrollment.
  ///
  /// @param position grows with every issued certificate; the key for paging
  /// @param revocation present when it is revoked or held
  /// @param superseded whether a renewal of it was issued that is neither revoked nor held
  /// @param predecessor the fingerprint of the certificate that this one renewed; absent when it
  ///   was not authorised by a certificate
  record Entry(
      long position,
      IssuedCertificate certificate,
      String endpoint,
      String issuerId,
      String profileId,
      String device,
      String transactionId,
      Instant issuedAt,
      Optional<Sha256> predecessor,
      Optional<Revocation> revocation,
      boolean superseded) {

    /// `revoked`, `held`, `expired`, `superseded` or `valid`; the first that applies. A superseded
    /// certificate is as valid as any other; its holder has a newer one.
    public String state(Instant now) {
      return revocation.map(Revocation::state).orElseGet(() -> unrevokedState(now));
    }

    private String unrevokedState(Instant now) {
      if (certificate.notAfter().isBefore(now)) {
        return "expired";
      }
      return superseded ? "superseded" : "valid";
    }
  }

  /// The newest certificates before this position, newest first.
  ///
  /// @param before an entry's position, `Long.MAX_VALUE` for the newest
  /// @param limit 1 to 1000
  default List<Entry> page(long before, int limit) throws StoreUnavailableException {
    return search(
            CertificateSearch.of(), Optional.of(CertificateSearch.Cursor.newest(before)), limit)
        .entries();
  }

  /// The certificates that a search finds, in its order.
  ///
  /// Walks one index, that of the criterion that leads, and looks at a bounded number of
  /// certificates: what a call costs does not grow with the inventory.
  ///
  /// @param after where the page before ended; absent for the first
  /// @param limit 1 to 1000
  /// @throws IllegalArgumentException when the cursor is of a search with another order
  CertificateSearch.Page search(
      CertificateSearch search, Optional<CertificateSearch.Cursor> after, int limit)
      throws StoreUnavailableException;

  /// The certificates with this serial number: at most one per issuer.
  List<Entry> bySerialNumber(SerialNumber serialNumber) throws StoreUnavailableException;

  /// The certificate with this fingerprint: SHA-256 over its DER octets.
  Optional<Entry> byFingerprint(Sha256 fingerprint) throws StoreUnavailableException;

  /// Certificates whose serial number begins with these digits, in the form of {@link
  /// SerialNumber#hex()}; at most `limit` of them, in the order of their serial numbers.
  ///
  /// @param hexPrefix lower-case hexadecimal digits, at least one
  /// @param limit 1 to 1000
  List<Entry> bySerialNumberPrefix(String hexPrefix, int limit) throws StoreUnavailableException;

  /// The newest certificate for this key under another identity: with another subject or, where
  /// that is empty, with other subject alternative names.
  ///
  /// @param keyDigest SHA-256 of the SubjectPublicKeyInfo
  /// @param holder whose subject and names are not another's
  Optional<Entry> byKeyOfAnother(Sha256 keyDigest, IssuedCertificate holder)
      throws StoreUnavailableException;

  /// The certificates that renewed the one with this fingerprint, oldest first.
  List<Entry> successors(Sha256 fingerprint) throws StoreUnavailableException;

  /// The certificates that are neither revoked nor held nor ended, and of which this endpoint has
  /// issued a renewal that is neither revoked nor held, oldest first.
  ///
  /// @param renewedUntil when that renewal was issued at the latest
  /// @param limit 1 to 1000
  List<Entry> superseded(String endpoint, Instant renewedUntil, Instant now, int limit)
      throws StoreUnavailableException;

  /// Certificates that ended until then may have been removed; all others are here. Empty when none
  /// ever were.
  default Optional<Instant> removedUntil() throws StoreUnavailableException {
    return Optional.empty();
  }
}
