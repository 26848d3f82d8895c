package org.certctl.store.sqlite;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.certctl.pki.Sha256;
import org.certctl.store.StoreOpenException;
import org.certctl.store.TableRows;
import org.certctl.store.TableShape;

/// A database file that is read as a whole, to be moved elsewhere: until this is closed, no server
/// may hold it and no command may write to it. Nothing in it is changed.
public final class SqliteSource implements AutoCloseable {

  private static final String OTHERS = "('schema_history')";

  private final SqliteFile file;
  private final Connection connection;

  private SqliteSource(SqliteFile file, Connection connection) {
    this.file = file;
    this.connection = connection;
  }

  /// Takes the file.
  ///
  /// @throws StoreOpenException when a server holds it or somebody writes to it, there is none, it
  ///   is no database of ours, or its version is not the one that this program knows
  public static SqliteSource hold(Path file) throws StoreOpenException {
    SqliteConnections connections = SqliteMigrations.connectionsToCurrent(file);
    SqliteFile held = SqliteFile.hold(file);
    boolean opened = false;
    try {
      Connection connection = connections.openToSettle();
      try (var statement = connection.createStatement()) {
        statement.execute("BEGIN IMMEDIATE");
        opened = true;
        return new SqliteSource(held, connection);
      } finally {
        if (!opened) {
          connection.close();
        }
      }
    } catch (SQLException e) {
      throw new StoreOpenException(file + " cannot be read: " + e.getMessage(), e);
    } finally {
      if (!opened) {
        release(held);
      }
    }
  }

  /// All tables that hold records, each with the names of its columns.
  public Map<String, List<String>> tables() throws SQLException {
    Map<String, List<String>> tables = new LinkedHashMap<>();
    try (var select =
            connection.prepareStatement(
                "SELECT t.name, c.name FROM sqlite_master t JOIN pragma_table_info(t.name) c"
                    + " WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
                    + " AND t.name NOT IN "
                    + OTHERS
                    + " ORDER BY t.name, c.cid");
        ResultSet rows = select.executeQuery()) {
      while (rows.next()) {
        tables.computeIfAbsent(rows.getString(1), _ -> new ArrayList<>()).add(rows.getString(2));
      }
    }
    return tables;
  }

  /// All rows of a table in the order of its key.
  public TableRows rows(TableShape table) throws SQLException {
    return new TableRows(
        connection.prepareStatement(
            "SELECT %s FROM %s ORDER BY %s"
                .formatted(
                    TableShape.quoted(table.columnNames()),
                    TableShape.quoted(table.name()),
                    TableShape.quoted(table.key()))));
  }

  /// The sequence number of the last event of the audit trail that a block holds; 0 when there is
  /// none.
  public long lastSealed() throws SQLException {
    try (var select =
            connection.prepareStatement(
                "SELECT first_sequence + length(leaves) / "
                    + Sha256.LENGTH_BYTES
                    + " - 1 FROM audit_block ORDER BY number DESC LIMIT 1");
        ResultSet row = select.executeQuery()) {
      return row.next() ? row.getLong(1) : 0;
    }
  }

  /// The last number that was given to a row of a table, whether the row is still there or not; 0
  /// when none was.
  public long lastNumber(String table) throws SQLException {
    try (var select =
        connection.prepareStatement("SELECT seq FROM sqlite_sequence WHERE name = ?")) {
      select.setString(1, table);
      try (ResultSet row = select.executeQuery()) {
        return row.next() ? row.getLong(1) : 0;
      }
    }
  }

  /// Lets others write again.
  @Override
  public void close() throws SQLException {
    try {
      connection.close();
    } finally {
      release(file);
    }
  }

  private static void release(SqliteFile file) {
    try {
      file.close();
    } catch (IOException e) {
      // The lock ends with the process.
      return;
    }
  }
}
