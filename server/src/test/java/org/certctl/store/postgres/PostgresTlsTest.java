package org.certctl.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.certctl.cluster.NodeId;
import org.certctl.store.CommitHook;
import org.certctl.store.StoreObserver;
import org.certctl.store.StoreOpenException;
import org.certctl.store.postgres.PostgresConfig.Tls;
import org.certctl.store.postgres.PostgresConfig.TlsMode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// TLS to a real PostgreSQL, whose certificate is for `localhost`, and which asks the user
/// `machine` for a client certificate.
class PostgresTlsTest {

  private static final String MACHINE = "machine";

  @TempDir static Path folder;

  private static TestDatabaseCa pki;
  private static TestDatabaseCa otherPki;
  private static EmbeddedPostgres server;

  @BeforeAll
  static void start() throws Exception {
    pki = new TestDatabaseCa(folder, "database-ca");
    otherPki = new TestDatabaseCa(folder, "other-ca");
    TestDatabaseCa.Identity identity = pki.issue("localhost", "EC");
    Path rules =
        Files.writeString(
            folder.resolve("pg_hba.conf"),
            """
            host    all postgres 127.0.0.1/32 trust
            hostssl all machine  127.0.0.1/32 cert
            """);
    server =
        EmbeddedPostgres.builder()
            .setServerConfig("fsync", "off")
            .setServerConfig("hba_file", rules.toString())
            .setServerConfig("ssl", "on")
            .setServerConfig("ssl_cert_file", identity.certificate().toString())
            .setServerConfig("ssl_key_file", identity.key().toString())
            .setServerConfig("ssl_ca_file", pki.certificate().toString())
            .start();
    try (var connection =
            DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + server.getPort() + "/postgres", "postgres", null);
        var statement = connection.createStatement()) {
      statement.execute("CREATE ROLE machine LOGIN");
    }
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  private static PostgresConfig config(
      String host,
      String user,
      TlsMode mode,
      TestDatabaseCa trusted,
      Optional<TestDatabaseCa.Identity> shown) {
    PostgresConfig plain = PostgresServer.config(server.getPort(), "postgres");
    return new PostgresConfig(
        List.of(new PostgresConfig.Server(host, server.getPort())),
        plain.database(),
        user,
        Optional.empty(),
        new Tls(
            mode,
            Optional.of(trusted.certificate()),
            shown.map(TestDatabaseCa.Identity::certificate),
            shown.map(TestDatabaseCa.Identity::key)),
        plain.maxConnections(),
        plain.connectTimeout(),
        plain.statementTimeout(),
        plain.lockTimeout());
  }

  /// What PostgreSQL says of a connection: whether it is by TLS, and whose certificate it was
  /// shown.
  private static String told(PostgresConfig config) throws Exception {
    try (var pool = PostgresPool.open(config.withMaxConnections(1), Duration.ZERO);
        var connection = pool.getConnection();
        var statement = connection.createStatement();
        var row =
            statement.executeQuery(
                "SELECT ssl, coalesce(client_dn, 'nobody') FROM pg_stat_ssl"
                    + " WHERE pid = pg_backend_pid()")) {
      assertThat(row.next()).isTrue();
      return row.getBoolean(1) + " " + row.getString(2);
    }
  }

  @Test
  void aStoreOpensByTlsWithTheServerThatIsMeant() throws Exception {
    PostgresConfig config =
        config("localhost", "postgres", TlsMode.VERIFY_FULL, pki, Optional.empty());

    PostgresStore.open(
            config,
            NodeId.ONLY,
            Clock.systemUTC(),
            StoreObserver.none(),
            CommitHook.none(),
            Duration.ZERO)
        .close();

    assertThat(told(config)).isEqualTo("true nobody");
  }

  @ParameterizedTest
  @EnumSource(
      value = TlsMode.class,
      names = {"VERIFY_CA", "VERIFY_FULL"})
  void aServerOfAnotherCaIsNotTrusted(TlsMode mode) {
    PostgresConfig config = config("localhost", "postgres", mode, otherPki, Optional.empty());

    assertThatThrownBy(() -> told(config))
        .isInstanceOf(StoreOpenException.class)
        .hasMessageContaining("localhost:" + server.getPort())
        .hasMessageContaining("certificate is not trusted by")
        .hasMessageContaining("CERTCTL_DATABASE_TLS_CA_PATH")
        .hasMessageContaining(otherPki.certificate().toString());
  }

  @Test
  void aServerOfAnotherNameIsNotTheOneThatIsMeant() throws Exception {
    PostgresConfig full =
        config("127.0.0.1", "postgres", TlsMode.VERIFY_FULL, pki, Optional.empty());

    assertThatThrownBy(() -> told(full))
        .isInstanceOf(StoreOpenException.class)
        .hasMessageContaining("its certificate is for another name")
        .hasMessageContaining("CERTCTL_DATABASE_URL");
    assertThat(told(config("127.0.0.1", "postgres", TlsMode.VERIFY_CA, pki, Optional.empty())))
        .isEqualTo("true nobody");
  }

  @ParameterizedTest
  @ValueSource(strings = {"RSA", "EC", "Ed25519"})
  void aClientCertificateIsShown(String algorithm) throws Exception {
    TestDatabaseCa.Identity identity = pki.issue(MACHINE, algorithm);

    assertThat(told(config("localhost", MACHINE, TlsMode.VERIFY_FULL, pki, Optional.of(identity))))
        .isEqualTo("true /CN=machine");
  }

  @Test
  void aServerThatWantsAClientCertificateSaysSo() {
    PostgresConfig config =
        config("localhost", MACHINE, TlsMode.VERIFY_FULL, pki, Optional.empty());

    assertThatThrownBy(() -> told(config))
        .isInstanceOf(StoreOpenException.class)
        .hasMessageContaining("client certificate")
        .hasMessageContaining("CERTCTL_DATABASE_TLS_CERT_PATH");
  }

  @Test
  void aClientCertificateOfAnotherCaIsRefused() throws Exception {
    PostgresConfig config =
        config(
            "localhost",
            MACHINE,
            TlsMode.VERIFY_FULL,
            pki,
            Optional.of(otherPki.issue(MACHINE, "EC")));

    assertThatThrownBy(() -> told(config)).isInstanceOf(StoreOpenException.class);
  }
}
