package org.certctl.store.postgres;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.certctl.cluster.NodeId;
import org.certctl.store.CommitHook;
import org.certctl.store.StoreObserver;
import org.certctl.store.StoreOpenException;
import org.certctl.store.postgres.PostgresConfig.Server;
import org.certctl.store.postgres.PostgresConfig.Tls;
import org.certctl.store.postgres.PostgresConfig.TlsMode;
import org.flywaydb.core.Flyway;

/// One PostgreSQL for all tests of this process, started when the first one needs it; each test has
/// a database of its own.
public final class PostgresServer {

  private static final String USER = "postgres";
  private static final String TEMPLATE = "migrated";

  /// No test needs so many.
  private static final int KEPT = 8;

  private static final AtomicInteger DATABASES = new AtomicInteger();

  private PostgresServer() {}

  /// Started once; ends with the process.
  private static final class Running {
    static final int PORT = start();

    private static int start() {
      try {
        EmbeddedPostgres.Builder server =
            EmbeddedPostgres.builder()
                .setServerConfig("fsync", "off")
                .setServerConfig("max_connections", "200")
                .setServerConfig("deadlock_timeout", "100ms");
        StatementRecord.logged().ifPresent(directory -> log(server, directory));
        // Its own shutdown hook stops it.
        int port = server.start().getPort();
        try (Connection connection = connect(port, USER);
            var statement = connection.createStatement()) {
          statement.execute("CREATE DATABASE " + TEMPLATE);
        }
        PostgresServer.open(config(port, TEMPLATE), Clock.systemUTC()).close();
        return port;
      } catch (IOException e) {
        throw new UncheckedIOException("PostgreSQL for tests does not start", e);
      } catch (SQLException | StoreOpenException e) {
        throw new IllegalStateException("PostgreSQL for tests cannot be used", e);
      }
    }
  }

  /// Has every statement written to a file of this process there.
  private static void log(EmbeddedPostgres.Builder server, Path directory) {
    server
        .setServerConfig("log_statement", "all")
        .setServerConfig("log_destination", "jsonlog")
        .setServerConfig("logging_collector", "on")
        .setServerConfig("log_rotation_size", "0")
        .setServerConfig("log_file_mode", "0644")
        .setServerConfig("log_directory", directory.toAbsolutePath().toString())
        .setServerConfig("log_filename", ProcessHandle.current().pid() + ".log");
  }

  /// The port on which it listens.
  public static int port() {
    return Running.PORT;
  }

  /// A database with an up-to-date schema and nothing in it.
  public static PostgresConfig freshDatabase() throws SQLException {
    return database(" TEMPLATE " + TEMPLATE);
  }

  /// A database with nothing in it at all.
  public static PostgresConfig emptyDatabase() throws SQLException {
    return database("");
  }

  /// A database with the schema of an older version and nothing in it.
  static PostgresConfig databaseOf(int version) throws SQLException {
    PostgresConfig config = emptyDatabase();
    Flyway.configure(PostgresServer.class.getClassLoader())
        .dataSource(
            "jdbc:postgresql://127.0.0.1:%d/%s".formatted(port(), config.database()), USER, null)
        .locations("classpath:db/migration/postgres")
        .table("schema_history")
        .loggers("slf4j")
        .target(Integer.toString(version))
        .load()
        .migrate();
    return config;
  }

  private static PostgresConfig database(String template) throws SQLException {
    int number = DATABASES.incrementAndGet();
    String name = "test_" + number;
    int port = port();
    try (Connection connection = connect(port, USER);
        var statement = connection.createStatement()) {
      // That of a test which is long over: the fewer there are, the faster the server ends.
      int old = Math.max(0, number - KEPT);
      statement.execute("DROP DATABASE IF EXISTS test_" + old + " WITH (FORCE)");
      statement.execute("CREATE DATABASE " + name + template);
    }
    return config(port, name);
  }

  /// A way to a database by another port.
  public static PostgresConfig config(int port, String database) {
    return new PostgresConfig(
        List.of(new Server("127.0.0.1", port)),
        database,
        USER,
        Optional.empty(),
        new Tls(TlsMode.DISABLE, Optional.empty(), Optional.empty(), Optional.empty()),
        8,
        Duration.ofSeconds(5),
        Duration.ofSeconds(30),
        Duration.ofSeconds(10));
  }

  /// A node of its own on this database.
  public static PostgresStore open(PostgresConfig config, Clock clock) throws StoreOpenException {
    return open(config, NodeId.next(new SecureRandom()), clock);
  }

  /// This node on this database.
  public static PostgresStore open(PostgresConfig config, NodeId node, Clock clock)
      throws StoreOpenException {
    return PostgresStore.open(
        config, node, clock, StoreObserver.none(), CommitHook.none(), Duration.ofSeconds(20));
  }

  /// A bare connection, for what no store would do.
  public static Connection connect(PostgresConfig config) throws SQLException {
    return connect(config.servers().getFirst().port(), config.database());
  }

  private static Connection connect(int port, String database) throws SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:" + port + "/" + database, USER, null);
  }
}
