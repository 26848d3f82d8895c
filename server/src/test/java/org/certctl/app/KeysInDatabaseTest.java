package org.certctl.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.cli.AuditCommand;
import org.certctl.cli.CaFingerprintCommand;
import org.certctl.cli.CaRolloverCommand;
import org.certctl.cli.CommandContext;
import org.certctl.cli.CommandRun;
import org.certctl.cli.KeysEncryptCommand;
import org.certctl.cli.KeysShareCommand;
import org.certctl.config.Configuration;
import org.certctl.config.ConfigurationLoader;
import org.certctl.config.Environment;
import org.certctl.issuer.local.LocalCas;
import org.certctl.keys.CryptoProviders;
import org.certctl.keys.KeyMaterialException;
import org.certctl.keys.KeyPairFiles;
import org.certctl.pki.TestClock;
import org.certctl.store.postgres.PostgresConfig;
import org.certctl.store.postgres.PostgresServer;
import org.certctl.store.postgres.PostgresStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// CAs and the audit key that `certctl keys share` has put into the database: a further node has
/// nothing but the URL and the encryption key.
class KeysInDatabaseTest {

  private static final CryptoProviders PROVIDERS = CryptoProviders.detect();
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
  private static final String KEY = "wq7ZsT0v1fYc3mJp9LxR5uKdN8hGbE2aQ4iVoXyMzWs=";
  private static final String OTHER_KEY = "Kd7pXw2mQz9rTb4vLs8nYc1fHj6gEa3uRo5iZxMqWk0=";

  @TempDir Path parent;

  private final TestClock clock = new TestClock(START);
  private final CommandRun certctl = new CommandRun(clock, this::commands);
  private final Map<String, String> ofFiles = new HashMap<>();
  private final Map<String, String> ofDatabase = new HashMap<>();
  private PostgresConfig database;
  private PostgresStore store;
  private Path first;
  private Path second;

  private List<Object> commands(CommandContext context) {
    return List.of(
        new CaFingerprintCommand(context, Records.forReading(clock)),
        new CaRolloverCommand(context, Records.forReading(clock), Records.forWriting(clock)),
        new KeysEncryptCommand(context, Records.forWriting(clock)),
        new KeysShareCommand(context, Records.forWriting(clock)),
        new AuditCommand(context, Records.forReading(clock)));
  }

  @BeforeEach
  void start() throws Exception {
    database = PostgresServer.freshDatabase();
    store = PostgresServer.open(database, clock);
    ofFiles.put("CERTCTL_CONFIG_ENCRYPTION_KEY", KEY);
    ofFiles.put(
        "CERTCTL_DATABASE_URL",
        "postgres://postgres@127.0.0.1:" + PostgresServer.port() + "/" + database.database());
    ofDatabase.putAll(ofFiles);
    ofDatabase.put("CERTCTL_CA_CERT_PATH", "");
    ofDatabase.put("CERTCTL_CA_KEY_PATH", "database");
    ofDatabase.put("CERTCTL_AUDIT_KEY_PATH", "database");
    first = parent.resolve("first");
    run(
        Map.of("CERTCTL_CONFIG_ENCRYPTION_KEY", KEY),
        first,
        "init",
        "--host",
        "localhost",
        "--ca-key",
        "p256");
    second = parent.resolve("second");
    Files.createDirectory(second);
    for (String name : List.of("certctl.env", "tls.crt", "tls.key")) {
      Files.copy(first.resolve(name), second.resolve(name), StandardCopyOption.COPY_ATTRIBUTES);
    }
  }

  @AfterEach
  void stop() {
    store.close();
  }

  private void run(Map<String, String> environment, Path directory, String... words) {
    assertThat(certctl.run(environment, CommandRun.on(directory, words)))
        .as(certctl.err())
        .isZero();
  }

  private Configuration configuration(Map<String, String> environment, Path directory)
      throws Exception {
    return new ConfigurationLoader(PROVIDERS, clock)
        .load(Environment.of(environment), Optional.of(directory))
        .orThrow();
  }

  private EndpointKeeping keeping(Map<String, String> environment, Path directory)
      throws Exception {
    return TestKeeping.start(
        configuration(environment, directory),
        store,
        new SimpleMeterRegistry(),
        TestKeeping.NO_ONE_TIME,
        clock);
  }

  private static LocalCas cas(EndpointKeeping keeping) {
    return keeping.cas().orElseThrow();
  }

  private static List<X509CertificateHolder> chain(EndpointKeeping keeping) {
    return cas(keeping).current().chain();
  }

  private OwnKeys keys(Map<String, String> environment, Path directory) throws Exception {
    return new OwnKeys(configuration(environment, directory), store, PROVIDERS, RANDOM, clock);
  }

  @Test
  void aNodeWithoutFilesIssuesWithTheCaOfTheOthersAndSealsWithTheirKey() throws Exception {
    run(ofFiles, first, "keys", "share");
    assertThat(certctl.out())
        .contains("shared      CA 1, ", "shared      the audit key")
        .contains("  CERTCTL_CA_KEY_PATH=database\n", "  CERTCTL_AUDIT_KEY_PATH=database\n")
        .doesNotContain("PRIVATE KEY");

    EndpointKeeping one = keeping(ofFiles, first);
    EndpointKeeping other = keeping(ofDatabase, second);
    assertThat(chain(other)).isEqualTo(chain(one)).hasSize(2);
    assertThat(cas(other).current().files().key().belongsTo(chain(one).getFirst())).isTrue();
    assertThat(other.endpoints().all()).hasSize(1);
    assertThat(keys(ofDatabase, second).auditKey().publicKeyInfo())
        .isEqualTo(keys(ofFiles, first).auditKey().publicKeyInfo());
    assertThat(told("shared")).isEqualTo(2);

    run(ofDatabase, second, "ca", "fingerprint");
    String shown = certctl.out();
    run(ofFiles, first, "ca", "fingerprint");
    assertThat(shown).isEqualTo(certctl.out());
    run(ofDatabase, second, "audit", "verify");
  }

  @Test
  void aRepeatChangesNothing() throws Exception {
    run(ofFiles, first, "keys", "share");
    run(ofFiles, first, "keys", "share");
    assertThat(certctl.out()).contains("was shared  CA 1, ", "was shared  the audit key");
    run(ofDatabase, second, "keys", "share");
    assertThat(certctl.out()).contains("Nothing else is to be shared");
    assertThat(told("shared")).isEqualTo(2);
  }

  @Test
  void anotherCaTakesNoPlace() throws Exception {
    run(ofFiles, first, "keys", "share");
    Path stranger = parent.resolve("stranger");
    run(
        Map.of("CERTCTL_CONFIG_ENCRYPTION_KEY", KEY),
        stranger,
        "init",
        "--host",
        "localhost",
        "--ca-key",
        "p256");

    assertThat(certctl.run(ofFiles, CommandRun.on(stranger, "keys", "share"))).isEqualTo(1);
    assertThat(certctl.err()).contains("the database has another CA 1");
    assertThat(chain(keeping(ofDatabase, second))).isEqualTo(chain(keeping(ofFiles, first)));
    assertThat(told("shared")).isEqualTo(2);
  }

  @Test
  void aNodeSaysWhatIsMissing() throws Exception {
    assertThatThrownBy(() -> keeping(ofDatabase, second))
        .isInstanceOfSatisfying(
            KeyMaterialException.class,
            e -> {
              assertThat(e.reason())
                  .isEqualTo("CERTCTL_CA_KEY_PATH=database, and CA 1 is not in the database");
              assertThat(e.hint()).contains("certctl keys share");
            });
    assertThatThrownBy(() -> keys(ofDatabase, second).auditKey())
        .hasMessage("CERTCTL_AUDIT_KEY_PATH=database, and the audit key is not in the database");

    run(ofFiles, first, "keys", "share");
    ofDatabase.put("CERTCTL_CONFIG_ENCRYPTION_KEY", OTHER_KEY);
    assertThat(certctl.run(ofDatabase, CommandRun.on(second, "ca", "fingerprint"))).isEqualTo(1);
    assertThat(certctl.err()).contains("CERTCTL_CONFIG_ENCRYPTION_KEY does not open ca/");
  }

  @Test
  void sharesOnlyWhereItIsSealed() {
    assertThat(
            certctl.run(
                Map.of("CERTCTL_CONFIG_ENCRYPTION_KEY", KEY),
                CommandRun.on(first, "keys", "share")))
        .isEqualTo(1);
    assertThat(certctl.err()).contains("PostgreSQL", "CERTCTL_CONFIG_ENCRYPTION_KEY_FILE");
  }

  @Test
  void noKeyIsInClear() throws Exception {
    run(ofFiles, first, "keys", "share");
    KeyPairFiles ca = cas(keeping(ofFiles, first)).current().files();
    byte[] clear = ca.key().revealPkcs8();
    // PKCS #8 of an EC key ends with the public half, before which stands the private one.
    String secret = HexFormat.of().formatHex(Arrays.copyOfRange(clear, 36, 68));
    assertThat(HexFormat.of().formatHex(clear)).contains("0420" + secret);

    for (var scope : List.of("ca", "audit")) {
      var sealed = store.sealedKeys().keys(scope).getFirst();
      assertThat(HexFormat.of().formatHex(sealed.sealed().octets())).doesNotContain(secret);
      assertThat(HexFormat.of().formatHex(sealed.certificate().octets())).doesNotContain(secret);
    }
  }

  @Test
  void aCaThatIsPreparedOnOneNodeReachesAll() throws Exception {
    run(ofFiles, first, "keys", "share");
    Path third = parent.resolve("third");
    Files.createDirectory(third);
    for (String name : List.of("certctl.env", "tls.crt", "tls.key")) {
      Files.copy(second.resolve(name), third.resolve(name), StandardCopyOption.COPY_ATTRIBUTES);
    }
    EndpointKeeping other = keeping(ofDatabase, third);
    X509CertificateHolder present = chain(other).getFirst();

    run(ofDatabase, second, "ca", "rollover", "prepare");
    assertThat(certctl.out()).contains("key      in the database, for all nodes");
    assertThat(second.resolve("ca/2/ca.crt")).exists();
    assertThat(second.resolve("ca/2/ca.key")).doesNotExist();
    other.check();
    X509CertificateHolder next = cas(other).next().orElseThrow().certificate();
    assertThat(cas(other).current().certificate()).isEqualTo(present).isNotEqualTo(next);

    run(ofDatabase, third, "ca", "rollover", "activate");
    other.check();
    assertThat(cas(other).current().certificate()).isEqualTo(next);
    assertThat(cas(other).former()).hasSize(1);
    run(ofDatabase, third, "ca", "rollover", "status");
    assertThat(certctl.out()).contains("CA 1  ", "CA 2  ", "issues now");
    assertThat(told("shared")).isEqualTo(3);
  }

  @Test
  void noRootIsMadeBesideThatOfWhoCertifiedTheCa() throws Exception {
    Files.writeString(first.resolve("ca.csr"), "the request that another CA has certified");
    run(ofFiles, first, "keys", "share");

    assertThat(certctl.run(ofDatabase, CommandRun.on(second, "ca", "rollover", "prepare")))
        .isEqualTo(1);
    assertThat(certctl.err()).contains("the present CA was certified by another one (CA 1)");
    assertThat(store.sealedKeys().keys("ca")).hasSize(1);
  }

  @Test
  void aCaThatWasPreparedInFilesIsSharedWithTheFirst() throws Exception {
    run(ofFiles, first, "ca", "rollover", "prepare");
    run(ofFiles, first, "keys", "share");
    assertThat(certctl.out()).contains("shared      CA 1, ", "shared      CA 2, ");

    LocalCas there = cas(keeping(ofDatabase, second));
    assertThat(there.next().orElseThrow().chain())
        .isEqualTo(cas(keeping(ofFiles, first)).next().orElseThrow().chain());
  }

  @Test
  void theEncryptionKeyIsChangedByACommand() throws Exception {
    run(ofFiles, first, "keys", "share");
    List<X509CertificateHolder> chain = chain(keeping(ofDatabase, second));
    Path old = Files.writeString(parent.resolve("old.key"), KEY);
    ofDatabase.put("CERTCTL_CONFIG_ENCRYPTION_KEY", OTHER_KEY);

    assertThat(certctl.run(ofDatabase, CommandRun.on(second, "keys", "encrypt"))).isEqualTo(1);
    assertThat(certctl.err())
        .contains("--previous-key-file", "nothing in the database was changed");
    run(ofDatabase, second, "keys", "encrypt", "--previous-key-file", old.toString());
    assertThat(certctl.out())
        .contains("keys and secrets in the database", "Restart all nodes")
        .doesNotContain(KEY)
        .doesNotContain(OTHER_KEY);
    assertThat(told("sealed_anew")).isEqualTo(1);

    assertThat(chain(keeping(ofDatabase, second))).isEqualTo(chain);
    run(ofDatabase, second, "keys", "encrypt");
    assertThat(certctl.out()).contains("Nothing was to be done");
  }

  private long told(String outcome) throws Exception {
    try (var connection = PostgresServer.connect(database);
        var statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                "SELECT count(*) FROM audit_inbox WHERE action = 'shared_key' AND outcome = '"
                    + outcome
                    + "'")) {
      rows.next();
      return rows.getLong(1);
    }
  }
}
