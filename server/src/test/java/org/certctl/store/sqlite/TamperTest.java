package org.certctl.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.certctl.enroll.Enrollments.NOW;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import org.certctl.audit.AuditEvent;
import org.certctl.audit.AuditHead;
import org.certctl.audit.AuditKeys;
import org.certctl.audit.AuditProblem;
import org.certctl.audit.AuditVerification;
import org.certctl.audit.AuditVerifier;
import org.certctl.audit.BlockSealer;
import org.certctl.store.StoreObserver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What somebody who can write the file may try, and what the verifier says: the trail has events 1
/// to 6 in blocks 1 and 2 of three each, and event 7 in none.
class TamperTest {

  @TempDir Path folder;
  private final AuditKeys keys = AuditKeys.generate();
  private SqliteStore store;

  @BeforeEach
  void writeTrail() throws Exception {
    Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
    store = SqliteStore.open(folder.resolve("certctl.db"), clock, StoreObserver.none());
    BlockSealer sealer = new BlockSealer(store.auditStore(), keys, keys.publicKey(), clock);
    for (int i = 1; i <= 7; i++) {
      store.auditLog().append(new AuditEvent.ServerStarted(NOW.plusSeconds(i), "v" + i));
      if (i % 3 == 0) {
        sealer.sealPending();
      }
    }
  }

  @AfterEach
  void close() {
    store.close();
  }

  private AuditVerification verify() throws Exception {
    return new AuditVerifier(store.auditStore(), List.of(keys.publicKey())).verify(Set.of());
  }

  private void run(String... statements) throws SQLException {
    try (Connection connection =
            DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("certctl.db"));
        var statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.executeUpdate(sql);
      }
    }
  }

  private void tamper(String... statements) throws SQLException {
    run(
        "DROP TRIGGER audit_event_is_not_altered",
        "DROP TRIGGER audit_event_is_not_deleted",
        "DROP TRIGGER audit_block_is_not_altered",
        "DROP TRIGGER audit_block_is_not_deleted");
    run(statements);
  }

  @Test
  void isIntactWhenNobodyTampers() throws Exception {
    assertThat(verify())
        .isEqualTo(new AuditVerification.Intact(6, 2, 1, store.auditStore().head().hash()));
  }

  @ParameterizedTest
  @CsvSource({
    "UPDATE audit_event SET reason = 'x' WHERE sequence = 2",
    "DELETE FROM audit_event WHERE sequence = 2",
    "UPDATE audit_block SET signature = x'00' WHERE number = 1",
    "DELETE FROM audit_block WHERE number = 1",
  })
  void triggersRefuseSlips(String sql) throws Exception {
    assertThatThrownBy(() -> run(sql))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("only ever appended");
    assertThat(verify()).isInstanceOf(AuditVerification.Intact.class);
  }

  @Test
  void onlyWhatIsArchivedCanBeDeleted() throws Exception {
    var first = AuditHead.of(store.auditStore().blocks(1, 1).getFirst());
    store.auditStore().forget(first, new AuditEvent.ServerStopped(NOW, "v8"));

    for (String sql :
        List.of(
            "DELETE FROM audit_event WHERE sequence = 4",
            "DELETE FROM audit_block WHERE number = 2",
            "DELETE FROM audit_archive",
            "UPDATE audit_archive SET last_sequence = 100")) {
      assertThatThrownBy(() -> run(sql)).as(sql).hasMessageContaining("only ever appended");
    }
    assertThat(verify()).isInstanceOf(AuditVerification.Intact.class);
  }

  @Test
  void noticesAnEventThatStandsBeforeTheStart() throws Exception {
    var first = AuditHead.of(store.auditStore().blocks(1, 1).getFirst());
    store.auditStore().forget(first, new AuditEvent.ServerStopped(NOW, "v8"));
    tamper("UPDATE audit_event SET sequence = 3 WHERE sequence = 8");

    assertThat(verify())
        .isInstanceOfSatisfying(
            AuditVerification.Broken.class,
            broken -> assertThat(broken.problem()).isEqualTo(AuditProblem.UNEXPECTED));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // Another event's octets, one octet changed, octets that are no entry.
        "REORDERED|5|2|UPDATE audit_event SET canonical = (SELECT canonical FROM audit_event WHERE sequence = 1) WHERE sequence = 5",
        "ALTERED|5|2|UPDATE audit_event SET canonical = CAST(replace(canonical, 'started', 'stopped') AS BLOB) WHERE sequence = 5",
        "ALTERED|2|1|UPDATE audit_event SET canonical = x'00' WHERE sequence = 2",
        "ALTERED|7|0|UPDATE audit_event SET canonical = x'00' WHERE sequence = 7",
        // Columns only.
        "COLUMNS_DISAGREE|4|2|UPDATE audit_event SET outcome = 'stopped' WHERE sequence = 4",
        "COLUMNS_DISAGREE|3|1|UPDATE audit_event SET at_ms = at_ms + 1 WHERE sequence = 3",
        "COLUMNS_DISAGREE|7|0|UPDATE audit_event SET action = 'x' WHERE sequence = 7",
        // Removed, in the middle and at the end.
        "MISSING|1|1|DELETE FROM audit_event WHERE sequence = 1",
        "MISSING|5|2|DELETE FROM audit_event WHERE sequence = 5",
        "MISSING|6|2|DELETE FROM audit_event WHERE sequence >= 6",
        "MISSING|1|1|DELETE FROM audit_event",
        "UNEXPECTED|-1|0|UPDATE audit_event SET sequence = -1 WHERE sequence = 7",
        // Blocks.
        "BLOCK_ALTERED|0|2|UPDATE audit_block SET sealed_at_ms = sealed_at_ms + 1 WHERE number = 2",
        "BLOCK_ALTERED|0|1|UPDATE audit_block SET leaves = substr(leaves, 1, 64) WHERE number = 1",
        "BLOCK_ALTERED|0|1|UPDATE audit_block SET leaves = x'' WHERE number = 1",
        "BLOCK_ALTERED|0|2|UPDATE audit_block SET previous = x'00' WHERE number = 2",
        "BLOCK_ALTERED|0|2|UPDATE audit_block SET hash = previous WHERE number = 2",
        "SIGNATURE_INVALID|0|2|UPDATE audit_block SET signature = x'00' WHERE number = 2",
        "SIGNATURE_INVALID|0|2|UPDATE audit_block SET signature = (SELECT signature FROM audit_block WHERE number = 1) WHERE number = 2",
        "CHAIN_BROKEN|0|1|DELETE FROM audit_block WHERE number = 1",
      })
  void namesWhatWasDone(AuditProblem problem, long sequence, long block, String sql)
      throws Exception {
    tamper(sql);

    assertThat(verify())
        .isInstanceOfSatisfying(
            AuditVerification.Broken.class,
            broken -> {
              assertThat(broken.problem()).isEqualTo(problem);
              assertThat(broken.sequence()).isEqualTo(sequence);
              assertThat(broken.block()).isEqualTo(block);
            });
  }

  @Test
  void namesTheFirstOfTwoEventsThatChangedPlaces() throws Exception {
    tamper(
        "UPDATE audit_event SET sequence = 100 WHERE sequence = 2",
        "UPDATE audit_event SET sequence = 2 WHERE sequence = 3",
        "UPDATE audit_event SET sequence = 3 WHERE sequence = 100");

    assertThat(verify())
        .isInstanceOfSatisfying(
            AuditVerification.Broken.class,
            broken -> {
              assertThat(broken.problem()).isEqualTo(AuditProblem.REORDERED);
              assertThat(broken.sequence()).isEqualTo(2);
            });
  }

  @Test
  void noticesAChainBegunAnewWithAnotherKey() throws Exception {
    tamper("DELETE FROM audit_block");
    AuditKeys other = AuditKeys.generate();
    new BlockSealer(store.auditStore(), other, other.publicKey(), Clock.fixed(NOW, ZoneOffset.UTC))
        .sealPending();

    assertThat(verify())
        .isInstanceOfSatisfying(
            AuditVerification.Broken.class,
            broken -> assertThat(broken.problem()).isEqualTo(AuditProblem.SIGNATURE_INVALID));
  }

  @Test
  void noticesAnEndThatWasCutOffWhenItsHeadWasNotedElsewhere() throws Exception {
    var head = store.auditStore().head().hash();
    tamper(
        "DELETE FROM audit_event WHERE sequence > 3", "DELETE FROM audit_block WHERE number = 2");

    assertThat(verify()).isInstanceOf(AuditVerification.Intact.class);
    assertThat(
            new AuditVerifier(store.auditStore(), List.of(keys.publicKey())).verify(Set.of(head)))
        .isInstanceOfSatisfying(
            AuditVerification.Broken.class,
            broken -> assertThat(broken.problem()).isEqualTo(AuditProblem.HEAD_MISSING));
  }

  @Test
  void doesNotSealOverAGap() throws Exception {
    store.auditLog().append(new AuditEvent.ServerStopped(NOW, "v8"));
    tamper("DELETE FROM audit_event WHERE sequence = 7");
    BlockSealer sealer =
        new BlockSealer(
            store.auditStore(), keys, keys.publicKey(), Clock.fixed(NOW, ZoneOffset.UTC));

    assertThatThrownBy(sealer::sealPending)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("7");
  }
}
