package org.certctl.store.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.certctl.store.StoreOpenException;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/// Brings a database to the version that this program knows. Of several nodes that start at once,
/// one does it and the others wait.
final class PostgresMigrations {

  /// The newest version in `db/migration/postgres`.
  static final int VERSION = 17;

  private static final String HISTORY = "schema_history";

  private PostgresMigrations() {}

  /// Migrates when there is something to migrate.
  static void migrate(DataSource database) throws StoreOpenException {
    if (version(database) == VERSION) {
      return;
    }
    try {
      Flyway.configure(PostgresMigrations.class.getClassLoader())
          .dataSource(database)
          .locations("classpath:db/migration/postgres")
          .table(HISTORY)
          .loggers("slf4j")
          .load()
          .migrate();
    } catch (FlywayException e) {
      throw new StoreOpenException(
          "the database cannot be brought up to date: " + e.getMessage(), e);
    }
  }

  /// Sees to it that the database has the version of this program, for those who may not change it.
  ///
  /// @throws StoreOpenException when it has not
  static void requireCurrent(DataSource database) throws StoreOpenException {
    int version = version(database);
    if (version != VERSION) {
      throw new StoreOpenException(
          "the database has version %d, this program knows %d: start the server once to bring it up to date"
              .formatted(version, VERSION));
    }
  }

  /// The version of the database; 0 for an empty one.
  ///
  /// @throws StoreOpenException when it is newer than this program
  private static int version(DataSource database) throws StoreOpenException {
    int version;
    try (Connection connection = database.getConnection()) {
      version = version(connection);
    } catch (SQLException e) {
      throw new StoreOpenException("the database cannot be read: " + e.getMessage(), e);
    }
    if (version > VERSION) {
      throw new StoreOpenException(
          "the database was written by a newer certctl (its version is %d, this program knows %d): use that one, or restore a backup"
              .formatted(version, VERSION));
    }
    return version;
  }

  private static int version(Connection connection) throws SQLException {
    try (var statement = connection.createStatement()) {
      try (ResultSet row =
          statement.executeQuery(
              "SELECT count(*) FROM information_schema.tables"
                  + " WHERE table_schema = current_schema() AND table_name = '"
                  + HISTORY
                  + "'")) {
        if (!row.next() || row.getInt(1) == 0) {
          return 0;
        }
      }
      try (ResultSet row =
          statement.executeQuery(
              "SELECT coalesce(max(CAST(version AS integer)), 0) FROM "
                  + HISTORY
                  + " WHERE success")) {
        return row.next() ? row.getInt(1) : 0;
      }
    }
  }
}
