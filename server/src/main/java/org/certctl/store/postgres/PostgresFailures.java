package org.certctl.store.postgres;

import java.sql.SQLException;
import java.util.Set;
import org.certctl.audit.StoreUnavailableException;
import org.jooq.exception.DataAccessException;

/// Sorts what the driver throws, by SQLSTATE (PostgreSQL, appendix A).
final class PostgresFailures {

  private static final String CONSTRAINT_CLASS = "23";
  private static final String CONNECTION_CLASS = "08";
  private static final Set<String> CONFLICTS = Set.of("40001", "40P01");

  /// The server became a standby: another takes writes now.
  private static final String READ_ONLY = "25006";

  private static final Set<String> ENDED_BY_SERVER =
      Set.of("57P01", "57P02", "57P03", "25P03", READ_ONLY);

  private PostgresFailures() {}

  /// Whether this comes from the database and not from the work itself.
  static boolean isSql(Throwable thrown) {
    return thrown instanceof SQLException || thrown instanceof DataAccessException;
  }

  /// Whether the transaction gave way to another one, so that a repeat is due.
  static boolean isConflict(Throwable thrown) {
    return CONFLICTS.contains(state(thrown));
  }

  /// Whether the connection is gone. Nothing of a transaction that was not being committed remains.
  static boolean isConnectionLost(Throwable thrown) {
    String state = state(thrown);
    return state.startsWith(CONNECTION_CLASS) || ENDED_BY_SERVER.contains(state);
  }

  /// Whether the connection leads to a server that takes no writes any more.
  static boolean isReadOnly(Throwable thrown) {
    return state(thrown).equals(READ_ONLY);
  }

  /// Whether a constraint or trigger refused the statement, so that a repeat cannot help.
  static boolean isConstraint(Throwable thrown) {
    return state(thrown).startsWith(CONSTRAINT_CLASS);
  }

  /// The SQLSTATE; empty when there is none.
  static String state(Throwable thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException sql && sql.getSQLState() != null) {
        return sql.getSQLState();
      }
    }
    return "";
  }

  static StoreUnavailableException unavailable(Throwable cause) {
    return new StoreUnavailableException("the database failed: " + text(cause), cause);
  }

  /// In one line, and without the statement.
  private static String text(Throwable thrown) {
    Throwable cause = thrown.getCause();
    Throwable told = thrown instanceof DataAccessException && cause != null ? cause : thrown;
    return String.valueOf(told.getMessage()).lines().findFirst().orElse("");
  }
}
