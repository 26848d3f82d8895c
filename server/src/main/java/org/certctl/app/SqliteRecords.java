package org.certctl.app;

import java.nio.file.Files;
import java.nio.file.Path;
import org.certctl.audit.AuditSearch;
import org.certctl.audit.AuditStore;
import org.certctl.challenge.onetime.OneTimeChallengeStore;
import org.certctl.cli.CommandFailedException;
import org.certctl.cli.StoredRecords;
import org.certctl.config.Configuration;
import org.certctl.config.DatabaseSettings;
import org.certctl.enroll.CertificateInventory;
import org.certctl.enroll.PendingDecisions;
import org.certctl.rollover.CaGenerations;
import org.certctl.store.StoreOpenException;
import org.certctl.store.sqlite.SqliteReader;

/// The records of an SQLite file, for commands that only read.
record SqliteRecords(SqliteReader reader) implements StoredRecords {

  static StoredRecords open(Configuration configuration) throws CommandFailedException {
    try {
      return new SqliteRecords(SqliteReader.open(file(configuration)));
    } catch (StoreOpenException e) {
      throw new CommandFailedException(String.valueOf(e.getMessage()));
    }
  }

  /// The database file, which must be there.
  static Path file(Configuration configuration) throws CommandFailedException {
    Path file =
        switch (configuration.database()) {
          case DatabaseSettings.Sqlite sqlite -> sqlite.file();
        };
    if (!Files.exists(file)) {
      throw new CommandFailedException(
          "there is no " + file + " yet: the server makes it at its first start");
    }
    return file;
  }

  @Override
  public AuditStore auditStore() {
    return reader.auditStore();
  }

  @Override
  public AuditSearch auditSearch() {
    return reader.auditSearch();
  }

  @Override
  public CertificateInventory certificates() {
    return reader.certificates();
  }

  @Override
  public OneTimeChallengeStore oneTimeChallenges() {
    return reader.oneTimeChallenges();
  }

  @Override
  public CaGenerations caGenerations() {
    return reader.caGenerations();
  }

  @Override
  public PendingDecisions pending() {
    return reader.pending();
  }

  @Override
  public void close() {
    reader.close();
  }
}
