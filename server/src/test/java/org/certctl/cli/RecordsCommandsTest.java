package org.certctl.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.certctl.enroll.Enrollments.NOW;
import static org.certctl.enroll.Enrollments.certificate;
import static org.certctl.enroll.Enrollments.facts;
import static org.certctl.enroll.Enrollments.intended;
import static org.certctl.enroll.Enrollments.intent;
import static org.certctl.enroll.Enrollments.issued;
import static org.certctl.enroll.Enrollments.serial;

import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import org.certctl.audit.AuditEvent;
import org.certctl.audit.BlockSealer;
import org.certctl.config.Configuration;
import org.certctl.config.DatabaseSettings;
import org.certctl.enroll.Enrollments;
import org.certctl.enroll.Intent;
import org.certctl.keys.CryptoProviders;
import org.certctl.keys.SigningKey;
import org.certctl.store.StoreObserver;
import org.certctl.store.StoreOpenException;
import org.certctl.store.sqlite.SqliteReader;
import org.certctl.store.sqlite.SqliteStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `audit` and `cert` beside a store that is open all the while, as under a running server.
class RecordsCommandsTest {

  private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);

  @TempDir Path folder;
  private final CryptoProviders providers = CryptoProviders.detect();
  private final CommandRun certctl =
      new CommandRun(
          CLOCK,
          context ->
              List.of(
                  new AuditCommand(context, RecordsCommandsTest::open),
                  new CertCommand(
                      context,
                      RecordsCommandsTest::open,
                      configuration -> {
                        throw new AssertionError("nothing here writes");
                      })));
  private Path data;
  private SqliteStore store;

  @BeforeEach
  void enrollTwoAndRefuseOne() throws Exception {
    data = folder.resolve("data");
    assertThat(run("init", "--host", "localhost", "--ca-key", "p256")).isZero();
    store = SqliteStore.open(data.resolve("certctl.db"), CLOCK, StoreObserver.none());
    for (String name : List.of("a", "b")) {
      Intent intent = intent(name);
      store.enrollments().intend(intent, false, intended(name));
      store.enrollments().record(intent.id(), certificate(name), issued(name));
    }
    store
        .auditLog()
        .append(
            new AuditEvent.EnrollmentRefused(
                NOW.minus(Duration.ofDays(2)), facts("c"), "challenge_wrong", "no match"));
    SigningKey key = SigningKey.read(data.resolve("audit.key"), providers);
    new BlockSealer(store.auditStore(), key, key.publicKeyInfo(), CLOCK).sealPending();
  }

  @AfterEach
  void close() {
    store.close();
  }

  private int run(String... words) {
    return certctl.run(CommandRun.on(data, words));
  }

  static StoredRecords open(Configuration configuration) throws CommandFailedException {
    try {
      return switch (configuration.database()) {
        case DatabaseSettings.Sqlite sqlite ->
            new RecordsBeside(SqliteReader.open(sqlite.file(), CLOCK));
        case DatabaseSettings.Postgres _ -> throw new IllegalStateException("not in this test");
      };
    } catch (StoreOpenException e) {
      throw new CommandFailedException(String.valueOf(e.getMessage()), e);
    }
  }

  @Test
  void verifiesAnIntactTrail() {
    assertThat(run("audit", "verify")).isEqualTo(ExitCode.OK);
    assertThat(certctl.out()).contains("intact: 5 events in 1 blocks").contains("head: ");

    String head = certctl.out().lines().filter(line -> line.startsWith("head")).toList().getFirst();
    assertThat(run("audit", "verify", "--head", head.substring(6))).isEqualTo(ExitCode.OK);
    assertThat(run("audit", "verify", "--head", "00ff".repeat(16))).isEqualTo(ExitCode.FAILURE);
    assertThat(certctl.out()).contains("broken: head_missing");
    assertThat(run("audit", "verify", "--head", "xyz")).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void namesTheEventThatWasAltered() throws Exception {
    try (var connection = DriverManager.getConnection("jdbc:sqlite:" + data.resolve("certctl.db"));
        var statement = connection.createStatement()) {
      statement.executeUpdate("DROP TRIGGER audit_event_is_not_altered");
      statement.executeUpdate("UPDATE audit_event SET canonical = x'00' WHERE sequence = 3");
    }

    assertThat(run("audit", "verify")).isEqualTo(ExitCode.FAILURE);
    assertThat(certctl.out()).contains("broken: altered").contains("event: 3");
  }

  @Test
  void listsTheTrailNewestFirst() {
    assertThat(run("audit", "list")).isEqualTo(ExitCode.OK);
    assertThat(certctl.out().lines()).hasSize(6).first().asString().startsWith("ID  TIME");
    assertThat(certctl.out().lines().skip(1).findFirst())
        .hasValueSatisfying(
            line ->
                assertThat(line)
                    .startsWith("5")
                    .contains("refused")
                    .contains("challenge_wrong")
                    .contains("device-c")
                    .endsWith("192.0.2.7"));
  }

  @Test
  void filtersTheTrail() {
    assertThat(run("audit", "list", "--since", "24h", "--json")).isZero();
    assertThat(certctl.out().lines()).hasSize(4).allMatch(line -> !line.contains("refused"));

    assertThat(run("audit", "list", "--until", "2026-02-28", "--reason", "challenge_wrong"))
        .isZero();
    assertThat(certctl.out().lines()).hasSize(2);

    assertThat(run("audit", "list", "--outcome", "issued", "--limit", "1", "--json")).isZero();
    assertThat(certctl.out().lines())
        .hasSize(1)
        .allSatisfy(
            line ->
                assertThat(line)
                    .contains("\"action\":\"scep_pkcsreq\"")
                    .contains("\"event_category\":\"cert_lifecycle\"")
                    .contains("\"subject\":\"CN=b,O=Größe\""));
    assertThat(run("audit", "list", "--since", "yesterday")).isEqualTo(ExitCode.USAGE);
    assertThat(run("audit", "list", "--since", "2026")).isEqualTo(ExitCode.USAGE);
    assertThat(certctl.err()).contains("2026-03-01T12:00:00Z or 24h");
    assertThat(run("audit", "list", "--limit", "0")).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void listsAndShowsCertificates() {
    assertThat(run("cert", "list")).isZero();
    assertThat(certctl.out().lines()).hasSize(3);
    assertThat(certctl.out().lines().skip(1).findFirst())
        .hasValueSatisfying(line -> assertThat(line).contains(serial("b").hex()).endsWith("CN=b"));

    assertThat(run("cert", "list", "--limit", "1", "--json")).isZero();
    assertThat(certctl.out()).contains("\"sans\":[\"DNS:b.example\"]");

    assertThat(run("cert", "show", serial("a").hex())).isZero();
    assertThat(certctl.out()).contains("CN=a").contains("device-a").contains("prof-default");

    assertThat(run("cert", "show", serial("a").hex(), "--pem")).isZero();
    assertThat(certctl.out())
        .startsWith("-----BEGIN CERTIFICATE-----\n")
        .endsWith("-----END CERTIFICATE-----\n");
  }

  @Test
  void showsWhatACertificateRenewedAndWhatRenewedIt() throws Exception {
    Intent renewal = Enrollments.renewal("c", "a");
    store.enrollments().intend(renewal, false, intended("c"));
    store.enrollments().record(renewal.id(), certificate("c"), issued("c"));

    assertThat(run("cert", "show", serial("a").hex())).isZero();
    assertThat(certctl.out()).containsPattern("renewed by +" + serial("c").hex());
    assertThat(run("cert", "show", serial("c").hex())).isZero();
    assertThat(certctl.out())
        .containsPattern("renews +" + serial("a").hex())
        .doesNotContain("renewed by");
  }

  @Test
  void saysWhenThereIsNothing() {
    assertThat(run("cert", "show", "0a")).isEqualTo(ExitCode.FAILURE);
    assertThat(certctl.err()).contains("no certificate with the serial number 0a");
    assertThat(run("cert", "show", "nonsense")).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void saysWhenNoServerHasEverRun() {
    data = folder.resolve("other");
    assertThat(run("init", "--host", "localhost", "--ca-key", "p256")).isZero();

    assertThat(run("audit", "list")).isEqualTo(ExitCode.FAILURE);
    assertThat(certctl.err()).contains("certctl.db is not there");
  }
}
