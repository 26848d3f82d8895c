package org.certctl.store.postgres;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.certctl.secret.Secret;

/// How a PostgreSQL database is reached.
///
/// @param servers where it listens; of several, the one that takes writes is used
/// @param database its name
/// @param user who logs in
/// @param password what proves it; absent where the server asks for none
/// @param tls how the connection is protected
/// @param maxConnections how many connections this node holds at most
/// @param connectTimeout how long a connection may take, and how long work waits for one that is
///   free
/// @param statementTimeout how long the server works on one statement
/// @param lockTimeout how long a statement waits for a lock
public record PostgresConfig(
    List<Server> servers,
    String database,
    String user,
    Optional<Secret> password,
    Tls tls,
    int maxConnections,
    Duration connectTimeout,
    Duration statementTimeout,
    Duration lockTimeout) {

  private static final int CONNECTIONS_OF_NODES = 2;
  private static final Duration PATIENCE_OF_NODES = Duration.ofSeconds(3);

  /// The port of a server that names none.
  public static final int DEFAULT_PORT = 5432;

  /// One server.
  ///
  /// @param host a name or an address, IPv6 without brackets
  public record Server(String host, int port) {

    /// Whether it is on this machine, so that nobody can listen in between.
    public boolean isLocal() {
      return host.equals("localhost") || host.equals("::1") || host.matches("127[.0-9]+");
    }

    @Override
    public String toString() {
      return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
  }

  /// How much TLS proves.
  public enum TlsMode {
    /// No TLS.
    DISABLE("disable"),
    /// TLS with whoever answers: nobody listens in, but somebody may stand in between.
    REQUIRE("require"),
    /// TLS with a server whose certificate a trusted CA issued, under whatever name.
    VERIFY_CA("verify-ca"),
    /// TLS with the server that was meant.
    VERIFY_FULL("verify-full");

    private final String wireValue;

    TlsMode(String wireValue) {
      this.wireValue = wireValue;
    }

    /// The word for it in `sslmode`.
    public String wireValue() {
      return wireValue;
    }
  }

  /// TLS to the database.
  ///
  /// @param mode how much it proves
  /// @param caPath PEM: the CAs that are trusted; those of the Java platform when absent
  /// @param certPath PEM: the client certificate with its chain; absent when there is none
  /// @param keyPath PEM, PKCS#8: its private key
  public record Tls(
      TlsMode mode, Optional<Path> caPath, Optional<Path> certPath, Optional<Path> keyPath) {}

  /// Keeps its own copy of the servers.
  ///
  /// @throws IllegalArgumentException when there are no servers or no connections
  public PostgresConfig {
    servers = List.copyOf(servers);
    if (servers.isEmpty() || maxConnections < 1) {
      throw new IllegalArgumentException("a database needs a server and a connection");
    }
  }

  /// The same with another bound for connections.
  PostgresConfig withMaxConnections(int otherMaxConnections) {
    return new PostgresConfig(
        servers,
        database,
        user,
        password,
        tls,
        otherMaxConnections,
        connectTimeout,
        statementTimeout,
        lockTimeout);
  }

  /// The same for what nodes tell each other: connections of its own, so that a node that is busy
  /// still tells that it lives, and short waits, so that it tries again before its leases have
  /// ended.
  PostgresConfig ofNodes() {
    return new PostgresConfig(
        servers,
        database,
        user,
        password,
        tls,
        CONNECTIONS_OF_NODES,
        shorter(connectTimeout),
        shorter(statementTimeout),
        shorter(lockTimeout));
  }

  private static Duration shorter(Duration timeout) {
    return timeout.compareTo(PATIENCE_OF_NODES) < 0 ? timeout : PATIENCE_OF_NODES;
  }

  /// What is meant, without the password.
  @Override
  public String toString() {
    return "postgres://%s@%s/%s"
        .formatted(
            user, String.join(",", servers.stream().map(Server::toString).toList()), database);
  }
}
