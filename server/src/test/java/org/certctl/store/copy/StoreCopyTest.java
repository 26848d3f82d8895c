package org.certctl.store.copy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.certctl.enroll.Enrollments.NOW;
import static org.certctl.enroll.Enrollments.certificate;
import static org.certctl.enroll.Enrollments.intended;
import static org.certctl.enroll.Enrollments.intent;
import static org.certctl.enroll.Enrollments.issued;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.certctl.audit.AuditEvent;
import org.certctl.audit.AuditHead;
import org.certctl.audit.AuditKeys;
import org.certctl.audit.AuditVerification;
import org.certctl.audit.AuditVerifier;
import org.certctl.audit.BlockSealer;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.enroll.Intent;
import org.certctl.pki.Sha256;
import org.certctl.store.Store;
import org.certctl.store.StoreObserver;
import org.certctl.store.StoreOpenException;
import org.certctl.store.postgres.PostgresConfig;
import org.certctl.store.postgres.PostgresServer;
import org.certctl.store.postgres.PostgresStore;
import org.certctl.store.sqlite.SqliteStore;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Moves a file with rows in every table: values at the edges of their types, texts in which the
/// collations of databases differ, numbers with gaps, a row that was deleted, sealed events and
/// such that wait.
class StoreCopyTest {

  private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);

  /// What the ports below do not fill. Those with a number of their own leave some out.
  private static final List<String> ROWS =
      List.of(
          "INSERT INTO revocation VALUES ('iss-local', 'B', 'revoked', 1, 1, 2, 3, 'ä', '', NULL, 7, 1)",
          "INSERT INTO revocation VALUES ('iss-local', 'a', 'held', 6, -1, 2, 3, '\uD83D\uDE00', '', 4, NULL, 2)",
          "INSERT INTO revocation_counter VALUES ('iss-local', 2)",
          "INSERT INTO crl_partition VALUES ('iss-local', 7, 'http://x/7', 9223372036854775807)",
          "INSERT INTO crl_counter VALUES ('iss-local', 0, 3)",
          "INSERT INTO crl VALUES ('iss-local', 0, 0, 3, NULL, 1, 2, 2, 2, 1, 5, x'00ff', '', '')",
          "INSERT INTO crl_part VALUES ('iss-local', 0, 0, 3, 1, x'')",
          "INSERT INTO crl_part VALUES ('iss-local', 0, 0, 3, 0, zeroblob(300000))",
          "INSERT INTO challenge_claim VALUES ('onetime', x'01', 'revoked', 5)",
          "INSERT INTO challenge_claim VALUES ('onetime', x'', 'revoked', 5)",
          "INSERT INTO onetime_challenge VALUES (5, 'id5', x'05', 'e', NULL, NULL, 1, 2)",
          "INSERT INTO onetime_challenge VALUES (9, 'id9', x'09', 'e', x'30', x'', 1, 2)",
          "DELETE FROM onetime_challenge WHERE position = 9",
          "INSERT INTO pending_enrollment (number, id, endpoint, transaction_id, request_digest,"
              + " requester_key_digest, subject_key_digest, challenge_mac, method, source_address,"
              + " request, facts, at_ms, expires_at_ms, state) VALUES (4, 'p', 'e', x'01', x'02',"
              + " x'03', x'04', x'', 'fixed', '127.0.0.1', x'30', x'30', 1, 2, 'waiting')",
          "INSERT INTO ca_generation VALUES (2, x'01', 'CN=ca', 1, 2, 3, NULL)",
          "INSERT INTO notice_outbox VALUES (3, 'n', 'mail', 'a@b', x'30', 'queued', 0, 0, 0, 0, 0,"
              + " NULL, '')",
          "INSERT INTO expiry_told VALUES (x'01', 1, 2, 3)",
          "INSERT INTO kept_key VALUES ('ra/a', 2, x'30', x'01', NULL)",
          "INSERT INTO kept_key VALUES ('ra/B', 1, x'30', x'', 5)",
          "INSERT INTO kept_value VALUES ('installation', 'a', x'01')",
          "INSERT INTO removed_until VALUES ('certificates', 1)",
          "INSERT INTO expiry_mark VALUES ('Digest', 1)",
          "INSERT INTO expiry_mark VALUES ('digest', 2)");

  @TempDir Path folder;
  private final AuditKeys keys = AuditKeys.generate();
  private Path file;
  private PostgresConfig target;

  @BeforeEach
  void fill() throws Exception {
    file = folder.resolve("certctl.db");
    target = PostgresServer.freshDatabase();
    try (SqliteStore store = SqliteStore.open(file, CLOCK, StoreObserver.none())) {
      for (String name : List.of("a", "b")) {
        Intent intent = intent(name);
        store.enrollments().intend(intent, false, intended(name));
        store.enrollments().record(intent.id(), certificate(name), issued(name));
        seal(store);
      }
      store
          .auditStore()
          .forget(
              AuditHead.of(store.auditStore().blocks(1, 1).getFirst()),
              new AuditEvent.ServerStarted(NOW, "1"));
      store.enrollments().intend(intent("open"), false, intended("open"));
      store.auditLog().append(new AuditEvent.ServerStopped(NOW, "1"));
    }
    try (Connection connection = sqlite();
        var statement = connection.createStatement()) {
      for (String row : ROWS) {
        statement.executeUpdate(row);
      }
    }
  }

  private Connection sqlite() throws SQLException {
    return DriverManager.getConnection("jdbc:sqlite:" + file);
  }

  private void seal(Store store) throws Exception {
    new BlockSealer(store.auditStore(), keys, keys.publicKey(), CLOCK).sealPending();
  }

  private AuditVerification verify(Store store) throws Exception {
    return new AuditVerifier(store.auditStore(), List.of(keys.publicKey())).verify(Set.of());
  }

  private SqliteStore openSource() throws StoreOpenException {
    return SqliteStore.open(file, CLOCK, StoreObserver.none());
  }

  private void onTarget(String... statements) throws SQLException {
    try (Connection connection = PostgresServer.connect(target);
        var statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  private long rows(String table) throws SQLException {
    try (Connection connection = PostgresServer.connect(target);
        var statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT count(*) FROM " + table)) {
      return row.next() ? row.getLong(1) : -1;
    }
  }

  /// Makes the database do this when a row comes into a table.
  private void whenRowComes(String table, String body) throws SQLException {
    onTarget(
        "CREATE FUNCTION meddle() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            + body
            + " END; $$",
        "CREATE TRIGGER meddle BEFORE INSERT ON "
            + table
            + " FOR EACH ROW EXECUTE FUNCTION meddle()");
  }

  private void stopMeddling() throws SQLException {
    onTarget("DROP FUNCTION meddle CASCADE");
  }

  @Test
  void copiesEveryTable() throws Exception {
    Map<String, Long> counts = new HashMap<>();
    try (Connection connection = sqlite();
        var statement = connection.createStatement()) {
      for (StoreCopy.Table table : StoreCopy.copy(file, List.of(), target)) {
        try (ResultSet row = statement.executeQuery("SELECT count(*) FROM " + table.name())) {
          assertThat(table.rows()).as(table.name()).isEqualTo(row.getLong(1)).isPositive();
        }
        counts.put(table.name(), table.rows());
      }
      try (ResultSet row =
          statement.executeQuery(
              "SELECT count(*) FROM sqlite_master WHERE type = 'table'"
                  + " AND name NOT IN ('schema_history', 'sqlite_sequence')")) {
        assertThat(counts).hasSize(row.getInt(1));
      }
    }
    assertThat(rows("audit_inbox")).isEqualTo(3);
    assertThat(rows("audit_trail")).isEqualTo(counts.get("audit_event"));
    assertThat(rows("crl_part WHERE length(octets) = 300000")).isEqualTo(1);
    assertThat(rows("revocation WHERE note = '\uD83D\uDE00' OR actor = '\uD83D\uDE00'"))
        .isEqualTo(1);
  }

  @Test
  void theTrailHoldsOnBothSidesAndGoesOn() throws Exception {
    StoreCopy.copy(file, List.of(), target);

    try (SqliteStore ours = openSource();
        PostgresStore theirs = PostgresServer.open(target, CLOCK)) {
      assertThat(verify(theirs))
          .isInstanceOf(AuditVerification.Intact.class)
          .isEqualTo(verify(ours));
      assertThat(theirs.auditStore().events(1, 100))
          .extracting(event -> event.sequence() + " " + event.entry().action())
          .isEqualTo(
              ours.auditStore().events(1, 100).stream()
                  .map(event -> event.sequence() + " " + event.entry().action())
                  .toList());
      Sha256 head = theirs.auditStore().head().hash();
      seal(theirs);
      assertThat(
              new AuditVerifier(theirs.auditStore(), List.of(keys.publicKey()))
                  .verify(Set.of(head)))
          .isInstanceOfSatisfying(
              AuditVerification.Intact.class, intact -> assertThat(intact.unsealed()).isZero());
    }
  }

  @Test
  void aLongTrailIsPutInPartitionsAndNothingInTheDefaultOne() throws Exception {
    file = folder.resolve("long.db");
    openSource().close();
    try (Connection connection = sqlite();
        var statement = connection.createStatement()) {
      for (long sequence : List.of(1L, 19_999_999L, 20_000_000L, 35_000_000L, 35_000_001L)) {
        statement.executeUpdate(
            "INSERT INTO audit_event VALUES (%d, 1, 'c', 'a', 'x', 'x', 'r', '', 'o', '', '', '', x'')"
                .formatted(sequence));
      }
      statement.executeUpdate(
          "INSERT INTO audit_block VALUES (7, 35000000, zeroblob(32), x'', 1, x'', x'', x'')");
    }

    StoreCopy.copy(file, List.of(), target);

    assertThat(rows("audit_event_rest")).isZero();
    assertThat(rows("audit_event_first")).isEqualTo(2);
    assertThat(rows("audit_event_20000000")).isEqualTo(1);
    assertThat(rows("audit_event_30000000")).isEqualTo(1);
    assertThat(rows("audit_inbox")).isEqualTo(1);
    assertThatThrownBy(() -> onTarget("TRUNCATE audit_event_30000000"))
        .hasMessageContaining("only ever appended");
    try (PostgresStore store = PostgresServer.open(target, CLOCK)) {
      assertThat(store.makeRoom()).as("there is room for what waits and what comes").isZero();
    }
  }

  @Test
  void numbersGoOnAfterTheLastOneEverGiven() throws Exception {
    StoreCopy.copy(file, List.of(), target);

    onTarget(
        "INSERT INTO onetime_challenge (id, mac, endpoint, created_at_ms, expires_at_ms)"
            + " VALUES ('new', '', 'e', 1, 2)");
    assertThat(rows("onetime_challenge WHERE id = 'new' AND position = 10")).isEqualTo(1);
    try (PostgresStore store = PostgresServer.open(target, CLOCK)) {
      Intent intent = intent("c");
      store.enrollments().intend(intent, false, intended("c"));
      store.enrollments().record(intent.id(), certificate("c"), issued("c"));
    }
    assertThat(rows("certificate WHERE position = 3")).isEqualTo(1);
  }

  @Test
  void refusesADatabaseWithRecords() throws Exception {
    onTarget("INSERT INTO expiry_mark VALUES ('mine', 1)");

    assertThatThrownBy(() -> StoreCopy.copy(file, List.of(), target))
        .isInstanceOf(StoreOpenException.class)
        .hasMessageContaining("not empty")
        .hasMessageContaining("expiry_mark");
    assertThat(rows("expiry_mark")).isEqualTo(1);
    PostgresServer.open(target, CLOCK).close();
  }

  @Test
  void refusesAFileThatAServerHolds() throws Exception {
    try (SqliteStore _ = openSource()) {
      assertThatThrownBy(() -> StoreCopy.copy(file, List.of(), target))
          .isInstanceOf(StoreOpenException.class)
          .hasMessageContaining("in use");
    }
    PostgresServer.open(target, CLOCK).close();
  }

  @Test
  void whatWasBrokenOffIsMarkedAndCanBeBegunAnew() throws Exception {
    whenRowComes("enrollment", "PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NEW;");

    assertThatThrownBy(() -> StoreCopy.copy(file, List.of(), target))
        .isInstanceOf(StoreUnavailableException.class)
        .hasMessageContaining("nothing was copied");

    stopMeddling();
    assertThat(rows("certificate")).isZero();
    assertThatThrownBy(() -> PostgresServer.open(target, CLOCK))
        .isInstanceOf(StoreOpenException.class)
        .hasMessageContaining("has not finished")
        .hasMessageContaining(file.toString());
    assertThatThrownBy(() -> PostgresStore.openReader(target, CLOCK))
        .isInstanceOf(StoreOpenException.class);
    openSource().close();

    assertThat(StoreCopy.copy(file, List.of(), target)).isNotEmpty();
    try (PostgresStore store = PostgresServer.open(target, CLOCK)) {
      assertThat(verify(store)).isInstanceOf(AuditVerification.Intact.class);
    }
  }

  @Test
  void saysWhichRowIsNotTheSame() throws Exception {
    whenRowComes(
        "expiry_mark",
        "IF NEW.name = 'digest' THEN NEW.at_ms := NEW.at_ms + 1; END IF; RETURN NEW;");

    assertThatThrownBy(() -> StoreCopy.copy(file, List.of(), target))
        .isInstanceOf(StoreUnavailableException.class)
        .hasMessageContaining("expiry_mark has 2 rows")
        .hasMessageContaining("there are 2")
        .hasMessageContaining("name digest");
    assertThat(rows("expiry_mark")).isZero();
    assertThatThrownBy(() -> PostgresServer.open(target, CLOCK))
        .isInstanceOf(StoreOpenException.class);
  }

  @Test
  void noticesARowThatIsMissing() throws Exception {
    whenRowComes("certificate_name", "IF NEW.position = 2 THEN RETURN NULL; END IF; RETURN NEW;");

    assertThatThrownBy(() -> StoreCopy.copy(file, List.of(), target))
        .isInstanceOf(StoreUnavailableException.class)
        .hasMessageContaining("certificate_name has")
        .hasMessageContaining("position 2");
  }

  @Test
  void makesTheSchemaInADatabaseWithNothingInIt() throws Exception {
    target = PostgresServer.emptyDatabase();

    assertThat(StoreCopy.copy(file, List.of(), target)).isNotEmpty();
    PostgresServer.open(target, CLOCK).close();
  }
}
