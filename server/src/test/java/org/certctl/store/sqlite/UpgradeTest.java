package org.certctl.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.certctl.audit.Actor;
import org.certctl.enroll.ByteString;
import org.certctl.enroll.CertificateInventory.Entry;
import org.certctl.enroll.CertificateSearch;
import org.certctl.enroll.CertificateSearch.Criterion;
import org.certctl.enroll.Enrollments;
import org.certctl.enroll.Intent;
import org.certctl.pki.RevocationReason;
import org.certctl.status.CrlEdition;
import org.certctl.status.CrlExtensions;
import org.certctl.status.CrlKey;
import org.certctl.status.CrlStore;
import org.certctl.status.RevocationOrder;
import org.certctl.store.StoreObserver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What an older version has written is there after an upgrade.
class UpgradeTest {

  private static final String BEFORE_CRL_SCOPES =
      """
      DROP TABLE removed_until;
      DROP TRIGGER audit_event_is_not_deleted;
      DROP TRIGGER audit_block_is_not_deleted;
      DROP TABLE audit_archive;
      DROP TABLE kept_key;
      DROP TABLE kept_value;
      ALTER TABLE enrollment DROP COLUMN node;
      DROP INDEX revocation_by_change;
      DROP INDEX revocation_of_partition;
      DROP INDEX revocation_of_partition_by_change;
      ALTER TABLE revocation DROP COLUMN change;
      ALTER TABLE revocation DROP COLUMN crl_partition;
      ALTER TABLE certificate DROP COLUMN crl_partition;
      DROP TABLE crl_partition;
      DROP TABLE crl_counter;
      ALTER TABLE revocation_counter ADD COLUMN last_crl_number INTEGER NOT NULL DEFAULT 0;
      DROP TABLE crl;
      CREATE TABLE crl (issuer_id TEXT NOT NULL, number INTEGER NOT NULL,
        this_update_ms INTEGER NOT NULL, next_update_ms INTEGER NOT NULL, changes INTEGER NOT NULL,
        entries INTEGER NOT NULL, parts INTEGER NOT NULL, size_bytes INTEGER NOT NULL,
        signer_fingerprint BLOB NOT NULL, PRIMARY KEY (issuer_id, number)) STRICT, WITHOUT ROWID;
      DROP TABLE crl_part;
      CREATE TABLE crl_part (issuer_id TEXT NOT NULL, number INTEGER NOT NULL,
        part INTEGER NOT NULL, octets BLOB NOT NULL, UNIQUE (issuer_id, number, part)) STRICT;
      """;

  private static final String BEFORE_FEWER_PAGES =
      """
      CREATE INDEX challenge_claim_by_end ON challenge_claim (expires_at_ms);
      """;

  private static final String BEFORE_NOTICES =
      """
      DROP TABLE notice_outbox;
      DROP TABLE expiry_told;
      DROP TABLE expiry_mark;
      """;

  private static final String BEFORE_SEARCH =
      """
      DROP TABLE certificate_name;
      DROP INDEX certificate_by_endpoint;
      DROP INDEX certificate_by_issuer;
      DROP INDEX revocation_by_state;
      ALTER TABLE revocation DROP COLUMN position;
      CREATE INDEX certificate_by_device ON certificate (device);
      """;

  @TempDir Path folder;

  @Test
  void findsWhatWasIssuedAndRevokedBeforeThereWasASearch() throws Exception {
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
    goBackToVersion(8, BEFORE_FEWER_PAGES + BEFORE_CRL_SCOPES + BEFORE_NOTICES + BEFORE_SEARCH);
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

  @Test
  void goesOnWithTheCrlAndItsNumbers() throws Exception {
    CrlKey key = CrlKey.complete("iss-local");
    open().close();
    goBackToVersion(
        12,
        BEFORE_FEWER_PAGES
            + BEFORE_CRL_SCOPES
            + """
            INSERT INTO revocation_counter VALUES ('iss-local', 7, 5000000000);
            INSERT INTO crl VALUES ('iss-local', 4999999999, 0, 9, 6, 5, 1, 3, zeroblob(32));
            INSERT INTO crl_part VALUES ('iss-local', 4999999999, 0, x'010203');
            """);
    try (SqliteStore store = open()) {
      CrlEdition newest = store.crls().newest(key).orElseThrow();
      assertThat(newest.number()).isEqualTo(4_999_999_999L);
      assertThat(newest.extensions()).isEqualTo(CrlExtensions.none());
      assertThat(store.crls().part(newest, 0)).contains(ByteString.of(new byte[] {1, 2, 3}));
      assertThat(store.crls().changes("iss-local")).isEqualTo(7);
      assertThat(store.crls().reserve(key, Enrollments.NOW))
          .isEqualTo(new CrlStore.Reservation(5_000_000_001L, 7));
    }
  }

  private void goBackToVersion(int version, String statements) throws SQLException {
    try (Connection connection =
            DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("certctl.db"));
        var statement = connection.createStatement()) {
      for (String each : statements.strip().split(";", -1)) {
        if (!each.isBlank()) {
          statement.executeUpdate(each);
        }
      }
      statement.executeUpdate(
          "DELETE FROM schema_history WHERE CAST(version AS INTEGER) > " + version);
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
