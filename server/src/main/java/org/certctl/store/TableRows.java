package org.certctl.store;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The rows of a query, one after the other, with values that are alike on all engines: `Long`,
/// `String`, `byte[]` and null.
public final class TableRows implements AutoCloseable {

  private final PreparedStatement statement;
  private final ResultSet rows;
  private final int columns;
  private Optional<List<@Nullable Object>> current = Optional.empty();

  /// Runs the statement, and closes it in the end.
  public TableRows(PreparedStatement statement) throws SQLException {
    this.statement = statement;
    this.rows = statement.executeQuery();
    this.columns = rows.getMetaData().getColumnCount();
    advance();
  }

  /// The row at which it stands, at first the first one; absent after the last.
  public Optional<List<@Nullable Object>> current() {
    return current;
  }

  /// Goes on to the next row.
  public void advance() throws SQLException {
    if (!rows.next()) {
      current = Optional.empty();
      return;
    }
    List<@Nullable Object> values = new ArrayList<>(columns);
    for (int column = 1; column <= columns; column++) {
      Object value = rows.getObject(column);
      values.add(value instanceof Number number ? (Object) number.longValue() : value);
    }
    current = Optional.of(values);
  }

  @Override
  public void close() throws SQLException {
    statement.close();
  }
}
