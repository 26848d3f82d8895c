package org.certctl.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import org.certctl.audit.AuditCounts.Count;
import org.certctl.audit.AuditEvent;
import org.certctl.enroll.Enrollments;
import org.certctl.store.StoreObserver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Counts of connector challenges: from the trail, so that they survive a restart.
class SqliteAuditCountsTest {

  @TempDir Path folder;

  @Test
  void countsWhatIsOnDiskAlsoAfterARestart() throws Exception {
    try (SqliteStore store = open()) {
      store
          .auditLog()
          .append(
              new AuditEvent.EnrollmentIntended(
                  Enrollments.NOW, Enrollments.connectorFacts("a"), "0a"));
      store
          .auditLog()
          .append(
              new AuditEvent.EnrollmentRefused(
                  Enrollments.NOW, Enrollments.facts("b"), "challenge_wrong", "no"));
      assertThat(store.auditCounts().connectorEnrollments()).isEmpty();
      store
          .auditLog()
          .append(
              new AuditEvent.CertificateIssued(
                  Enrollments.NOW,
                  Enrollments.connectorFacts("a"),
                  "0a",
                  "ff",
                  Enrollments.NOW,
                  Enrollments.NOW));
      for (String reason : List.of("replay", "expired", "replay")) {
        store
            .auditLog()
            .append(
                new AuditEvent.EnrollmentRefused(
                    Enrollments.NOW, Enrollments.connectorFacts("b"), reason, "no"));
      }
    }
    try (SqliteStore store = open()) {
      assertThat(store.auditCounts().connectorEnrollments())
          .containsExactlyInAnyOrder(
              new Count("default", "issued", "", 1),
              new Count("default", "refused", "replay", 2),
              new Count("default", "refused", "expired", 1));
    }
  }

  @Test
  void readsTheIndexAndNotTheTrail() throws Exception {
    open().close();
    try (var connection = DriverManager.getConnection("jdbc:sqlite:" + file());
        var rows =
            connection
                .createStatement()
                .executeQuery(
                    "EXPLAIN QUERY PLAN SELECT outcome, endpoint, reason, count(*) FROM audit_event"
                        + " WHERE action IN ('scep_pkcsreq_intune', 'scep_renewalreq_intune')"
                        + " AND outcome IN ('issued', 'refused')"
                        + " GROUP BY outcome, endpoint, reason")) {
      assertThat(rows.next()).isTrue();
      assertThat(rows.getString("detail")).contains("COVERING INDEX audit_event_by_connector");
    }
  }

  private Path file() {
    return folder.resolve("certctl.db");
  }

  private SqliteStore open() throws Exception {
    return SqliteStore.open(
        file(), Clock.fixed(Enrollments.NOW, ZoneOffset.UTC), StoreObserver.none());
  }
}
