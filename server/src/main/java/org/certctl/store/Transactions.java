package org.certctl.store;

import java.sql.SQLException;
import org.certctl.audit.StoreUnavailableException;

/// Runs work against the database; what differs between engines is behind this.
///
/// Safe to call from many threads at once.
public interface Transactions {

  /// Some statements and what comes of them.
  @FunctionalInterface
  interface Work<T> {

    /// Runs the statements; must neither commit nor keep them. May be run again after it was
    /// undone.
    ///
    /// An unchecked exception undoes what this work did and reaches the caller as it is.
    T run(Statements statements) throws SQLException;
  }

  /// Runs the work in a transaction: when this returns, its effect is on disk; when it throws,
  /// nothing of it is.
  <T> T write(Work<T> work) throws StoreUnavailableException;

  /// Runs work that only reads; it sees everything whose {@link #write} has returned.
  <T> T read(Work<T> work) throws StoreUnavailableException;
}
