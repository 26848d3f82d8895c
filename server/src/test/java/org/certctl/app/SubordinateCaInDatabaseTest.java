package org.certctl.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.cli.CaCrlCommand;
import org.certctl.cli.CaCsrCommand;
import org.certctl.cli.CaInstallCommand;
import org.certctl.cli.CaRolloverCommand;
import org.certctl.cli.CommandContext;
import org.certctl.cli.CommandRun;
import org.certctl.cli.KeysShareCommand;
import org.certctl.issuer.local.KeySealing;
import org.certctl.issuer.local.SharedCas;
import org.certctl.keys.CryptoProviders;
import org.certctl.keys.KeyEncryption;
import org.certctl.keys.KeyPairFiles;
import org.certctl.pki.TestClock;
import org.certctl.rollover.CaGeneration;
import org.certctl.secret.Secret;
import org.certctl.store.postgres.PostgresConfig;
import org.certctl.store.postgres.PostgresServer;
import org.certctl.store.postgres.PostgresStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A CA below an offline root, on a node that has the database and no files of the CA.
class SubordinateCaInDatabaseTest {

  private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
  private static final String KEY = "wq7ZsT0v1fYc3mJp9LxR5uKdN8hGbE2aQ4iVoXyMzWs=";

  @TempDir Path parent;

  private final TestClock clock = new TestClock(START);
  private final CommandRun certctl = new CommandRun(clock, this::commands);
  private final Map<String, String> inFiles = new HashMap<>();
  private final Map<String, String> inDatabase = new HashMap<>();
  private PostgresStore store;

  private List<Object> commands(CommandContext context) {
    return List.of(
        new CaCrlCommand(context, Records.forReading(clock)),
        new CaCsrCommand(context, Records.forReading(clock)),
        new CaInstallCommand(context, Records.forReading(clock), Records.forWriting(clock)),
        new CaRolloverCommand(context, Records.forReading(clock), Records.forWriting(clock)),
        new KeysShareCommand(context, Records.forWriting(clock)));
  }

  @BeforeEach
  void makeCaBelowARoot() throws Exception {
    PostgresConfig database = PostgresServer.freshDatabase();
    store = PostgresServer.open(database, clock);
    inFiles.put("CERTCTL_CONFIG_ENCRYPTION_KEY", KEY);
    inFiles.put(
        "CERTCTL_DATABASE_URL",
        "postgres://postgres@127.0.0.1:" + PostgresServer.port() + "/" + database.database());
    inDatabase.putAll(inFiles);
    inDatabase.put("CERTCTL_CA_CERT_PATH", "");
    inDatabase.put("CERTCTL_CA_KEY_PATH", "database");
    inDatabase.put("CERTCTL_AUDIT_KEY_PATH", "database");
    Files.createDirectory(parent.resolve("offline"));
    Files.createDirectory(parent.resolve("node"));
    succeeds(
        Map.of(),
        "ca make-root --name O=Corp,CN=Root --key-type p256 --key offline/root.key --out"
            + " offline/root.crt");
    succeeds(
        Map.of("CERTCTL_CONFIG_ENCRYPTION_KEY", KEY),
        "init --data-dir first --host scep.corp.example --ca-key p256 --subordinate");
    sign("first/ca-request/ca.csr", "offline/sub.crt", "");
    succeeds(inFiles, "ca install offline/sub.crt --data-dir first");
    for (String name : List.of("certctl.env", "tls.crt", "tls.key")) {
      Files.copy(parent.resolve("first").resolve(name), parent.resolve("node").resolve(name));
    }
  }

  @AfterEach
  void stop() {
    store.close();
  }

  /// Runs a command line; words with a slash, and those of data directories, are below the folder
  /// of the test.
  private int run(Map<String, String> environment, String line) {
    return certctl.run(
        environment,
        Stream.of(line.split(" "))
            .map(
                word ->
                    word.contains("/") || List.of("first", "node").contains(word)
                        ? parent.resolve(word).toString()
                        : word)
            .toArray(String[]::new));
  }

  private void succeeds(Map<String, String> environment, String line) {
    assertThat(run(environment, line)).as("%s%n%s%s", line, certctl.out(), certctl.err()).isZero();
  }

  private void fails(String line, String... texts) {
    assertThat(run(inDatabase, line)).as("%s%n%s", line, certctl.out()).isNotZero();
    assertThat(certctl.out() + certctl.err()).contains(texts);
  }

  private void sign(String csr, String out, String more) {
    succeeds(
        Map.of(),
        "ca sign-csr --ca-cert offline/root.crt --ca-key offline/root.key --csr %s --out %s%s"
            .formatted(csr, out, more));
  }

  private KeyPairFiles ca(int number) throws Exception {
    CryptoProviders providers = CryptoProviders.detect();
    KeySealing sealing = new KeySealing(KeyEncryption.under(Secret.of(KEY)), new SecureRandom());
    return new SharedCas(store.sealedKeys(), providers, sealing).find(number).orElseThrow().files();
  }

  private Path request() {
    return parent.resolve("node/ca-request");
  }

  @Test
  void theSameKeyIsCertifiedForLonger() throws Exception {
    succeeds(inFiles, "keys share --data-dir first");
    X509CertificateHolder before = ca(1).chain().first();

    succeeds(inDatabase, "ca csr --same-key --data-dir node");
    sign("node/ca-request/ca.csr", "offline/renewed.crt", " --days 3000");
    succeeds(inDatabase, "ca install offline/renewed.crt --check --data-dir node");
    assertThat(ca(1).chain().first()).isEqualTo(before);
    succeeds(inDatabase, "ca install offline/renewed.crt --data-dir node");

    assertThat(certctl.out()).contains("Renewed CA 1 in the database", "Restart the nodes");
    assertThat(ca(1).chain().first()).isNotEqualTo(before);
    assertThat(ca(1).chain().first().getNotAfter()).isAfter(before.getNotAfter());
    assertThat(request()).doesNotExist();
    assertThat(store.caGenerations().all()).isEmpty();
    succeeds(inDatabase, "ca install offline/renewed.crt --data-dir node");
    assertThat(certctl.out()).contains("Installed the database, for all nodes already");
  }

  @Test
  void aNewKeyIsTheNextCaOfAllNodes() throws Exception {
    succeeds(inFiles, "keys share --data-dir first");

    succeeds(inDatabase, "ca csr --data-dir node");
    sign("node/ca-request/ca.csr", "offline/next.crt", "");
    succeeds(inDatabase, "ca install offline/next.crt --data-dir node");

    assertThat(certctl.out()).contains("Prepared CA 2 in the database, for all nodes");
    assertThat(ca(2).chain().first().getSubject().toString()).endsWith(" G2");
    assertThat(store.caGenerations().all()).extracting(CaGeneration::number).containsExactly(2);
    assertThat(request()).doesNotExist();
    assertThat(parent.resolve("node/ca")).doesNotExist();
    succeeds(inDatabase, "ca install offline/next.crt --data-dir node");
    assertThat(store.sealedKeys().keys("ca")).hasSize(2);

    succeeds(inDatabase, "ca rollover activate --data-dir node");
    fails("ca rollover prepare --data-dir node", "was certified by another one (CA 2)");
    succeeds(inDatabase, "ca csr --same-key --data-dir node");
    assertThat(certctl.out()).contains(" G2");
  }

  @Test
  void theCrlOfTheRootIsTaken() throws Exception {
    succeeds(inFiles, "keys share --data-dir first");
    succeeds(
        Map.of(),
        "ca sign-crl --ca-cert offline/root.crt --ca-key offline/root.key --out offline/1.crl");

    succeeds(inDatabase, "ca crl import offline/1.crl --data-dir node");

    assertThat(certctl.out()).contains("/.well-known/pki/crl/ca-", "on each of the others, too");
    assertThat(parent.resolve("node/crls")).isNotEmptyDirectory();
  }

  @Test
  void withoutACaInTheDatabaseNothingIsMadeAndItIsSaidWhatToDo() throws Exception {
    succeeds(
        Map.of(),
        "ca sign-crl --ca-cert offline/root.crt --ca-key offline/root.key --out offline/1.crl");

    fails("ca csr --subject O=Corp,CN=New --data-dir node", "not in the database", "keys share");
    fails("ca install offline/sub.crt --data-dir node", "not in the database", "keys share");
    fails("ca crl import offline/1.crl --data-dir node", "no CA in the database", "keys share");

    assertThat(request()).doesNotExist();
    assertThat(parent.resolve("node/crls")).doesNotExist();
    assertThat(store.sealedKeys().keys("ca")).isEmpty();
  }
}
