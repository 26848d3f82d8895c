package org.certctl.cli;

import java.util.Optional;
import org.certctl.audit.AuditSearch;
import org.certctl.audit.AuditStore;
import org.certctl.challenge.onetime.OneTimeChallengeStore;
import org.certctl.cluster.ClusterStore;
import org.certctl.config.Configuration;
import org.certctl.enroll.CertificateInventory;
import org.certctl.enroll.PendingDecisions;
import org.certctl.issuer.local.SealedKeys;
import org.certctl.notice.NoticeOutbox;
import org.certctl.rollover.CaGenerations;

/// What a server has kept, opened for reading, whether the server runs or not.
public interface StoredRecords extends AutoCloseable {

  /// Opens the records that a configuration names.
  @FunctionalInterface
  interface Source {

    /// Opens them.
    ///
    /// @throws CommandFailedException when there are none yet, or they cannot be read
    StoredRecords open(Configuration configuration) throws CommandFailedException;
  }

  /// The audit trail with its blocks.
  AuditStore auditStore();

  /// Finds audit entries.
  AuditSearch auditSearch();

  /// The certificates.
  CertificateInventory certificates();

  /// The one-time challenges; opened for reading, changing them is refused.
  OneTimeChallengeStore oneTimeChallenges();

  /// The generations of the CA; changing them needs {@link WritableRecords}.
  CaGenerations caGenerations();

  /// The requests that wait for a human; deciding needs {@link WritableRecords}.
  PendingDecisions pending();

  /// The keys and secrets that nodes share; changing them needs {@link WritableRecords}.
  SealedKeys sealedKeys();

  /// The notices on their way out; changing them needs {@link WritableRecords}.
  NoticeOutbox notices();

  /// Where nodes hear of each other; absent where one server has the database for itself.
  Optional<ClusterStore> cluster();

  @Override
  void close();
}
