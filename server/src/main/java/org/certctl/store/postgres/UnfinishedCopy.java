package org.certctl.store.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.certctl.store.StoreOpenException;

/// A table that is there only while the records of another store are being copied into the
/// database, or when that was broken off: it says from where. Made before the first record comes,
/// and dropped in the transaction that brings them all.
final class UnfinishedCopy {

  static final String TABLE = "unfinished_copy";

  private UnfinishedCopy() {}

  /// Refuses a database with that table in it.
  ///
  /// @throws StoreOpenException when there is one
  static void refuse(DataSource database) throws StoreOpenException {
    try (Connection connection = database.getConnection();
        var statement = connection.createStatement()) {
      try (ResultSet row = statement.executeQuery("SELECT to_regclass('" + TABLE + "')::text")) {
        if (!row.next() || row.getString(1) == null) {
          return;
        }
      }
      try (ResultSet row = statement.executeQuery("SELECT source FROM " + TABLE)) {
        throw new StoreOpenException(
            ("the database has no records yet: certctl store copy has not finished bringing those of"
                    + " %s; wait for it, or repeat it if it was broken off")
                .formatted(row.next() ? row.getString(1) : "another store"));
      }
    } catch (SQLException e) {
      throw PostgresMigrations.unreadable(e);
    }
  }

  /// Makes the table, or takes over that of a copy that was broken off.
  static void begin(Connection connection, String source) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute("CREATE TABLE IF NOT EXISTS " + TABLE + " (source text NOT NULL)");
      statement.execute("DELETE FROM " + TABLE);
    }
    try (var insert = connection.prepareStatement("INSERT INTO " + TABLE + " VALUES (?)")) {
      insert.setString(1, source);
      insert.executeUpdate();
    }
  }

  static void end(Connection connection) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute("DROP TABLE " + TABLE);
    }
  }
}
