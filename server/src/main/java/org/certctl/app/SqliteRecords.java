package org.certctl.app;

import org.certctl.audit.AuditSearch;
import org.certctl.audit.AuditStore;
import org.certctl.cli.CommandFailedException;
import org.certctl.cli.StoredRecords;
import org.certctl.config.Configuration;
import org.certctl.config.DatabaseSettings;
import org.certctl.enroll.CertificateInventory;
import org.certctl.store.StoreOpenException;
import org.certctl.store.sqlite.SqliteReader;

/// The records in a SQLite file, for commands.
record SqliteRecords(SqliteReader reader) implements StoredRecords {

  /// Opens the file that the configuration names.
  static StoredRecords open(Configuration configuration) throws CommandFailedException {
    try {
      return switch (configuration.database()) {
        case DatabaseSettings.Sqlite sqlite -> new SqliteRecords(SqliteReader.open(sqlite.file()));
      };
    } catch (StoreOpenException e) {
      throw new CommandFailedException(String.valueOf(e.getMessage()), e);
    }
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
  public void close() {
    reader.close();
  }
}
