package org.certctl.store;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import org.jspecify.annotations.Nullable;

/// The parameters of a statement, filled in the order in which they stand.
final class Parameters {

  private final PreparedStatement statement;
  private int filled;

  Parameters(PreparedStatement statement) {
    this.statement = statement;
  }

  Parameters text(String value) throws SQLException {
    statement.setString(++filled, value);
    return this;
  }

  Parameters octets(byte @Nullable [] value) throws SQLException {
    statement.setBytes(++filled, value);
    return this;
  }

  Parameters number(long value) throws SQLException {
    statement.setLong(++filled, value);
    return this;
  }

  Parameters noNumber() throws SQLException {
    statement.setNull(++filled, Types.BIGINT);
    return this;
  }
}
