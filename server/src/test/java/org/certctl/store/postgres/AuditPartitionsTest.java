package org.certctl.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.certctl.enroll.Enrollments.NOW;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.certctl.audit.AuditEvent;
import org.certctl.audit.AuditHead;
import org.certctl.audit.AuditKeys;
import org.certctl.audit.AuditVerification;
import org.certctl.audit.AuditVerifier;
import org.certctl.audit.BlockSealer;
import org.certctl.audit.StoredEvent;
import org.junit.jupiter.api.Test;

/// The audit trail in partitions: how it comes to them, how they are made, and how they go.
class AuditPartitionsTest {

  private static final int BEFORE_PARTITIONS = 17;
  private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);

  private final AuditKeys keys = AuditKeys.generate();

  private static AuditEvent event(String version) {
    return new AuditEvent.ServerStarted(NOW, version);
  }

  private void seal(PostgresStore store, int events) throws Exception {
    for (int i = 0; i < events; i++) {
      store.auditLog().append(event("e" + i));
    }
    assertThat(sealer(store).sealPending()).isEqualTo(events);
  }

  private BlockSealer sealer(PostgresStore store) {
    return new BlockSealer(store.auditStore(), keys, keys.publicKey(), CLOCK);
  }

  private AuditVerification.Intact intact(PostgresStore store) throws Exception {
    AuditVerification found =
        new AuditVerifier(store.auditStore(), List.of(keys.publicKey())).verify(Set.of());
    assertThat(found).isInstanceOf(AuditVerification.Intact.class);
    return (AuditVerification.Intact) found;
  }

  private static void execute(PostgresConfig config, String... statements) throws SQLException {
    try (Connection connection = PostgresServer.connect(config);
        var statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  private static List<String> texts(PostgresConfig config, String query) throws SQLException {
    List<String> texts = new ArrayList<>();
    try (Connection connection = PostgresServer.connect(config);
        var statement = connection.createStatement();
        var row = statement.executeQuery(query)) {
      while (row.next()) {
        texts.add(row.getString(1));
      }
    }
    return texts;
  }

  private static List<String> partitions(PostgresConfig config) throws SQLException {
    return texts(
        config,
        "SELECT c.relname || ' ' || pg_get_expr(c.relpartbound, c.oid) FROM pg_inherits i"
            + " JOIN pg_class c ON c.oid = i.inhrelid"
            + " WHERE i.inhparent = CAST('audit_event' AS regclass) ORDER BY 1");
  }

  /// An event with this number, as if all before it had been there.
  private static void put(PostgresConfig config, long sequence) throws SQLException {
    execute(
        config,
        "INSERT INTO audit_event VALUES (%d, 1, 'c', 'a', 'x', 'x', 'r', '', 'o', '', '', '', '\\x')"
            .formatted(sequence));
  }

  private static String partitionOf(PostgresConfig config, long sequence) throws SQLException {
    return texts(
            config,
            "SELECT CAST(CAST(tableoid AS regclass) AS text) FROM audit_event WHERE sequence = "
                + sequence)
        .getFirst();
  }

  @Test
  void theTableThatIsThereBecomesTheFirstPartitionAsItIs() throws Exception {
    PostgresConfig config = PostgresServer.databaseOf(BEFORE_PARTITIONS);
    put(config, 12_345_678);
    String file = "SELECT pg_relation_filenode('%s')";
    List<String> before = texts(config, file.formatted("audit_event"));

    PostgresServer.open(config, CLOCK).close();

    assertThat(texts(config, file.formatted("audit_event_first"))).isEqualTo(before);
    assertThat(partitions(config))
        .containsExactly(
            "audit_event_first FOR VALUES FROM (MINVALUE) TO ('30000000')",
            "audit_event_rest DEFAULT");
    assertThat(partitionOf(config, 12_345_678)).isEqualTo("audit_event_first");
    assertThat(
            texts(
                config,
                "SELECT conname FROM pg_constraint WHERE contype = 'c' AND conrelid ="
                    + " CAST('audit_event_first' AS regclass)"))
        .isEmpty();
    assertThatThrownBy(() -> put(config, 12_345_678)).isInstanceOf(SQLException.class);
  }

  @Test
  void roomIsMadeAheadAndOnlyThen() throws Exception {
    PostgresConfig config = PostgresServer.freshDatabase();
    try (PostgresStore store = PostgresServer.open(config, CLOCK)) {
      assertThat(store.makeRoom()).isZero();
      put(config, 10_000_000);
      assertThat(store.makeRoom()).isEqualTo(1);
      assertThat(store.makeRoom()).isZero();
    }
    assertThat(partitions(config))
        .containsExactly(
            "audit_event_20000000 FOR VALUES FROM ('20000000') TO ('30000000')",
            "audit_event_first FOR VALUES FROM (MINVALUE) TO ('20000000')",
            "audit_event_rest DEFAULT");
    put(config, 20_000_000);
    assertThat(partitionOf(config, 20_000_000)).isEqualTo("audit_event_20000000");
    for (String sql :
        List.of(
            "TRUNCATE audit_event_20000000",
            "DELETE FROM audit_event_20000000",
            "UPDATE audit_event_20000000 SET actor = 'x'")) {
      assertThatThrownBy(() -> execute(config, sql))
          .as(sql)
          .hasMessageContaining("only ever appended");
    }
  }

  @Test
  void whatComesWithoutAPartitionIsKeptAndFollowedByOne() throws Exception {
    PostgresConfig config = PostgresServer.freshDatabase();
    try (PostgresStore store = PostgresServer.open(config, CLOCK)) {
      put(config, 45_000_000);
      assertThat(partitionOf(config, 45_000_000)).isEqualTo("audit_event_rest");

      assertThat(store.makeRoom()).isEqualTo(1);

      put(config, 45_000_001);
      assertThat(partitionOf(config, 45_000_001)).isEqualTo("audit_event_45000001");
      assertThat(store.auditStore().events(45_000_000, 10))
          .extracting(StoredEvent::sequence)
          .containsExactly(45_000_000L, 45_000_001L);
    }
  }

  @Test
  void noRoomIsMadeWhileSomebodySeals() throws Exception {
    PostgresConfig config = PostgresServer.freshDatabase();
    put(config, 19_999_999);
    try (PostgresStore store = PostgresServer.open(config, CLOCK);
        Connection sealing = PostgresServer.connect(config);
        var statement = sealing.createStatement()) {
      sealing.setAutoCommit(false);
      statement.execute("SELECT id FROM audit_sealer FOR UPDATE");
      assertThat(store.makeRoom()).isZero();
      sealing.rollback();
      assertThat(store.makeRoom()).isEqualTo(1);
    }
  }

  /// Partitions of four events each, and what is beyond twelve in the default partition.
  private static PostgresConfig smallPartitions() throws SQLException {
    PostgresConfig config = PostgresServer.freshDatabase();
    execute(
        config,
        "DROP TABLE audit_event_first",
        "CREATE TABLE audit_event_1 PARTITION OF audit_event FOR VALUES FROM (1) TO (5)",
        "CREATE TABLE audit_event_5 PARTITION OF audit_event FOR VALUES FROM (5) TO (9)",
        "CREATE TABLE audit_event_9 PARTITION OF audit_event FOR VALUES FROM (9) TO (13)");
    return config;
  }

  private static AuditHead head(PostgresStore store, long number) throws Exception {
    return AuditHead.of(store.auditStore().blocks(number, 1).getFirst());
  }

  @Test
  void archivingDropsWholePartitionsAndDeletesTheRest() throws Exception {
    PostgresConfig config = smallPartitions();
    try (PostgresStore store = PostgresServer.open(config, CLOCK)) {
      for (int i = 0; i < 4; i++) {
        seal(store, 3);
      }
      AuditHead third = head(store, 3);
      assertThat(third.lastSequence()).isEqualTo(9);
      assertThat(store.auditStore().cheapPart(head(store, 1))).isEmpty();
      assertThat(store.auditStore().cheapPart(third)).contains(third);
      AuditHead second = head(store, 2);
      assertThat(store.auditStore().cheapPart(second)).as("up to event 4").contains(second);

      store.auditStore().forget(third, event("archived"));

      assertThat(partitions(config))
          .containsExactly(
              "audit_event_9 FOR VALUES FROM ('9') TO ('13')", "audit_event_rest DEFAULT");
      assertThat(store.auditStore().events(1, 100))
          .extracting(StoredEvent::sequence)
          .containsExactly(10L, 11L, 12L, 13L);
      assertThat(store.auditStore().start()).isEqualTo(third);
      assertThat(sealer(store).sealPending()).isEqualTo(1);
      assertThat(intact(store).unsealed()).isZero();
    }
  }

  @Test
  void aBlockThatCannotBeForgottenLeavesThePartitions() throws Exception {
    PostgresConfig config = smallPartitions();
    try (PostgresStore store = PostgresServer.open(config, CLOCK)) {
      seal(store, 5);
      AuditHead newest = head(store, 1);

      assertThatThrownBy(() -> store.auditStore().forget(newest, event("archived")))
          .isInstanceOf(IllegalStateException.class);

      assertThat(partitions(config)).hasSize(4);
      assertThat(intact(store).events()).isEqualTo(5);
    }
  }

  @Test
  void whatIsInTheDefaultPartitionIsForgottenInSmallSteps() throws Exception {
    PostgresConfig config = smallPartitions();
    try (PostgresStore store = PostgresServer.open(config, CLOCK)) {
      seal(store, 12);
      seal(store, 2);
      execute(
          config,
          "CREATE TABLE audit_event_15 PARTITION OF audit_event FOR VALUES FROM (15) TO (17)");
      seal(store, 2);
      seal(store, 1);

      assertThat(store.auditStore().cheapPart(head(store, 3))).contains(head(store, 1));
      store.auditStore().forget(head(store, 2), event("archived"));
      assertThat(store.auditStore().cheapPart(head(store, 3))).contains(head(store, 3));
      store.auditStore().forget(head(store, 3), event("archived"));

      assertThat(partitions(config)).containsExactly("audit_event_rest DEFAULT");
      assertThat(store.makeRoom()).isEqualTo(1);
      assertThat(sealer(store).sealPending()).isEqualTo(2);
      assertThat(partitionOf(config, 18)).isEqualTo("audit_event_18");
      assertThat(intact(store).events()).isEqualTo(19);
    }
  }
}
