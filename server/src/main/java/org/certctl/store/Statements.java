package org.certctl.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import org.jooq.DSLContext;
import org.jooq.Log;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.jooq.tools.JooqLogger;

/// One connection with its prepared statements, for one thread at a time.
public final class Statements implements AutoCloseable {

  static {
    // jOOQ greets at level INFO, and warns of PostgreSQL 15, which our tests run on: both would
    // stand
    // between the lines that commands print.
    JooqLogger.globalThreshold(Log.Level.ERROR);
  }

  private final Connection connection;
  private final DSLContext dsl;
  private final Map<String, PreparedStatement> prepared = new HashMap<>();

  /// Takes the connection over.
  public Statements(Connection connection, SQLDialect dialect) {
    this.connection = connection;
    this.dsl = DSL.using(connection, dialect);
  }

  /// The statement for this text, prepared once and kept: not to be closed by the caller.
  ///
  /// For the paths where an enrollment waits; everything else goes through {@link #dsl()}.
  public PreparedStatement prepared(String sql) throws SQLException {
    PreparedStatement known = prepared.get(sql);
    if (known == null) {
      known = connection.prepareStatement(sql);
      known.setFetchSize(0); // All at once: it is little.
      prepared.put(sql, known);
    }
    return known;
  }

  /// Several statements, to be sent together.
  Together together() {
    return new Together(this);
  }

  /// Whether one message may hold several statements.
  boolean takesManyAtOnce() {
    return Sql.hasManyWriters(dsl.dialect());
  }

  /// The same connection by way of jOOQ.
  public DSLContext dsl() {
    return dsl;
  }

  /// Lets long results of the reading that follows come piece by piece, on engines that would else
  /// send them as a whole.
  public void stream() throws SQLException {
    if (Sql.hasManyWriters(dsl.dialect())) {
      connection.setAutoCommit(false);
    }
  }

  /// Closes the connection; what is not committed is undone.
  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
