package org.certctl.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.UnknownHostException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.AbstractThrowableAssert;
import org.certctl.cluster.NodeId;
import org.certctl.secret.Secret;
import org.certctl.store.CommitHook;
import org.certctl.store.StoreObserver;
import org.certctl.store.StoreOpenException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What an operator is told of a database that cannot be used: one line, and where to look.
class PostgresOpeningTest {

  private static void execute(String sql) throws SQLException {
    try (Connection connection =
            PostgresServer.connect(PostgresServer.config(PostgresServer.port(), "postgres"));
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static PostgresConfig as(String user, PostgresConfig config) {
    return new PostgresConfig(
        config.servers(),
        config.database(),
        user,
        config.password(),
        config.tls(),
        config.maxConnections(),
        Duration.ofSeconds(1),
        config.statementTimeout(),
        config.lockTimeout());
  }

  private static AbstractThrowableAssert<?, ? extends Throwable> assertRefused(
      PostgresConfig config) {
    return assertThatThrownBy(
            () ->
                PostgresStore.open(
                        config,
                        NodeId.ONLY,
                        Clock.systemUTC(),
                        StoreObserver.none(),
                        CommitHook.none(),
                        Duration.ZERO)
                    .close())
        .isInstanceOf(StoreOpenException.class)
        .hasMessageNotContainingAny("\n", "Flyway");
  }

  @Test
  void ofADatabaseThatIsNotThere() {
    assertRefused(PostgresServer.config(PostgresServer.port(), "nowhere"))
        .hasMessageEndingWith(
            "database \"nowhere\" does not exist; make it first, owned by the user in CERTCTL_DATABASE_URL");
  }

  @Test
  void ofAUserWhoIsNotThere() throws Exception {
    assertRefused(as("nobody", PostgresServer.emptyDatabase()))
        .hasMessageContaining("role \"nobody\" does not exist")
        .hasMessageContaining("see the user and sslmode in CERTCTL_DATABASE_URL");
  }

  @Test
  void ofAUserWhoMayNotMakeTables() throws Exception {
    PostgresConfig config = PostgresServer.emptyDatabase();
    execute("DROP ROLE IF EXISTS weak");
    execute("CREATE ROLE weak LOGIN");
    execute("REVOKE CREATE ON DATABASE " + config.database() + " FROM PUBLIC");
    try (Connection connection = PostgresServer.connect(config);
        var statement = connection.createStatement()) {
      statement.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC");
    }

    assertRefused(as("weak", config))
        .hasMessageStartingWith("the database cannot be brought up to date: ERROR: permission")
        .hasMessageContaining("the user in CERTCTL_DATABASE_URL must own the database");
  }

  @Test
  void ofADatabaseThatTakesNoWrites() throws Exception {
    PostgresConfig config = PostgresServer.emptyDatabase();
    execute("ALTER DATABASE " + config.database() + " SET default_transaction_read_only TO on");

    assertRefused(config)
        .hasMessageContaining("it is a standby, or default_transaction_read_only is on");
  }

  @Test
  void ofADatabaseThatCannotHoldEveryName() throws Exception {
    PostgresConfig config = PostgresServer.config(PostgresServer.port(), "latin");
    execute("DROP DATABASE IF EXISTS latin");
    execute(
        "CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'");

    assertRefused(config).hasMessageContaining("LATIN1").hasMessageContaining("ENCODING 'UTF8'");
    assertThatThrownBy(() -> PostgresTarget.begin(config, "a file").close())
        .hasMessageContaining("LATIN1");
  }

  @Test
  void ofAServerThatIsTooOld() {
    assertThat(PostgresMigrations.objection(140_011, "14.11", "UTF8"))
        .contains("the database is on PostgreSQL 14.11: certctl needs 15 or later");
    assertThat(PostgresMigrations.objection(150_000, "15.0", "UTF8")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "28P01,wrong,see CERTCTL_DATABASE_PASSWORD_FILE (a password is set)",
    "08004,no password was provided,see CERTCTL_DATABASE_PASSWORD_FILE (a password is set)",
    "08004,The server does not support SSL.,see sslmode in CERTCTL_DATABASE_URL",
    "53300,too many,'see max_connections of the server, limits of the user, and CERTCTL_DATABASE_MAX_CONNS (8)'",
    "55P03,canceling,see CERTCTL_DATABASE_LOCK_TIMEOUT (10 s)",
    "57014,canceling,see CERTCTL_DATABASE_STATEMENT_TIMEOUT (30 s)",
  })
  void ofWhatADriverOrServerSays(String state, String text, String hint) {
    assertThat(PostgresHints.explained("it fails", new SQLException(text, state), secured()))
        .hasMessage("it fails: " + text.replace(".", "") + "; " + hint);
  }

  @Test
  void ofAHostWithoutAnAddress() {
    assertThat(
            PostgresHints.explained(
                "it fails",
                new SQLException("failed", "08001", new UnknownHostException("db.invalid")),
                secured()))
        .hasMessage(
            "it fails: db.invalid; no address is known for this host of CERTCTL_DATABASE_URL");
  }

  private static PostgresConfig secured() {
    PostgresConfig plain = PostgresServer.config(5432, "x");
    return new PostgresConfig(
        List.copyOf(plain.servers()),
        plain.database(),
        plain.user(),
        Optional.of(Secret.of("hunter2")),
        plain.tls(),
        plain.maxConnections(),
        plain.connectTimeout(),
        plain.statementTimeout(),
        plain.lockTimeout());
  }
}
