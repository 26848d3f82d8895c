package org.certctl.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.certctl.audit.Actor;
import org.certctl.enroll.CertificateInventory.Entry;
import org.certctl.enroll.CertificateSearch;
import org.certctl.enroll.CertificateSearch.Criterion;
import org.certctl.enroll.Enrollments;
import org.certctl.enroll.Intent;
import org.certctl.pki.RevocationReason;
import org.certctl.status.RevocationOrder;
import org.certctl.store.StoreObserver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What was issued and revoked before there was a search is found by it.
class CertificateNamesMigrationTest {

  @TempDir Path folder;

  @Test
  void findsWhatWasThereBefore() throws Exception {
    try (SqliteStore store = open()) {
      for (String name : List.of("a", "b")) {
        Intent intent = Enrollments.intent(name);
        store.enrollments().intend(intent, false, List.of());
        store.enrollments().record(intent.id(), Enrollments.certificate(name), List.of());
      }
      var _ =
          store
              .revocations()
              .apply(
                  "iss-local",
                  Enrollments.serial("a"),
                  RevocationOrder.revoke(
                      RevocationReason.SUPERSEDED, Enrollments.NOW, Actor.user("alice"), ""));
    }
    try (Connection connection =
            DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("certctl.db"));
        var statement = connection.createStatement()) {
      statement.executeUpdate("DROP TABLE certificate_name");
      statement.executeUpdate("DROP INDEX certificate_by_endpoint");
      statement.executeUpdate("DROP INDEX certificate_by_issuer");
      statement.executeUpdate("DROP INDEX revocation_by_state");
      statement.executeUpdate("ALTER TABLE revocation DROP COLUMN position");
      statement.executeUpdate("CREATE INDEX certificate_by_device ON certificate (device)");
      for (String later : List.of("notice_outbox", "expiry_told", "expiry_mark")) {
        statement.executeUpdate("DROP TABLE " + later);
      }
      statement.executeUpdate("DELETE FROM schema_history WHERE CAST(version AS INTEGER) >= 9");
    }
    try (SqliteStore store = open()) {
      assertThat(find(store, new CertificateSearch.Subject("a"))).containsExactly("a");
      assertThat(find(store, new CertificateSearch.AltName("b.example"))).containsExactly("b");
      assertThat(find(store, new CertificateSearch.Device("device-b"))).containsExactly("b");
      assertThat(find(store, new CertificateSearch.Transaction("b"))).containsExactly("b");
      assertThat(
              find(
                  store,
                  new CertificateSearch.InState(CertificateSearch.State.REVOKED, Enrollments.NOW)))
          .containsExactly("a");
    }
  }

  private static List<String> find(SqliteStore store, Criterion criterion) throws Exception {
    return store
        .certificates()
        .search(CertificateSearch.of(criterion), Optional.empty(), 10)
        .entries()
        .stream()
        .map(Entry::transactionId)
        .toList();
  }

  private SqliteStore open() throws Exception {
    return SqliteStore.open(
        folder.resolve("certctl.db"),
        Clock.fixed(Enrollments.NOW, ZoneOffset.UTC),
        StoreObserver.none());
  }
}
