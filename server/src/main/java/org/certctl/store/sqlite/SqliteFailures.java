package org.certctl.store.sqlite;

import java.sql.SQLException;
import org.certctl.audit.StoreUnavailableException;
import org.jooq.exception.DataAccessException;
import org.sqlite.SQLiteErrorCode;

/// Sorts what the driver throws: a broken world is "unavailable", a broken rule is our own fault.
final class SqliteFailures {

  private static final int PRIMARY_CODE_MASK = 0xff;

  private SqliteFailures() {}

  /// Whether this comes from the database and not from the work itself.
  static boolean isSql(Throwable thrown) {
    return thrown instanceof SQLException || thrown instanceof DataAccessException;
  }

  /// Whether a constraint or trigger refused the statement, so that a repeat cannot help.
  static boolean isConstraint(Throwable thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException sql) {
        return (sql.getErrorCode() & PRIMARY_CODE_MASK) == SQLiteErrorCode.SQLITE_CONSTRAINT.code;
      }
    }
    return false;
  }

  /// What the caller is told of a failure of its own work.
  static Throwable told(Throwable thrown) {
    if (!isSql(thrown)) {
      return thrown;
    }
    if (isConstraint(thrown)) {
      return new IllegalStateException("a rule of the database was broken", thrown);
    }
    return unavailable(thrown);
  }

  static StoreUnavailableException unavailable(Throwable cause) {
    return new StoreUnavailableException("the database failed: " + cause.getMessage(), cause);
  }
}
