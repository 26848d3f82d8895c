package org.certctl.enroll;

import java.util.List;
import java.util.Optional;
import org.certctl.audit.AuditEvent;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.pki.IssuedCertificate;
import org.certctl.pki.Sha256;

/// Where enrollments are kept. Each method is one transaction: when it returns, its effect is on
/// disk together with its audit events; when it throws, nothing of it is.
public interface EnrollmentStore {

  /// The newest enrollment of this transaction that is open or issued.
  Optional<KnownEnrollment> find(TransactionKey key) throws StoreUnavailableException;

  /// The newest enrollment of this transactionID at this endpoint that is open or issued and whose
  /// message this key signed.
  Optional<TransactionKey> newestOf(
      String endpoint, ByteString transactionId, Sha256 requesterKeyDigest)
      throws StoreUnavailableException;

  /// The newest enrollment of this PKCS#10 at this endpoint that is open or issued, under whatever
  /// transactionID.
  Optional<KnownEnrollment> newestFor(String endpoint, Sha256 requestDigest)
      throws StoreUnavailableException;

  /// Writes an intent, takes its claims, and appends the events: all or nothing.
  ///
  /// @param supersedes whether an issued enrollment of the same transaction may stand beside it
  ///   (its replay window is over); an open one never may
  /// @param replaced a pending entry that gives way to it, or stays as it is when nothing is
  ///   written
  IntendResult intend(
      Intent intent, boolean supersedes, Optional<Replacement> replaced, List<AuditEvent> events)
      throws StoreUnavailableException;

  /// The same, where nothing gives way.
  default IntendResult intend(Intent intent, boolean supersedes, List<AuditEvent> events)
      throws StoreUnavailableException {
    return intend(intent, supersedes, Optional.empty(), events);
  }

  /// Closes an intent with its certificate, which enters the inventory.
  ///
  /// When the intent has a certificate of the same serial number already, nothing changes and
  /// nothing is appended: somebody else finished it meanwhile, and that certificate is the one that
  /// counts.
  ///
  /// @return the certificate that the intent has now
  /// @throws StoreUnavailableException also when somebody else has released the intent meanwhile:
  ///   whoever asks again learns what holds now
  /// @throws IllegalStateException when the intent is unknown, or has a certificate of another
  ///   serial number
  IssuedCertificate record(IntentId id, IssuedCertificate certificate, List<AuditEvent> events)
      throws StoreUnavailableException;

  /// Closes an intent without a certificate and frees its claims; if it redeemed a pending
  /// enrollment, that is approved again and has its claims back.
  ///
  /// Releasing twice changes nothing and appends nothing.
  ///
  /// @throws StoreUnavailableException also when somebody else has recorded a certificate
  ///   meanwhile: whoever asks again is given it
  void release(IntentId id, List<AuditEvent> events) throws StoreUnavailableException;

  /// The intent of this id, if it is open.
  ///
  /// @throws IllegalArgumentException when what was written cannot be read: another version wrote
  ///   it, or it was changed
  Optional<Intent> findOpen(IntentId id) throws StoreUnavailableException;

  /// The ids of the intents that are open, oldest first: at start, those a crash left behind.
  /// Whether an intent can be read, [#findOpen] tells of each.
  List<IntentId> openIntents() throws StoreUnavailableException;
}
