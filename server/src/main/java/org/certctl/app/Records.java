package org.certctl.app;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import org.certctl.audit.AuditLog;
import org.certctl.audit.AuditSearch;
import org.certctl.audit.AuditStore;
import org.certctl.challenge.onetime.OneTimeChallengeStore;
import org.certctl.cli.CommandFailedException;
import org.certctl.cli.StoredRecords;
import org.certctl.cli.WritableRecords;
import org.certctl.cluster.ClusterStore;
import org.certctl.config.DatabaseSettings;
import org.certctl.enroll.CertificateInventory;
import org.certctl.enroll.PendingDecisions;
import org.certctl.issuer.local.SealedKeys;
import org.certctl.notice.NoticeOutbox;
import org.certctl.rollover.CaGenerations;
import org.certctl.status.RevocationStore;
import org.certctl.store.Store;
import org.certctl.store.StoreOpenException;
import org.certctl.store.postgres.PostgresStore;
import org.certctl.store.sqlite.SqliteReader;
import org.certctl.store.sqlite.SqliteStore;

/// The records of a store, for commands beside the server.
record Records(Store store) implements WritableRecords {

  /// Opens the records of whichever configuration for commands that only read.
  static StoredRecords.Source forReading(Clock clock) {
    return configuration ->
        open(
            () ->
                switch (configuration.database()) {
                  case DatabaseSettings.Sqlite sqlite ->
                      SqliteReader.open(existing(sqlite.file()), clock);
                  case DatabaseSettings.Postgres postgres ->
                      PostgresStore.openReader(postgres.config(), clock);
                });
  }

  /// Opens the records of whichever configuration for commands that write, by this clock.
  static WritableRecords.Source forWriting(Clock clock) {
    return configuration ->
        open(
            () ->
                switch (configuration.database()) {
                  case DatabaseSettings.Sqlite sqlite ->
                      SqliteStore.openBeside(existing(sqlite.file()), clock);
                  case DatabaseSettings.Postgres postgres ->
                      PostgresStore.openBeside(postgres.config(), clock);
                });
  }

  @FunctionalInterface
  private interface Opening {
    Store open() throws StoreOpenException, CommandFailedException;
  }

  private static Records open(Opening opening) throws CommandFailedException {
    try {
      return new Records(opening.open());
    } catch (StoreOpenException e) {
      throw new CommandFailedException(String.valueOf(e.getMessage()));
    }
  }

  private static Path existing(Path file) throws CommandFailedException {
    if (!Files.exists(file)) {
      throw new CommandFailedException(
          "there is no " + file + " yet: the server makes it at its first start");
    }
    return file;
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
  public PendingDecisions pending() {
    return store.pendingDecisions();
  }

  @Override
  public RevocationStore revocations() {
    return store.revocations();
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
