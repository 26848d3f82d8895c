package org.certctl.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.certctl.enroll.Enrollments.NOW;
import static org.certctl.enroll.Enrollments.certificate;
import static org.certctl.enroll.Enrollments.serial;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.certctl.enroll.CertificateSearch;
import org.certctl.enroll.CertificateSearch.Criterion;
import org.certctl.enroll.CertificateSearch.Cursor;
import org.certctl.enroll.CertificateSearch.Expiry;
import org.certctl.enroll.CertificateSearch.InState;
import org.certctl.enroll.CertificateSearch.State;
import org.certctl.retention.RetentionStore.Place;
import org.certctl.store.postgres.PostgresServer;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.conf.ParamType;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// On PostgreSQL, too, nothing is found by reading a table as a whole. The planner is told to avoid
/// that and sorting: where it does it all the same, there is no other way.
class PostgresPlansTest {

  private Connection connection;

  @BeforeEach
  void connect() throws SQLException {
    connection = PostgresServer.connect(PostgresServer.freshDatabase());
    try (var statement = connection.createStatement()) {
      for (String way : List.of("seqscan", "bitmapscan", "sort", "hashjoin", "mergejoin")) {
        statement.execute("SET enable_" + way + " = off");
      }
    }
  }

  @AfterEach
  void close() throws SQLException {
    connection.close();
  }

  private String plan(String query) throws SQLException {
    StringBuilder plan = new StringBuilder();
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery("EXPLAIN " + query)) {
      while (rows.next()) {
        plan.append(rows.getString(1)).append('\n');
      }
    }
    return plan.toString();
  }

  private static Stream<Arguments> criteria() {
    return Stream.of(
        Arguments.of(new CertificateSearch.Serial(serial("a")), "certificate_serial_issuer_id_key"),
        Arguments.of(
            new CertificateSearch.Fingerprint(certificate("a").fingerprint()),
            "certificate_by_fingerprint"),
        Arguments.of(new CertificateSearch.Transaction("a"), "certificate_name_pkey"),
        Arguments.of(new CertificateSearch.SubjectPrefix("a"), "certificate_name_pkey"),
        Arguments.of(new InState(State.REVOKED, NOW), "revocation_by_state"),
        Arguments.of(new Expiry(NOW, NOW.plusSeconds(3600)), "certificate_by_end"),
        Arguments.of(new CertificateSearch.Endpoint("a"), "certificate_by_endpoint"),
        Arguments.of(new CertificateSearch.IssuedBy("a"), "certificate_by_issuer"));
  }

  @ParameterizedTest
  @MethodSource("criteria")
  void walksOneIndex(Criterion criterion, String index) throws Exception {
    CertificateSearch search = CertificateSearch.of(criterion);
    Cursor cursor =
        switch (search.order()) {
          case NEWEST_FIRST -> Cursor.newest(7);
          case BY_EXPIRY -> Cursor.byExpiry(NOW.toEpochMilli(), 7);
          case BY_SUBJECT -> Cursor.bySubject("abc", 7);
        };
    for (Optional<Cursor> after : List.of(Optional.<Cursor>empty(), Optional.of(cursor))) {
      String plan =
          plan(
              new CertificateWalk(search, after)
                  .query(DSL.using(SQLDialect.POSTGRES))
                  .getSQL(ParamType.INLINED));

      assertThat(plan).doesNotContain("Seq Scan");
      if (!(criterion instanceof CertificateSearch.Fingerprint)) {
        assertThat(plan).contains(index).doesNotContain("Sort ");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT * FROM enrollment WHERE request_digest = '\\x01' AND endpoint = 'a'"
            + " AND transaction_id = '\\x02' AND state <> 'released'",
        "SELECT * FROM enrollment WHERE requester_key_digest = '\\x01' AND transaction_id = '\\x02'"
            + " AND endpoint = 'a' AND state <> 'released'",
        "SELECT * FROM enrollment WHERE state = 'open'",
        "SELECT * FROM challenge_claim WHERE enrollment_id = 'a'",
        "DELETE FROM challenge_claim WHERE expires_at_ms <= 7 AND (kind, claim_key) > ('a', '\\x01')"
            + " AND (kind, claim_key) <= ('a', '\\x02')",
        "SELECT * FROM pending_enrollment WHERE endpoint = 'a' AND transaction_id = '\\x01'",
        "SELECT * FROM pending_enrollment WHERE state IN ('waiting', 'approved')"
            + " AND expires_at_ms <= 7",
        "SELECT * FROM pending_enrollment WHERE enrollment_id = 'a'",
        "DELETE FROM certificate_name WHERE value = 'a' AND position = 7",
        "DELETE FROM enrollment WHERE id = 'a' AND state <> 'open'",
        "SELECT * FROM certificate WHERE key_digest = '\\x01'",
        "SELECT * FROM certificate WHERE predecessor = '\\x01'",
        "SELECT * FROM audit_event WHERE resource_id = 'a' AND resource_id <> ''"
      })
  void findsByIndex(String query) throws Exception {
    assertThat(plan(query)).doesNotContain("Seq Scan");
  }

  @Test
  void whatIsRemovedIsFoundAlongAnIndex() throws Exception {
    DSLContext dsl = DSL.using(SQLDialect.POSTGRES);

    assertThat(plan(SqlRetentionStore.enrollments(dsl, new Place(7, 7)).getSQL(ParamType.INLINED)))
        .contains("enrollment_pkey")
        .doesNotContain("Seq Scan", "Sort ");
    assertThat(
            plan(SqlRetentionStore.certificates(dsl, new Place(7, 7), 9).getSQL(ParamType.INLINED)))
        .contains("certificate_by_end", "certificate_by_fingerprint", "revocation_pkey")
        .doesNotContain("Seq Scan", "Sort ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "pending_enrollment | number | closed_at_ms < 7 ORDER BY closed_at_ms"
            + " | pending_enrollment_closed",
        "onetime_challenge | position | expires_at_ms < 7 ORDER BY expires_at_ms"
            + " | onetime_challenge_by_end",
        "notice_outbox | number | state = 'dead' AND closed_at_ms < 7 ORDER BY number"
            + " | notice_outbox_by_state"
      })
  void whatIsForgottenIsFoundAlongAnIndex(String table, String key, String old, String index)
      throws Exception {
    assertThat(
            plan(
                "DELETE FROM %1$s WHERE %2$s IN (SELECT %2$s FROM %1$s WHERE %3$s LIMIT 500)"
                    .formatted(table, key, old)))
        .contains(index)
        .doesNotContain("Seq Scan", "Sort ");
  }

  @Test
  void onlyThePartitionsThatMayHaveItAreRead() throws Exception {
    assertThat(
            plan("SELECT * FROM audit_trail WHERE sequence >= 30000000 ORDER BY sequence LIMIT 9"))
        .contains("audit_event_rest_pkey")
        .doesNotContain("Index Scan using audit_event_first_pkey");
    assertThat(plan("DELETE FROM audit_event WHERE sequence <= 7"))
        .contains("audit_event_first_pkey")
        .doesNotContain("Seq Scan");
  }

  @ParameterizedTest
  @ValueSource(strings = {"sequence >= 7 ORDER BY sequence", "sequence < 7 ORDER BY sequence DESC"})
  void readsTheTrailFromWhereItIsAsked(String condition) throws Exception {
    String plan = plan("SELECT * FROM audit_trail WHERE " + condition + " LIMIT 10");

    assertThat(plan).contains("audit_event_first_pkey").doesNotContain("Seq Scan on audit_event");
  }
}
