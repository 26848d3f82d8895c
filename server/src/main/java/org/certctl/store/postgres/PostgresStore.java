package org.certctl.store.postgres;

import com.zaxxer.hikari.HikariDataSource;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.cluster.ClusterStore;
import org.certctl.cluster.NodeId;
import org.certctl.store.AuditPartitions;
import org.certctl.store.CommitHook;
import org.certctl.store.Store;
import org.certctl.store.StoreObserver;
import org.certctl.store.StoreOpenException;
import org.certctl.store.Transactions;
import org.jooq.SQLDialect;

/// The store of one node or several in one PostgreSQL database.
///
/// Between nodes, races are decided by constraints and row locks. A connection that breaks while a
/// commit is under way leaves open whether it was kept; whoever asked hears that the store is
/// unavailable, and finds out by asking again.
public final class PostgresStore extends Store {

  /// So long a node that starts waits for a database that does not answer.
  public static final Duration PATIENCE = Duration.ofSeconds(30);

  private final List<HikariDataSource> pools;
  private final PostgresClusterStore cluster;
  private final Transactions ofNodes;

  private PostgresStore(
      List<HikariDataSource> pools,
      Transactions transactions,
      Transactions ofNodes,
      NodeId node,
      Clock clock) {
    super(transactions, SQLDialect.POSTGRES, node, clock);
    this.pools = List.copyOf(pools);
    this.cluster = new PostgresClusterStore(ofNodes, clock);
    this.ofNodes = ofNodes;
  }

  private static PostgresStore ofCommand(
      HikariDataSource pool, Transactions transactions, Clock clock) {
    return new PostgresStore(List.of(pool), transactions, transactions, NodeId.ONLY, clock);
  }

  /// Connects and brings the schema up to date.
  ///
  /// @param node this process, among those that share the database
  /// @param patience how long to wait for a database that does not answer
  /// @throws StoreOpenException when it cannot be reached in that time, a newer program wrote it,
  ///   or records are still being copied into it
  public static PostgresStore open(
      PostgresConfig config,
      NodeId node,
      Clock clock,
      StoreObserver observer,
      CommitHook hook,
      Duration patience)
      throws StoreOpenException {
    HikariDataSource pool = PostgresPool.open(config, patience);
    boolean opened = false;
    try {
      UnfinishedCopy.refuse(pool);
      PostgresMigrations.migrate(pool, config);
      HikariDataSource ofNodes = PostgresPool.open(config.ofNodes(), Duration.ZERO);
      opened = true;
      return new PostgresStore(
          List.of(pool, ofNodes),
          new PooledTransactions(pool, observer, hook),
          new PooledTransactions(ofNodes, StoreObserver.none(), CommitHook.none()),
          node,
          clock);
    } finally {
      if (!opened) {
        pool.close();
      }
    }
  }

  /// Connects for a command that writes a little beside the nodes; the schema stays as it is.
  ///
  /// @throws StoreOpenException when the database cannot be reached, or its version is not the one
  ///   that this program knows
  public static PostgresStore openBeside(PostgresConfig config, Clock clock)
      throws StoreOpenException {
    HikariDataSource pool = current(config);
    return ofCommand(
        pool, new PooledTransactions(pool, StoreObserver.none(), CommitHook.none()), clock);
  }

  /// Connects for a command that only reads; refuses to write.
  ///
  /// @throws StoreOpenException as {@link #openBeside} does
  public static PostgresStore openReader(PostgresConfig config, Clock clock)
      throws StoreOpenException {
    HikariDataSource pool = current(config);
    Transactions transactions =
        new PooledTransactions(pool, StoreObserver.none(), CommitHook.none());
    return ofCommand(pool, new ReadingOnly(transactions), clock);
  }

  private static HikariDataSource current(PostgresConfig config) throws StoreOpenException {
    HikariDataSource pool = PostgresPool.open(config.withMaxConnections(1), Duration.ZERO);
    boolean opened = false;
    try {
      UnfinishedCopy.refuse(pool);
      PostgresMigrations.requireCurrent(pool);
      opened = true;
      return pool;
    } finally {
      if (!opened) {
        pool.close();
      }
    }
  }

  @Override
  public Optional<ClusterStore> cluster() {
    return Optional.of(cluster);
  }

  /// Apart from the work of devices: that it may fail says nothing about the store.
  @Override
  public int makeRoom() throws StoreUnavailableException {
    return ofNodes.write(AuditPartitions::makeAhead);
  }

  @Override
  public void close() {
    pools.forEach(HikariDataSource::close);
  }

  private record ReadingOnly(Transactions transactions) implements Transactions {

    @Override
    public <T> T write(Work<T> work) throws StoreUnavailableException {
      throw new StoreUnavailableException("the store was opened for reading only");
    }

    @Override
    public <T> T read(Work<T> work) throws StoreUnavailableException {
      return transactions.read(work);
    }
  }
}
