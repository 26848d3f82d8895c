package org.certctl.store.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import javax.sql.DataSource;
import org.certctl.store.Schema;
import org.certctl.store.StoreOpenException;
import org.flywaydb.core.api.FlywayException;

/// Brings a database to the version that this program knows. Of several nodes that start at once,
/// one does it and the others wait.
final class PostgresMigrations {

  /// The newest version in `db/migration/postgres`.
  static final int VERSION = 21;

  private static final int OLDEST_SERVER = 150_000;

  private static final String SERVER =
      "SELECT current_setting('server_version_num')::integer, current_setting('server_version'),"
          + " current_setting('server_encoding')";

  private static final String COUNT_HISTORIES =
      "SELECT count(*) FROM information_schema.tables"
          + " WHERE table_schema = current_schema() AND table_name = '"
          + Schema.HISTORY
          + "'";
  private static final String DATABASE = "the database";

  private PostgresMigrations() {}

  /// Migrates when there is something to migrate.
  ///
  /// @param config for what is said when that fails
  static void migrate(DataSource database, PostgresConfig config) throws StoreOpenException {
    requireSuitable(database);
    if (version(database) == VERSION) {
      return;
    }
    try {
      Schema.migrate(
          Schema.configuration().dataSource(database).locations("classpath:db/migration/postgres"));
    } catch (FlywayException e) {
      throw PostgresHints.explained(Schema.NOT_UP_TO_DATE, e, config);
    }
  }

  private static void requireSuitable(DataSource database) throws StoreOpenException {
    try (Connection connection = database.getConnection();
        var statement = connection.createStatement();
        ResultSet row = statement.executeQuery(SERVER)) {
      Optional<String> objection =
          row.next()
              ? objection(row.getInt(1), row.getString(2), row.getString(3))
              : Optional.empty();
      if (objection.isPresent()) {
        throw new StoreOpenException(objection.get());
      }
    } catch (SQLException e) {
      throw unreadable(e);
    }
  }

  /// What a server is lacking, in words for the operator.
  ///
  /// @param number the version as a number, as 150004
  /// @param encoding that of the database
  static Optional<String> objection(int number, String version, String encoding) {
    if (number < OLDEST_SERVER) {
      return Optional.of(
          "the database is on PostgreSQL %s: certctl needs 15 or later".formatted(version));
    }
    if (!encoding.equals("UTF8")) {
      return Optional.of(
          "the database has the encoding %s, which cannot hold every name: make one with ENCODING 'UTF8' TEMPLATE template0"
              .formatted(encoding));
    }
    return Optional.empty();
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
      throw unreadable(e);
    }
  }

  static StoreOpenException unreadable(SQLException e) {
    return new StoreOpenException("the database cannot be read: " + Schema.reason(e), e);
  }
}
