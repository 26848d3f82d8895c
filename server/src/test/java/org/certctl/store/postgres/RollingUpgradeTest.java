package org.certctl.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.certctl.cluster.ClusterStore;
import org.certctl.store.StoreOpenException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Nodes of the version before go on while the first node of this one has already migrated the
/// database (docs/scaling.md, "Upgrading nodes one by one").
///
/// What they need stands in `versions/` beside this class. How to record the next version:
/// CONTRIBUTING.md, "Migrations".
class RollingUpgradeTest {

  /// The newest schema version of the release before this one.
  private static final int PREVIOUS = 14;

  /// Findings that do not hinder nodes of the previous version all the same, each with the reason.
  private static final Map<String, String> HARMLESS =
      Map.of(
          "new rule: audit_event: CREATE TRIGGER audit_event_is_not_altered BEFORE UPDATE ON"
              + " public.audit_event FOR EACH ROW EXECUTE FUNCTION audit_is_only_appended()",
          "forbids less than what it replaces",
          "new rule: audit_event: CREATE TRIGGER audit_event_is_not_deleted BEFORE DELETE ON"
              + " public.audit_event FOR EACH ROW EXECUTE FUNCTION audit_event_is_archived()",
          "forbids less than what it replaces",
          "new rule: audit_block: CREATE TRIGGER audit_block_is_not_altered BEFORE UPDATE ON"
              + " public.audit_block FOR EACH ROW EXECUTE FUNCTION audit_is_only_appended()",
          "forbids less than what it replaces",
          "new rule: audit_block: CREATE TRIGGER audit_block_is_not_deleted BEFORE DELETE ON"
              + " public.audit_block FOR EACH ROW EXECUTE FUNCTION audit_block_is_archived()",
          "forbids less than what it replaces");

  private final VersionRecord previous = VersionRecord.load(PREVIOUS);

  @Test
  void theNewestSchemaServesNodesOfThePreviousVersion() throws Exception {
    try (Connection connection = PostgresServer.connect(PostgresServer.freshDatabase())) {
      assertThat(previous.hindrances(connection))
          .containsExactlyInAnyOrderElementsOf(HARMLESS.keySet());
    }
  }

  @Test
  void theRecordIsThatOfThePreviousVersion() throws Exception {
    try (Connection connection = PostgresServer.connect(PostgresServer.databaseOf(PREVIOUS))) {
      assertThat(SchemaRecord.of(connection)).isEqualTo(previous.schema());
      assertThat(previous.hindrances(connection)).isEmpty();
    }
  }

  @Test
  void theRecordHasStatementsAboutEveryTable() {
    assertThat(previous.schema().tables())
        .allSatisfy(
            table ->
                assertThat(previous.statements())
                    .anySatisfy(text -> assertThat(text).containsPattern("\\b" + table + "\\b")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ALTER TABLE notice_outbox DROP COLUMN last_error | gone: notice_outbox.last_error
          ALTER TABLE notice_outbox RENAME last_error TO error | gone: notice_outbox.last_error
          ALTER TABLE expiry_mark RENAME TO mark | gone: expiry_mark.name
          ALTER TABLE expiry_mark ALTER at_ms TYPE numeric | of another type: expiry_mark.at_ms, numeric, was bigint
          ALTER TABLE expiry_mark ADD node text NOT NULL | new, not null and without a default: expiry_mark.node
          ALTER TABLE onetime_challenge ALTER names SET NOT NULL | now NOT NULL: onetime_challenge.names
          ALTER TABLE expiry_mark ALTER at_ms DROP NOT NULL | now NULL: expiry_mark.at_ms
          ALTER TABLE enrollment ALTER node DROP DEFAULT | of another value: enrollment.node, none, was default ''::text
          ALTER TABLE expiry_mark ADD CHECK (at_ms > 0) | new rule: expiry_mark: CHECK ((at_ms > 0))
          ALTER TABLE expiry_mark ADD UNIQUE (at_ms) | new rule: expiry_mark: UNIQUE (at_ms)
          CREATE UNIQUE INDEX one ON expiry_mark (at_ms) | new rule: expiry_mark: UNIQUE INDEX btree (at_ms)
          CREATE TABLE child (name text REFERENCES expiry_mark) | new rule: child: FOREIGN KEY (name) REFERENCES expiry_mark(name)
          ALTER TABLE onetime_challenge DROP CONSTRAINT onetime_challenge_mac_key | gone: onetime_challenge: UNIQUE (mac)
          DROP INDEX enrollment_open | gone: enrollment: UNIQUE INDEX btree (endpoint, transaction_id, request_digest) WHERE (state = 'open'::text)
          """)
  void findsWhatHinders(String migration, String finding) throws Exception {
    assertThat(hindrancesAfter(migration)).contains(finding);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ALTER TABLE notice_outbox DROP COLUMN last_error | last_error
          ALTER TABLE cluster_lease RENAME fence TO number | fence
          ALTER TABLE challenge_claim DROP CONSTRAINT challenge_claim_pkey | ON CONFLICT
          """)
  void findsStatementsThatAreRefused(String migration, String what) throws Exception {
    assertThat(hindrancesAfter(migration))
        .anySatisfy(finding -> assertThat(finding).startsWith("ERROR: ").contains(what));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ALTER TABLE enrollment ADD region text
          ALTER TABLE enrollment ADD region text NOT NULL DEFAULT ''
          CREATE TABLE region (name text PRIMARY KEY CHECK (name <> ''))
          CREATE INDEX certificate_by_start ON certificate (not_before_ms)
          ALTER TABLE enrollment DROP CONSTRAINT enrollment_check
          """)
  void letsExpansionsPass(String migration) throws Exception {
    assertThat(hindrancesAfter(migration)).isEmpty();
  }

  private List<String> hindrancesAfter(String migration) throws Exception {
    try (Connection connection = PostgresServer.connect(PostgresServer.databaseOf(PREVIOUS))) {
      execute(connection, migration);
      return previous.hindrances(connection);
    }
  }

  @Test
  void aNodeThatRunsGoesOnWithANewerDatabaseButDoesNotStartOnIt() throws Exception {
    PostgresConfig config = PostgresServer.freshDatabase();
    try (PostgresStore store = PostgresServer.open(config, Clock.systemUTC());
        Connection connection = PostgresServer.connect(config)) {
      ClusterStore cluster = store.cluster().orElseThrow();
      assertThat(cluster.demandReload("a", "alice")).isEqualTo(1);

      int next = PostgresMigrations.VERSION + 1;
      execute(
          connection,
          "INSERT INTO schema_history SELECT installed_rank + 1, '%d', description, type, script, checksum, installed_by, installed_on, execution_time, success FROM schema_history ORDER BY installed_rank DESC LIMIT 1"
              .formatted(next));

      assertThat(cluster.demandReload("a", "alice")).isEqualTo(2);
      assertThatThrownBy(() -> PostgresServer.open(config, Clock.systemUTC()))
          .isInstanceOf(StoreOpenException.class)
          .hasMessageContaining("newer certctl")
          .hasMessageContaining("its version is " + next);
    }
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
