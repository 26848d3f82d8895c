package org.certctl.store.sqlite;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import org.certctl.store.Schema;
import org.certctl.store.StoreOpenException;
import org.flywaydb.core.api.FlywayException;

/// Brings a database to the version that this program knows, and refuses one of a newer version.
final class SqliteMigrations {

  /// The newest version: in `db/migration/sqlite`, or of a migration that is a class.
  static final int VERSION = 21;

  private static final String COUNT_HISTORIES =
      "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = '" + Schema.HISTORY + "'";

  private SqliteMigrations() {}

  /// Migrates when there is something to migrate.
  static void migrate(SqliteConnections connections) throws StoreOpenException {
    if (version(connections) == VERSION) {
      return;
    }
    try {
      Schema.migrate(
          Schema.configuration()
              .dataSource(connections.migrationUrl(), null, null)
              .locations("classpath:db/migration/sqlite")
              .javaMigrations(new V10__CertificateNames()));
    } catch (FlywayException e) {
      throw new StoreOpenException(Schema.NOT_UP_TO_DATE + ": " + Schema.reason(e), e);
    }
  }

  /// The way to a database that is there and has this program's version, for those who may not
  /// change its schema.
  ///
  /// @throws StoreOpenException when it is not so
  static SqliteConnections connectionsToCurrent(Path file) throws StoreOpenException {
    if (!Files.isReadable(file)) {
      throw new StoreOpenException(file + " is not there or cannot be read");
    }
    SqliteConnections connections = new SqliteConnections(file);
    Schema.requireCurrent(file, version(connections), VERSION);
    return connections;
  }

  /// The version of the database; 0 for an empty one.
  ///
  /// @throws StoreOpenException when it is newer than this program
  static int version(SqliteConnections connections) throws StoreOpenException {
    try (Connection connection = connections.openPlain()) {
      return Schema.requireKnown(connections, Schema.version(connection, COUNT_HISTORIES), VERSION);
    } catch (SQLException e) {
      throw new StoreOpenException(
          connections + " cannot be opened as a database: " + e.getMessage(), e);
    }
  }
}
