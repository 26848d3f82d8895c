package org.certctl.app;

import java.time.Clock;
import org.certctl.audit.AuditSearch;
import org.certctl.audit.AuditStore;
import org.certctl.challenge.onetime.OneTimeChallengeStore;
import org.certctl.cli.CommandFailedException;
import org.certctl.cli.WritableRecords;
import org.certctl.config.Configuration;
import org.certctl.enroll.CertificateInventory;
import org.certctl.enroll.PendingDecisions;
import org.certctl.rollover.CaGenerations;
import org.certctl.status.RevocationStore;
import org.certctl.store.StoreOpenException;
import org.certctl.store.sqlite.SqliteStore;

/// The records of an SQLite file, for commands that write beside the server.
record SqliteWritableRecords(SqliteStore store) implements WritableRecords {

  /// Opens the records of whichever configuration, by this clock.
  static WritableRecords.Source source(Clock clock) {
    return configuration -> open(configuration, clock);
  }

  private static WritableRecords open(Configuration configuration, Clock clock)
      throws CommandFailedException {
    try {
      return new SqliteWritableRecords(
          SqliteStore.openBeside(SqliteRecords.file(configuration), clock));
    } catch (StoreOpenException e) {
      throw new CommandFailedException(String.valueOf(e.getMessage()));
    }
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
  public CaGenerations caGenerations() {
    return store.caGenerations();
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
  public RevocationStore revocations() {
    return store.revocations();
  }

  @Override
  public PendingDecisions pending() {
    return store.pendingDecisions();
  }

  @Override
  public void close() {
    store.close();
  }
}
