package org.certctl.store.sqlite;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.certctl.store.StoreOpenException;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/// Brings a database to the version that this program knows, and refuses one of a newer version.
final class SqliteMigrations {

  /// The newest version: in `db/migration/sqlite`, or of a migration that is a class.
  static final int VERSION = 17;

  private static final String HISTORY = "schema_history";

  private SqliteMigrations() {}

  /// Migrates when there is something to migrate.
  static void migrate(SqliteConnections connections) throws StoreOpenException {
    if (version(connections) == VERSION) {
      return;
    }
    try {
      Flyway.configure(SqliteMigrations.class.getClassLoader())
          .dataSource(connections.migrationUrl(), null, null)
          .locations("classpath:db/migration/sqlite")
          .javaMigrations(new V10__CertificateNames())
          .table(HISTORY)
          .loggers("slf4j")
          .load()
          .migrate();
    } catch (FlywayException e) {
      throw new StoreOpenException(
          "the database cannot be brought up to date: " + e.getMessage(), e);
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
    int version = version(connections);
    if (version != VERSION) {
      throw new StoreOpenException(
          "%s has version %d, this program knows %d: start the server once to bring it up to date"
              .formatted(file, version, VERSION));
    }
    return connections;
  }

  /// The version of the database; 0 for an empty one.
  ///
  /// @throws StoreOpenException when it is newer than this program
  static int version(SqliteConnections connections) throws StoreOpenException {
    int version;
    try (Connection connection = connections.openPlain()) {
      version = version(connection);
    } catch (SQLException e) {
      throw new StoreOpenException(
          connections + " cannot be opened as a database: " + e.getMessage(), e);
    }
    if (version > VERSION) {
      throw new StoreOpenException(
          "%s was written by a newer certctl (its version is %d, this program knows %d): use that one, or restore a backup"
              .formatted(connections, version, VERSION));
    }
    return version;
  }

  private static int version(Connection connection) throws SQLException {
    try (var statement = connection.createStatement()) {
      try (ResultSet row =
          statement.executeQuery(
              "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = '"
                  + HISTORY
                  + "'")) {
        if (row.getInt(1) == 0) {
          return 0;
        }
      }
      try (ResultSet row =
          statement.executeQuery(
              "SELECT coalesce(max(CAST(version AS INTEGER)), 0) FROM "
                  + HISTORY
                  + " WHERE success = 1")) {
        return row.getInt(1);
      }
    }
  }
}
