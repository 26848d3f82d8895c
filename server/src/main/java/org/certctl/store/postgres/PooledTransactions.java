package org.certctl.store.postgres;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import org.certctl.audit.LeaseLostException;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.cluster.Fence;
import org.certctl.store.CommitHook;
import org.certctl.store.Statements;
import org.certctl.store.StoreObserver;
import org.certctl.store.Transactions;
import org.jooq.SQLDialect;

/// Each unit of work in a transaction of its own, at READ COMMITTED, on a connection of a pool.
///
/// A unit that gave way to another (a serialization failure or a deadlock) or whose connection
/// broke before the commit was begun is run again, a bounded number of times. What is written
/// behind a {@link Fence} is written only while its lease has that number.
final class PooledTransactions implements Transactions {

  private static final int MAX_RUNS = 10;
  private static final String LEASE =
      "SELECT 1 FROM cluster_lease WHERE work = ? AND fence = ? FOR KEY SHARE";

  private final HikariDataSource pool;
  private final StoreObserver observer;
  private final CommitHook hook;

  PooledTransactions(HikariDataSource pool, StoreObserver observer, CommitHook hook) {
    this.pool = pool;
    this.observer = observer;
    this.hook = hook;
  }

  @Override
  public <T> T write(Work<T> work) throws StoreUnavailableException {
    return repeated(() -> writeOnce(work));
  }

  @Override
  public <T> T read(Work<T> work) throws StoreUnavailableException {
    return repeated(() -> readOnce(work));
  }

  @FunctionalInterface
  private interface Run<T> {
    T once() throws SQLException;
  }

  private <T> T repeated(Run<T> run) throws StoreUnavailableException {
    if (pool.isClosed()) {
      throw new StoreUnavailableException("the store is closed");
    }
    for (int runs = 1; ; runs++) {
      try {
        return run.once();
      } catch (LeaseLost e) {
        throw new LeaseLostException(e.fence().work().wireValue());
      } catch (SQLException | RuntimeException e) {
        if (!PostgresFailures.isSql(e)) {
          throw (RuntimeException) e;
        }
        if (PostgresFailures.isConstraint(e)) {
          throw new IllegalStateException("a rule of the database was broken", e);
        }
        boolean again =
            PostgresFailures.isConflict(e)
                || (PostgresFailures.isConnectionLost(e) && !(e instanceof RepeatIsNoUse));
        if (!again || runs == MAX_RUNS) {
          observer.failed(1, e);
          throw PostgresFailures.unavailable(e);
        }
      }
    }
  }

  private <T> T writeOnce(Work<T> work) throws SQLException {
    try (Connection connection = connection()) {
      long started = System.nanoTime();
      connection.setAutoCommit(false);
      T result;
      try {
        Statements statements = new Statements(connection, SQLDialect.POSTGRES);
        Optional<Fence> fence = Fence.around();
        if (fence.isPresent()) {
          requireLease(statements, fence.get());
        }
        result = work.run(statements);
        hook.beforeCommit(1);
      } catch (SQLException | RuntimeException | Error e) {
        undo(connection, e);
        if (PostgresFailures.isReadOnly(e)) {
          pool.evictConnection(connection);
        }
        throw e;
      }
      long committing = System.nanoTime();
      commit(connection);
      hook.afterCommit(1);
      observer.committed(
          1,
          pool.getHikariPoolMXBean().getThreadsAwaitingConnection(),
          Duration.ofNanos(committing - started),
          Duration.ofNanos(System.nanoTime() - committing));
      return result;
    }
  }

  /// That the lease still has the number of the fence. Until the transaction ends, nobody else
  /// takes it; prolonging it need not wait.
  private static void requireLease(Statements statements, Fence fence) throws SQLException {
    PreparedStatement lease = statements.prepared(LEASE);
    lease.setString(1, fence.work().wireValue());
    lease.setLong(2, fence.number());
    try (ResultSet row = lease.executeQuery()) {
      if (!row.next()) {
        throw new LeaseLost(fence);
      }
    }
  }

  private Connection connection() throws SQLException {
    try {
      return pool.getConnection();
    } catch (SQLException e) {
      // The pool has tried for as long as it was told to.
      throw new RepeatIsNoUse("there is no connection", e);
    }
  }

  /// A conflict that shows only now has undone everything. After any other failure nobody knows.
  private static void commit(Connection connection) throws SQLException {
    try {
      connection.commit();
    } catch (SQLException e) {
      throw PostgresFailures.isConflict(e)
          ? e
          : new RepeatIsNoUse("nobody knows whether it was committed", e);
    }
  }

  /// Reading that comes piece by piece leaves a transaction, which ends when the pool takes the
  /// connection back.
  private <T> T readOnce(Work<T> work) throws SQLException {
    try (Connection connection = connection()) {
      return work.run(new Statements(connection, SQLDialect.POSTGRES));
    }
  }

  private static void undo(Connection connection, Throwable cause) {
    try {
      connection.rollback();
    } catch (SQLException e) {
      cause.addSuppressed(e);
    }
  }

  /// Undoes what another node does now.
  private static final class LeaseLost extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Fence fence;

    LeaseLost(Fence fence) {
      super(fence.toString(), null, false, false);
      this.fence = fence;
    }

    Fence fence() {
      return fence;
    }
  }

  /// A failure after which the work is not run again.
  private static final class RepeatIsNoUse extends SQLException {
    private static final long serialVersionUID = 1L;

    RepeatIsNoUse(String what, SQLException cause) {
      super(what + ": " + cause.getMessage(), cause.getSQLState(), cause);
    }
  }
}
