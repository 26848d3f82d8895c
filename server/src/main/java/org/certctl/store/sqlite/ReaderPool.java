package org.certctl.store.sqlite;

import java.sql.SQLException;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.store.Statements;
import org.certctl.store.Transactions.Work;
import org.jspecify.annotations.Nullable;

/// A few read-only connections, opened when first needed and kept.
final class ReaderPool implements AutoCloseable {

  private final SqliteConnections connections;
  private final int size;
  private final Semaphore permits;
  private final Deque<Statements> idle = new ConcurrentLinkedDeque<>();
  private volatile boolean closed;

  ReaderPool(SqliteConnections connections, int size) {
    this.connections = connections;
    this.size = size;
    this.permits = new Semaphore(size);
  }

  <T> T read(Work<T> work) throws StoreUnavailableException {
    permits.acquireUninterruptibly();
    Statements statements = null;
    try {
      if (closed) {
        throw new StoreUnavailableException("the store is closed");
      }
      statements = idle.pollFirst();
      if (statements == null) {
        statements = connections.openReader();
      }
      T result = work.run(statements);
      idle.addFirst(statements);
      statements = null;
      return result;
    } catch (SQLException | RuntimeException e) {
      if (SqliteFailures.isSql(e)) {
        throw SqliteFailures.unavailable(e);
      }
      throw (RuntimeException) e;
    } finally {
      discard(statements);
      permits.release();
    }
  }

  /// A connection whose work failed is not used again.
  private static void discard(@Nullable Statements statements) {
    if (statements != null) {
      try {
        statements.close();
      } catch (SQLException e) {
        // The failure that led here is the one to tell.
      }
    }
  }

  /// Waits for the readers that are under way, then closes their connections.
  @Override
  public void close() {
    closed = true;
    permits.acquireUninterruptibly(size);
    for (Statements statements = idle.poll(); statements != null; statements = idle.poll()) {
      discard(statements);
    }
    permits.release(size);
  }
}
