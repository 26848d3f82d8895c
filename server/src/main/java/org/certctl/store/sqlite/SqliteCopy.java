package org.certctl.store.sqlite;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.store.StoreOpenException;

/// Copies of a database file that a server may hold.
public final class SqliteCopy {

  private static final int MAX_PROBLEMS = 5;

  private SqliteCopy() {}

  /// Writes a copy that holds what was committed at one instant; whoever writes meanwhile does not
  /// wait. Not yet on disk when this returns.
  ///
  /// @param to must not exist
  /// @throws StoreOpenException when there is no database of ours of this program's version
  /// @throws StoreUnavailableException when it cannot be read, or the copy cannot be written
  public static void copy(Path from, Path to) throws StoreOpenException, StoreUnavailableException {
    SqliteConnections connections = SqliteMigrations.connectionsToCurrent(from);
    try (Connection connection = connections.openPlain();
        var statement = connection.prepareStatement("VACUUM INTO ?")) {
      statement.setString(1, to.toAbsolutePath().toString());
      statement.execute();
    } catch (SQLException e) {
      throw new StoreUnavailableException(
          from + " cannot be copied to " + to + ": " + e.getMessage(), e);
    }
  }

  /// What is wrong with the file as a database (`PRAGMA integrity_check`), in words; absent when
  /// nothing is. Reads all of it.
  public static Optional<String> damage(Path file) {
    try (Connection connection = new SqliteConnections(file).openPlain();
        var statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("PRAGMA integrity_check(" + MAX_PROBLEMS + ")")) {
      String first = rows.next() ? rows.getString(1) : "no answer";
      return first.equals("ok") ? Optional.empty() : Optional.of(first);
    } catch (SQLException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  /// Brings everything that was committed into the file itself, so that it can be taken without the
  /// write-ahead log beside it. Nobody else may have it open.
  ///
  /// @throws StoreUnavailableException when that fails
  public static void settle(Path file) throws StoreUnavailableException {
    try (Connection connection = new SqliteConnections(file).openToSettle();
        var statement = connection.createStatement();
        ResultSet mode = statement.executeQuery("PRAGMA journal_mode = DELETE")) {
      if (!mode.next() || !mode.getString(1).equals("delete")) {
        throw new StoreUnavailableException(file + " is in use");
      }
    } catch (SQLException e) {
      throw new StoreUnavailableException(
          file + " cannot be brought to rest: " + e.getMessage(), e);
    }
  }

  /// The version of its schema.
  ///
  /// @throws StoreOpenException when it is newer than this program, or no database
  public static int version(Path file) throws StoreOpenException {
    return SqliteMigrations.version(new SqliteConnections(file));
  }
}
