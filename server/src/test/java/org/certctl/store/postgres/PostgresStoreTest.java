package org.certctl.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.certctl.enroll.Enrollments.NOW;
import static org.certctl.enroll.Enrollments.intended;
import static org.certctl.enroll.Enrollments.intent;

import com.zaxxer.hikari.HikariDataSource;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.cluster.NodeId;
import org.certctl.enroll.IntendResult;
import org.certctl.secret.Secret;
import org.certctl.store.CommitHook;
import org.certctl.store.StoreObserver;
import org.certctl.store.StoreOpenException;
import org.junit.jupiter.api.Test;

class PostgresStoreTest {

  private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);

  private static void execute(PostgresConfig config, String sql) throws SQLException {
    try (Connection connection = PostgresServer.connect(config);
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Test
  void nodesThatStartAtOnceOnAnEmptyDatabaseMakeOneSchema() throws Exception {
    PostgresConfig config = PostgresServer.emptyDatabase();
    List<Callable<Boolean>> starts = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      String name = "n" + i;
      starts.add(
          () -> {
            try (PostgresStore node = PostgresServer.open(config, CLOCK)) {
              return node.enrollments().intend(intent(name), false, intended(name))
                  instanceof IntendResult.Intended;
            }
          });
    }
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Boolean> started : threads.invokeAll(starts)) {
        assertThat(started.get()).isTrue();
      }
    }
  }

  @Test
  void refusesADatabaseOfANewerVersion() throws Exception {
    PostgresConfig config = PostgresServer.freshDatabase();
    execute(config, "UPDATE schema_history SET version = '999' WHERE version = '1'");

    assertThatThrownBy(() -> PostgresServer.open(config, CLOCK))
        .isInstanceOf(StoreOpenException.class)
        .hasMessageContaining("newer");
  }

  @Test
  void commandsWriteOnlyToADatabaseThatIsUpToDate() throws Exception {
    PostgresConfig empty = PostgresServer.emptyDatabase();
    assertThatThrownBy(() -> PostgresStore.openReader(empty, CLOCK))
        .isInstanceOf(StoreOpenException.class)
        .hasMessageContaining("start the server once");
    assertThatThrownBy(() -> PostgresStore.openBeside(empty, CLOCK))
        .isInstanceOf(StoreOpenException.class);

    PostgresConfig config = PostgresServer.freshDatabase();
    try (PostgresStore beside = PostgresStore.openBeside(config, CLOCK);
        PostgresStore reader = PostgresStore.openReader(config, CLOCK)) {
      beside.auditLog().append(intended("a"));
      assertThat(reader.auditStore().events(1, 10)).hasSize(1);
      assertThatThrownBy(() -> reader.auditLog().append(intended("b")))
          .isInstanceOf(StoreUnavailableException.class);
    }
  }

  @Test
  void saysWhichDatabaseCannotBeReachedAndNoPassword() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    PostgresConfig plain = PostgresServer.config(port, "gone");
    PostgresConfig config =
        new PostgresConfig(
            plain.servers(),
            "gone",
            "anna",
            Optional.of(Secret.of("hunter2")),
            plain.tls(),
            2,
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            Duration.ofSeconds(1));

    assertThatThrownBy(
            () ->
                PostgresStore.open(
                    config,
                    NodeId.ONLY,
                    CLOCK,
                    StoreObserver.none(),
                    CommitHook.none(),
                    Duration.ofMillis(10)))
        .isInstanceOf(StoreOpenException.class)
        .hasMessageContaining("postgres://anna@127.0.0.1:" + port + "/gone")
        .hasMessageNotContaining("hunter2");
  }

  @Test
  void aDatabaseThatDoesNotWaitForItsDiskIsOverruled() throws Exception {
    PostgresConfig config = PostgresServer.freshDatabase();
    assertThat(synchronousCommit(config, "off")).isEqualTo("on");
    assertThat(synchronousCommit(config, "remote_apply")).isEqualTo("remote_apply");
  }

  /// What holds for a connection of the pool when the database says this.
  private static String synchronousCommit(PostgresConfig config, String setting) throws Exception {
    try (Connection connection = PostgresServer.connect(config);
        var statement = connection.createStatement()) {
      statement.execute(
          "ALTER DATABASE %s SET synchronous_commit TO '%s'".formatted(config.database(), setting));
    }
    try (HikariDataSource pool = PostgresPool.open(config, Duration.ZERO);
        Connection connection = pool.getConnection();
        var statement = connection.createStatement();
        var row = statement.executeQuery("SHOW synchronous_commit")) {
      assertThat(row.next()).isTrue();
      return row.getString(1);
    }
  }

  @Test
  void unitsOfWorkSeeWhatOthersHaveCommittedWhateverTheDatabaseSays() throws Exception {
    PostgresConfig config = PostgresServer.freshDatabase();
    execute(
        config,
        "ALTER DATABASE %s SET default_transaction_isolation TO 'repeatable read'"
            .formatted(config.database()));
    try (PostgresStore store = PostgresServer.open(config, CLOCK);
        HikariDataSource pool = PostgresPool.open(config, Duration.ZERO)) {
      PooledTransactions transactions =
          new PooledTransactions(pool, StoreObserver.none(), CommitHook.none());

      int seen =
          transactions.write(
              statements -> {
                int before = statements.dsl().fetch("SELECT 1 FROM enrollment").size();
                begin(store);
                return before + statements.dsl().fetch("SELECT 1 FROM enrollment").size();
              });

      assertThat(seen).isEqualTo(1);
    }
  }

  private static void begin(PostgresStore store) {
    try {
      store.enrollments().intend(intent("a"), false, intended("a"));
    } catch (StoreUnavailableException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void theServerIsToldHowLongToWait() throws Exception {
    PostgresConfig plain = PostgresServer.freshDatabase();
    PostgresConfig config =
        new PostgresConfig(
            plain.servers(),
            plain.database(),
            plain.user(),
            plain.password(),
            plain.tls(),
            2,
            plain.connectTimeout(),
            Duration.ofSeconds(7),
            Duration.ofSeconds(2));

    assertThat(waits(config)).containsExactly("7s", "2s", "30s");
    // What nodes tell each other must fail in time for another try.
    assertThat(waits(config.ofNodes())).containsExactly("3s", "2s", "30s");
  }

  private static List<String> waits(PostgresConfig config) throws Exception {
    List<String> waits = new ArrayList<>();
    try (HikariDataSource pool = PostgresPool.open(config, Duration.ZERO);
        Connection connection = pool.getConnection();
        var statement = connection.createStatement()) {
      for (String name :
          List.of("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")) {
        try (var row = statement.executeQuery("SHOW " + name)) {
          assertThat(row.next()).isTrue();
          waits.add(row.getString(1));
        }
      }
    }
    return waits;
  }

  @Test
  void connectionsThatBrokeAreReplacedWithoutAnybodyNoticing() throws Exception {
    PostgresConfig config = PostgresServer.freshDatabase();
    try (PostgresStore store = PostgresServer.open(config, CLOCK)) {
      store.enrollments().intend(intent("a"), false, intended("a"));
      execute(
          config,
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
              + " WHERE datname = current_database() AND pid <> pg_backend_pid()");

      assertThat(store.enrollments().intend(intent("b"), false, intended("b")))
          .isInstanceOf(IntendResult.Intended.class);
      assertThat(store.enrollments().openIntents()).hasSize(2);
    }
  }

  /// How often the store has committed and failed.
  private static final class Counts implements StoreObserver {
    private final AtomicInteger commits = new AtomicInteger();
    private final AtomicInteger failures = new AtomicInteger();

    @Override
    public void committed(int units, int waiting, Duration work, Duration commit) {
      commits.incrementAndGet();
    }

    @Override
    public void failed(int units, Throwable cause) {
      failures.incrementAndGet();
    }
  }

  @Test
  void readingWhoseConnectionBreaksIsDoneAgain() throws Exception {
    PostgresConfig config = PostgresServer.freshDatabase();
    AtomicInteger runs = new AtomicInteger();
    Counts counts = new Counts();
    try (var pool = PostgresPool.open(config, Duration.ofSeconds(10))) {
      PooledTransactions transactions = new PooledTransactions(pool, counts, CommitHook.none());

      assertThat(
              transactions.<Integer>read(
                  statements -> {
                    if (runs.incrementAndGet() == 1) {
                      statements.dsl().fetchValue("SELECT pg_terminate_backend(pg_backend_pid())");
                    }
                    return statements.dsl().fetch("SELECT 1").size();
                  }))
          .isEqualTo(1);
      assertThat(runs).hasValue(2);
      assertThat(counts.failures).hasValue(0);
    }
  }

  @Test
  void isUnavailableWhileTheDatabaseIsAwayAndWorksWhenItIsBack() throws Exception {
    PostgresConfig direct = PostgresServer.freshDatabase();
    Counts counts = new Counts();
    try (CuttableProxy way = new CuttableProxy(PostgresServer.port())) {
      PostgresConfig plain = PostgresServer.config(way.port(), direct.database());
      PostgresConfig config =
          new PostgresConfig(
              plain.servers(),
              plain.database(),
              plain.user(),
              plain.password(),
              plain.tls(),
              4,
              Duration.ofSeconds(1),
              plain.statementTimeout(),
              plain.lockTimeout());
      try (PostgresStore store =
          PostgresStore.open(
              config, NodeId.ONLY, CLOCK, counts, CommitHook.none(), PostgresStore.PATIENCE)) {
        store.enrollments().intend(intent("a"), false, intended("a"));
        way.cut();

        assertThatThrownBy(() -> store.enrollments().intend(intent("b"), false, intended("b")))
            .isInstanceOf(StoreUnavailableException.class);
        assertThatThrownBy(() -> store.enrollments().openIntents())
            .isInstanceOf(StoreUnavailableException.class);
        assertThat(counts.failures).hasValue(2);
        way.mend();

        assertThat(store.enrollments().intend(intent("b"), false, intended("b")))
            .isInstanceOf(IntendResult.Intended.class);
        assertThat(counts.commits).hasValue(2);
        assertThat(store.enrollments().openIntents()).hasSize(2);
      }
    }
  }

  @Test
  void whatFailedIsToldInOneLineWithoutTheStatement() throws Exception {
    PostgresConfig config = PostgresServer.freshDatabase();
    try (var pool = PostgresPool.open(config, Duration.ofSeconds(10))) {
      PooledTransactions transactions =
          new PooledTransactions(pool, StoreObserver.none(), CommitHook.none());

      assertThatThrownBy(
              () ->
                  transactions.read(
                      statements -> statements.dsl().fetch("SELECT 1 FROM nothing").size()))
          .isInstanceOf(StoreUnavailableException.class)
          .hasMessage("the database failed: ERROR: relation \"nothing\" does not exist");
    }
  }

  @Test
  void ofTwoThatLockEachOtherOutOneRunsAgain() throws Exception {
    PostgresConfig config = PostgresServer.freshDatabase();
    execute(config, "INSERT INTO revocation_counter VALUES ('one', 0), ('two', 0)");
    AtomicInteger runs = new AtomicInteger();
    CyclicBarrier bothHaveOne = new CyclicBarrier(2);
    try (var pool = PostgresPool.open(config, Duration.ofSeconds(10));
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      PooledTransactions transactions =
          new PooledTransactions(pool, StoreObserver.none(), CommitHook.none());
      List<Callable<Boolean>> crossing = new ArrayList<>();
      for (List<String> order : List.of(List.of("one", "two"), List.of("two", "one"))) {
        crossing.add(
            () ->
                transactions.write(
                    statements -> {
                      boolean isFirst = runs.incrementAndGet() <= 2;
                      for (String name : order) {
                        statements
                            .dsl()
                            .execute(
                                "UPDATE revocation_counter SET changes = changes + 1"
                                    + " WHERE issuer_id = ?",
                                name);
                        if (isFirst && name.equals(order.getFirst())) {
                          await(bothHaveOne);
                        }
                      }
                      return true;
                    }));
      }
      for (Future<Boolean> done : threads.invokeAll(crossing)) {
        assertThat(done.get()).isTrue();
      }
      assertThat(runs.get()).isGreaterThanOrEqualTo(3);
    }
    try (Connection connection = PostgresServer.connect(config);
        var statement = connection.createStatement();
        var sum = statement.executeQuery("SELECT sum(changes) FROM revocation_counter")) {
      assertThat(sum.next()).isTrue();
      assertThat(sum.getLong(1)).isEqualTo(4);
    }
  }

  private static void await(CyclicBarrier barrier) {
    try {
      barrier.await();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aBrokenRuleIsNoReasonToTryAgain() throws Exception {
    PostgresConfig config = PostgresServer.freshDatabase();
    AtomicInteger runs = new AtomicInteger();
    try (var pool = PostgresPool.open(config, Duration.ofSeconds(10))) {
      PooledTransactions transactions =
          new PooledTransactions(pool, StoreObserver.none(), CommitHook.none());

      assertThatThrownBy(
              () ->
                  transactions.write(
                      statements -> {
                        runs.incrementAndGet();
                        return statements
                            .dsl()
                            .execute("INSERT INTO ca_generation VALUES (1, '', '', 0, 0, 0, 0)");
                      }))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("rule");
      assertThat(runs).hasValue(1);
    }
  }
}
