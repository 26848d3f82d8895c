package org.certctl.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.certctl.enroll.Enrollments.NOW;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.certctl.audit.AuditBlock;
import org.certctl.audit.AuditEvent;
import org.certctl.audit.AuditHead;
import org.certctl.audit.AuditKeys;
import org.certctl.audit.AuditQuery;
import org.certctl.audit.AuditVerification;
import org.certctl.audit.AuditVerifier;
import org.certctl.audit.BlockSealer;
import org.certctl.audit.StoredEvent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// One audit trail of several nodes: none waits for another, and the chain never forks.
class AuditBetweenNodesTest {

  private static final int EVENTS = 20;

  @RegisterExtension final TwoNodes nodes = new TwoNodes();
  private final AuditKeys keys = AuditKeys.generate();

  private BlockSealer sealer(PostgresStore node) {
    return new BlockSealer(
        node.auditStore(), keys, keys.publicKey(), Clock.fixed(NOW, ZoneOffset.UTC));
  }

  private static AuditEvent event(String version) {
    return new AuditEvent.ServerStarted(NOW, version);
  }

  private AuditVerification.Intact intact() throws Exception {
    AuditVerification found =
        new AuditVerifier(nodes.other().auditStore(), List.of(keys.publicKey())).verify(Set.of());
    assertThat(found).isInstanceOf(AuditVerification.Intact.class);
    return (AuditVerification.Intact) found;
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = PostgresServer.connect(nodes.config());
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Test
  void eventsOfBothAreSealedOnceWhileBothWriteAndBothSeal() throws Exception {
    nodes.race(
        (node, number) -> {
          for (int i = 0; i < EVENTS; i++) {
            node.auditLog().append(event(number + "." + i));
            sealer(node).sealPending();
          }
          return true;
        });
    sealer(nodes.one()).sealPending();

    int all = TwoNodes.RACERS * EVENTS;
    assertThat(intact().events()).isEqualTo(all);
    assertThat(intact().unsealed()).isZero();
    List<StoredEvent> events = nodes.one().auditStore().events(1, 10_000);
    assertThat(events)
        .extracting(StoredEvent::sequence)
        .containsExactlyElementsOf(LongStream.rangeClosed(1, all).boxed().toList());
    assertThat(events.stream().map(event -> event.entry().details()).distinct()).hasSize(all);
  }

  @Test
  void aTransactionThatCommitsLateIsSealedLaterAndLeavesNoGap() throws Exception {
    nodes.one().auditLog().append(event("first"));
    try (Connection late = PostgresServer.connect(nodes.config());
        var statement = late.createStatement()) {
      late.setAutoCommit(false);
      // Takes a lower number of the inbox than what comes next, and commits after it.
      statement.execute(
          "INSERT INTO audit_inbox (at_ms, category, action, actor, actor_type, resource_type,"
              + " resource_id, outcome, reason, endpoint, transaction_id, canonical)"
              + " SELECT at_ms, category, action, actor, actor_type, resource_type, resource_id,"
              + " outcome, reason, endpoint, transaction_id, canonical FROM audit_inbox");
      nodes.other().auditLog().append(event("second"));
      assertThat(nodes.other().auditStore().events(1, 10)).hasSize(2);
      assertThat(sealer(nodes.other()).sealPending()).isEqualTo(2);
      late.commit();
    }
    assertThat(nodes.one().auditSearch().find(AuditQuery.newest(10)))
        .extracting(entry -> entry.sequence())
        .containsExactly(3L, 2L, 1L);
    assertThat(intact().unsealed()).isEqualTo(1);

    assertThat(sealer(nodes.one()).sealPending()).isEqualTo(1);

    assertThat(intact().events()).isEqualTo(3);
    assertThat(intact().blocks()).isEqualTo(2);
  }

  /// How many events each of two sealed.
  private record BothSealed(int one, int meanwhile) {}

  /// Seals one event; while that is under way, does this and seals at the other node.
  private BothSealed sealWhile(Runnable meanwhile) throws Exception {
    nodes.one().auditLog().append(event("a"));
    AuditBlock block = blockOfOne();
    AtomicInteger sealedMeanwhile = new AtomicInteger();
    int sealed =
        nodes
            .one()
            .auditStore()
            .seal(
                10,
                (head, leaves) -> {
                  meanwhile.run();
                  sealedMeanwhile.addAndGet(seal(nodes.other()));
                  return block;
                });
    return new BothSealed(sealed, sealedMeanwhile.get());
  }

  @Test
  void whoeverWantsToSealMeanwhileDoesNotWait() throws Exception {
    assertThat(sealWhile(() -> {})).isEqualTo(new BothSealed(1, 0));
    assertThat(intact().events()).isEqualTo(1);
  }

  /// It was taken for dead, and another took its turn.
  @Test
  void aSealerThatStalledAndWakesUpCannotForkTheChain() throws Exception {
    assertThat(sealWhile(this::terminateOthers)).isEqualTo(new BothSealed(0, 1));
    assertThat(intact().blocks()).isEqualTo(1);
    assertThat(intact().events()).isEqualTo(1);
  }

  /// The block of that one event, sealed elsewhere.
  private AuditBlock blockOfOne() throws Exception {
    PostgresConfig copy = PostgresServer.freshDatabase();
    try (PostgresStore elsewhere = PostgresServer.open(copy, Clock.systemUTC())) {
      elsewhere.auditLog().append(event("a"));
      var _ = sealer(elsewhere).sealPending();
      return elsewhere.auditStore().blocks(1, 1).getFirst();
    }
  }

  private int seal(PostgresStore node) {
    try {
      return sealer(node).sealPending();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private void terminateOthers() {
    try {
      execute(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
              + " WHERE datname = current_database() AND pid <> pg_backend_pid()");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UPDATE audit_event SET actor = 'x'",
        "DELETE FROM audit_event",
        "TRUNCATE audit_event",
        "UPDATE audit_event_first SET actor = 'x'",
        "DELETE FROM audit_event_first",
        "TRUNCATE audit_event_first",
        "TRUNCATE audit_event_rest",
        "UPDATE audit_block SET number = 7",
        "DELETE FROM audit_block",
        "TRUNCATE audit_block",
        "UPDATE audit_inbox SET actor = 'x'",
        "TRUNCATE audit_inbox",
        "INSERT INTO audit_block SELECT 2, 2, leaves, previous, sealed_at_ms, key_digest, hash,"
            + " signature FROM audit_block"
      })
  void theDatabaseRefusesSlips(String sql) throws Exception {
    nodes.one().auditLog().append(event("a"));
    sealer(nodes.one()).sealPending();
    nodes.one().auditLog().append(event("b"));

    assertThatThrownBy(() -> execute(sql)).isInstanceOf(SQLException.class);

    assertThat(intact().events()).isEqualTo(1);
    assertThat(intact().unsealed()).isEqualTo(1);
  }

  @Test
  void onlyWhatIsArchivedCanBeDeleted() throws Exception {
    for (String name : List.of("a", "b")) {
      nodes.one().auditLog().append(event(name));
      sealer(nodes.one()).sealPending();
    }
    AuditHead first = AuditHead.of(nodes.one().auditStore().blocks(1, 1).getFirst());
    nodes.one().auditStore().forget(first, event("c"));

    for (String sql :
        List.of(
            "DELETE FROM audit_event",
            "DELETE FROM audit_block",
            "DELETE FROM audit_archive",
            "TRUNCATE audit_archive",
            "UPDATE audit_archive SET last_sequence = 9")) {
      assertThatThrownBy(() -> execute(sql))
          .as(sql)
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("only ever appended");
    }
    assertThat(intact().events()).isEqualTo(2);
    assertThat(intact().unsealed()).isEqualTo(1);
  }
}
