package org.certctl.status;

import java.util.Optional;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.pki.Revocation;
import org.certctl.pki.SerialNumber;

/// Where revocations are kept.
public interface RevocationStore {

  /// Carries an order out, as {@link RevocationOrder#decide} says, in one transaction with its
  /// audit event: when this returns {@link RevocationOutcome.Changed}, both are on disk. Nothing is
  /// appended when nothing changes.
  ///
  /// @param issuerId the issuer of the certificate
  RevocationOutcome apply(String issuerId, SerialNumber serialNumber, RevocationOrder order)
      throws StoreUnavailableException;

  /// Whether a certificate is revoked or held; absent also for one that is unknown.
  Optional<Revocation> find(String issuerId, SerialNumber serialNumber)
      throws StoreUnavailableException;
}
