package org.certctl.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.configuration.FluentConfiguration;

/// The schema of a database and its version, on whatever engine.
public final class Schema {

  /// The table in which Flyway keeps what it did.
  public static final String HISTORY = "schema_history";

  /// What is said when a migration fails.
  public static final String NOT_UP_TO_DATE = "the database cannot be brought up to date";

  private Schema() {}

  /// Runs the migrations that are missing.
  ///
  /// @param configuration where the database is and where its migrations are
  /// @throws FlywayException when one fails; its text is for developers
  public static void migrate(FluentConfiguration configuration) {
    configuration.table(HISTORY).loggers("slf4j").load().migrate();
  }

  /// What is at the bottom of a failure, in one line. Of what a server says, the first line counts:
  /// further ones tell of statements and rows.
  public static String reason(Throwable thrown) {
    Throwable cause = thrown;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    Stream<String> lines = String.valueOf(cause.getMessage()).lines().map(String::strip);
    return cause instanceof SQLException
        ? lines.findFirst().orElse("")
        : lines.collect(Collectors.joining("; "));
  }

  /// What a migration is configured from.
  public static FluentConfiguration configuration() {
    return Flyway.configure(Schema.class.getClassLoader());
  }

  /// The version of the schema; 0 for a database without one.
  ///
  /// @param countHistories counts the tables of the name [#HISTORY] in the engine's SQL
  public static int version(Connection connection, String countHistories) throws SQLException {
    try (var statement = connection.createStatement()) {
      try (ResultSet row = statement.executeQuery(countHistories)) {
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

  /// Refuses a database that a newer program wrote.
  ///
  /// @param database which, in words for the operator
  /// @param known the newest version that this program knows
  /// @return the version
  public static int requireKnown(Object database, int version, int known)
      throws StoreOpenException {
    if (version > known) {
      throw new StoreOpenException(
          "%s was written by a newer certctl (its version is %d, this program knows %d): use that one, or restore a backup"
              .formatted(database, version, known));
    }
    return version;
  }

  /// Refuses a database of an older version, for those who may not change it.
  ///
  /// @param database which, in words for the operator
  public static void requireCurrent(Object database, int version, int known)
      throws StoreOpenException {
    if (version != known) {
      throw new StoreOpenException(
          "%s has version %d, this program knows %d: start the server once to bring it up to date"
              .formatted(database, version, known));
    }
  }
}
