package org.certctl.store.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.certctl.store.Schema;
import org.certctl.store.StoreOpenException;

/// Brings a database to the version that this program knows. Of several nodes that start at once,
/// one does it and the others wait.
final class PostgresMigrations {

  /// The newest version in `db/migration/postgres`.
  static final int VERSION = 21;

  private static final String COUNT_HISTORIES =
      "SELECT count(*) FROM information_schema.tables"
          + " WHERE table_schema = current_schema() AND table_name = '"
          + Schema.HISTORY
          + "'";
  private static final String DATABASE = "the database";

  private PostgresMigrations() {}

  /// Migrates when there is something to migrate.
  static void migrate(DataSource database) throws StoreOpenException {
    if (version(database) != VERSION) {
      Schema.migrate(
          Schema.configuration().dataSource(database).locations("classpath:db/migration/postgres"));
    }
  }

  /// Sees to it that the database has the version of this program, for those who may not change it.
  ///
  /// @throws StoreOpenException when it has not
  static void requireCurrent(DataSource database) throws StoreOpenException {
    Schema.requireCurrent(DATABASE, version(database), VERSION);
  }

  /// The version of the database; 0 for an empty one.
  ///
  /// @throws StoreOpenException when it is newer than this program
  private static int version(DataSource database) throws StoreOpenException {
    try (Connection connection = database.getConnection()) {
      return Schema.requireKnown(DATABASE, Schema.version(connection, COUNT_HISTORIES), VERSION);
    } catch (SQLException e) {
      throw new StoreOpenException("the database cannot be read: " + e.getMessage(), e);
    }
  }
}
