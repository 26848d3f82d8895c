package org.certctl.cli;

import java.time.Clock;
import java.util.Optional;
import org.certctl.audit.AuditLog;
import org.certctl.audit.AuditSearch;
import org.certctl.audit.AuditStore;
import org.certctl.challenge.onetime.OneTimeChallengeStore;
import org.certctl.cluster.ClusterStore;
import org.certctl.config.Configuration;
import org.certctl.config.DatabaseSettings;
import org.certctl.enroll.CertificateInventory;
import org.certctl.enroll.PendingDecisions;
import org.certctl.issuer.local.SealedKeys;
import org.certctl.notice.NoticeOutbox;
import org.certctl.rollover.CaGenerations;
import org.certctl.status.RevocationStore;
import org.certctl.store.Store;
import org.certctl.store.StoreOpenException;
import org.certctl.store.sqlite.SqliteStore;

/// What commands write to while the test's own store is open, as under a running server.
record RecordsBeside(Store store) implements WritableRecords {

  /// Opens the records of whichever configuration, by this clock.
  static WritableRecords.Source at(Clock clock) {
    return configuration -> open(configuration, clock);
  }

  private static WritableRecords open(Configuration configuration, Clock clock)
      throws CommandFailedException {
    try {
      return switch (configuration.database()) {
        case DatabaseSettings.Sqlite sqlite ->
            new RecordsBeside(SqliteStore.openBeside(sqlite.file(), clock));
        case DatabaseSettings.Postgres _ -> throw new IllegalStateException("not in this test");
      };
    } catch (StoreOpenException e) {
      throw new CommandFailedException(String.valueOf(e.getMessage()), e);
    }
  }

  @Override
  public AuditLog auditLog() {
    return store.auditLog();
  }

  @Override
  public AuditStore auditStore() {
    return store.auditStore();
  }

  @Override
  public AuditSearch auditSearch() {
    return store.auditSearch();
  }

  @Override
  public CertificateInventory certificates() {
    return store.certificates();
  }

  @Override
  public OneTimeChallengeStore oneTimeChallenges() {
    return store.oneTimeChallenges();
  }

  @Override
  public CaGenerations caGenerations() {
    return store.caGenerations();
  }

  @Override
  public RevocationStore revocations() {
    return store.revocations();
  }

  @Override
  public PendingDecisions pending() {
    return store.pendingDecisions();
  }

  @Override
  public SealedKeys sealedKeys() {
    return store.sealedKeys();
  }

  @Override
  public NoticeOutbox notices() {
    return store.notices();
  }

  @Override
  public Optional<ClusterStore> cluster() {
    return store.cluster();
  }

  @Override
  public void close() {
    store.close();
  }
}
