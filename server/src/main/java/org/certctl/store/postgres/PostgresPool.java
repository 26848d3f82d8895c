package org.certctl.store.postgres;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool.PoolInitializationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.edec.EdECObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemReader;
import org.certctl.secret.Secret;
import org.certctl.store.StoreOpenException;
import org.postgresql.PGProperty;
import org.postgresql.ds.PGSimpleDataSource;

/// Connections to PostgreSQL, kept and lent.
final class PostgresPool {

  private static final String APPLICATION = "certctl";

  /// How much longer than the server the client waits, at most, before it takes the connection for
  /// dead.
  private static final Duration SLACK = Duration.ofSeconds(10);

  /// A node that stalls in the middle of a transaction loses it.
  private static final Duration IDLE_IN_TRANSACTION = Duration.ofSeconds(30);

  /// So many rows of a long result are sent at once.
  private static final int FETCH_ROWS = 200;

  /// What a device was told is on disk: a server that takes its time over that is overruled.
  /// Stricter settings than `on` stay.
  private static final String DURABLE =
      "SELECT set_config('synchronous_commit', 'on', false)"
          + " WHERE current_setting('synchronous_commit') = 'off'";

  /// Races are decided by what others have committed meanwhile (docs/decisions/0001): a database or
  /// role whose default is another is overruled.
  private static final String READ_COMMITTED = " -c default_transaction_isolation=read\\ committed";

  private static final Duration MAX_LIFETIME = Duration.ofMinutes(30);
  private static final Duration KEEP_ALIVE = Duration.ofMinutes(2);

  private static final String RSA = "RSA";

  /// By the object identifiers in PKCS#8.
  private static final Map<ASN1ObjectIdentifier, String> ALGORITHMS =
      Map.of(X9ObjectIdentifiers.id_ecPublicKey, "EC", EdECObjectIdentifiers.id_Ed25519, "Ed25519");

  private PostgresPool() {}

  /// Connects; tries again for this long while nobody answers.
  static HikariDataSource open(PostgresConfig config, Duration patience) throws StoreOpenException {
    HikariConfig pool = new HikariConfig();
    pool.setPoolName("postgres");
    pool.setMaximumPoolSize(config.maxConnections());
    pool.setMinimumIdle(Math.min(2, config.maxConnections()));
    pool.setConnectionTimeout(config.connectTimeout().toMillis());
    pool.setValidationTimeout(config.connectTimeout().toMillis());
    pool.setConnectionInitSql(DURABLE);
    pool.setMaxLifetime(MAX_LIFETIME.toMillis());
    pool.setKeepaliveTime(KEEP_ALIVE.toMillis());
    pool.setInitializationFailTimeout(Math.max(1, patience.toMillis()));
    try {
      pool.setDataSource(source(config));
      return new HikariDataSource(pool);
    } catch (PoolInitializationException | SQLException e) {
      throw PostgresHints.explained(
          "the database %s cannot be reached".formatted(config), e, config);
    }
  }

  private static PGSimpleDataSource source(PostgresConfig config) throws SQLException {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setServerNames(
        config.servers().stream()
            .map(PostgresConfig.Server::host)
            .map(host -> host.contains(":") ? "[" + host + "]" : host)
            .toArray(String[]::new));
    source.setPortNumbers(
        config.servers().stream().mapToInt(PostgresConfig.Server::port).toArray());
    // Behind one name too there may be a standby that takes over.
    source.setProperty(PGProperty.TARGET_SERVER_TYPE, "primary");
    source.setDatabaseName(config.database());
    source.setUser(config.user());
    source.setPassword(config.password().map(Secret::revealText).orElse(null));
    source.setApplicationName(APPLICATION);
    source.setTcpKeepAlive(true);
    source.setDefaultRowFetchSize(FETCH_ROWS);
    int connectSeconds = Math.toIntExact(Math.max(1, config.connectTimeout().toSeconds()));
    source.setConnectTimeout(connectSeconds);
    source.setLoginTimeout(connectSeconds);
    Duration slack =
        config.statementTimeout().compareTo(SLACK) < 0 ? config.statementTimeout() : SLACK;
    source.setSocketTimeout(
        Math.toIntExact(Math.max(1, config.statementTimeout().plus(slack).toSeconds())));
    source.setOptions(
        ("-c statement_timeout=%d -c lock_timeout=%d -c idle_in_transaction_session_timeout=%d"
                + READ_COMMITTED)
            .formatted(
                config.statementTimeout().toMillis(),
                config.lockTimeout().toMillis(),
                IDLE_IN_TRANSACTION.toMillis()));
    secure(source, config.tls());
    return source;
  }

  private static void secure(PGSimpleDataSource source, PostgresConfig.Tls tls)
      throws SQLException {
    source.setSslMode(tls.mode().wireValue());
    if (tls.mode() == PostgresConfig.TlsMode.DISABLE) {
      return;
    }
    if (tls.caPath().isPresent()) {
      source.setSslRootCert(tls.caPath().get().toString());
    } else if (tls.mode() != PostgresConfig.TlsMode.REQUIRE) {
      source.setSslfactory("org.postgresql.ssl.DefaultJavaSSLFactory");
    }
    source.setSslCert(tls.certPath().map(Path::toString).orElse(""));
    source.setSslKey(tls.keyPath().map(Path::toString).orElse(""));
    if (tls.keyPath().isPresent()) {
      source.setProperty(PGProperty.PEM_KEY_ALGORITHM, keyAlgorithm(tls.keyPath().get()));
    }
  }

  /// The name of the key's algorithm, which the driver does not look for; it says itself what is
  /// wrong with a file that is no such key.
  private static String keyAlgorithm(Path key) {
    try (PemReader reader = new PemReader(Files.newBufferedReader(key))) {
      PemObject pem = reader.readPemObject();
      if (pem != null) {
        ASN1ObjectIdentifier algorithm =
            PrivateKeyInfo.getInstance(pem.getContent()).getPrivateKeyAlgorithm().getAlgorithm();
        return ALGORITHMS.getOrDefault(algorithm, RSA);
      }
    } catch (IOException | IllegalArgumentException e) {
      // As above.
    }
    return RSA;
  }
}
