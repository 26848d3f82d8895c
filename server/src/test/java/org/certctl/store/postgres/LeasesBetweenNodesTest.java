package org.certctl.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.certctl.enroll.Enrollments.NOW;
import static org.certctl.enroll.Enrollments.intended;
import static org.certctl.enroll.Enrollments.intent;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.certctl.audit.AuditEvent;
import org.certctl.audit.LeaseLostException;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.cluster.Beat;
import org.certctl.cluster.ClusterStore;
import org.certctl.cluster.ClusterView;
import org.certctl.cluster.Fence;
import org.certctl.cluster.NodeId;
import org.certctl.cluster.NodePart;
import org.certctl.cluster.NodeState;
import org.certctl.cluster.SharedWork;
import org.certctl.enroll.Intent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Leases with fences, nodes that come and go, and what they tell each other.
class LeasesBetweenNodesTest {

  private static final Duration TERM = Duration.ofMinutes(5);
  private static final NodeId ONE = new NodeId("one");
  private static final NodeId OTHER = new NodeId("other");

  @RegisterExtension final TwoNodes nodes = new TwoNodes();

  private static NodeState state(NodeId id, NodePart... parts) {
    return new NodeState(id, "node " + id, "1.0", NOW, List.of(parts), 0);
  }

  private ClusterStore one() {
    return nodes.one().cluster().orElseThrow();
  }

  private ClusterStore other() {
    return nodes.other().cluster().orElseThrow();
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = PostgresServer.connect(nodes.config());
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private void endLeases() throws SQLException {
    execute("UPDATE cluster_lease SET ends_at_ms = 0");
  }

  private static AuditEvent event(String version) {
    return new AuditEvent.ServerStarted(NOW, version);
  }

  private long eventsOfOne() throws StoreUnavailableException {
    return nodes.one().auditStore().events(1, 100).size();
  }

  @Test
  void theFirstTakesAllLeasesAndKeepsThem() throws Exception {
    Map<SharedWork, Long> first = one().beat(state(ONE), Set.of(), TERM).leases();

    assertThat(first).containsOnlyKeys(SharedWork.values());
    assertThat(first.values()).containsOnly(1L);
    assertThat(other().beat(state(OTHER), Set.of(), TERM).leases()).isEmpty();
    assertThat(one().beat(state(ONE), Set.of(), TERM).leases()).isEqualTo(first);
  }

  @Test
  void ofManyThatAskAtOnceOneGetsEachLease() throws Exception {
    List<Beat> beats =
        nodes.race(
            (node, number) ->
                node.cluster().orElseThrow().beat(state(new NodeId("n" + number)), Set.of(), TERM));

    for (SharedWork work : SharedWork.values()) {
      assertThat(beats).filteredOn(beat -> beat.leases().containsKey(work)).hasSize(1);
    }
  }

  @Test
  void aLeaseThatHasEndedIsTakenUnderAHigherNumber() throws Exception {
    one().beat(state(ONE), Set.of(), TERM);
    endLeases();

    assertThat(other().beat(state(OTHER), Set.of(), TERM).leases().values()).containsOnly(2L);
    assertThat(one().beat(state(ONE), Set.of(), TERM).leases()).isEmpty();
  }

  @Test
  void aHolderWhoseLeaseNobodyTookGoesOnUnderTheSameNumber() throws Exception {
    one().beat(state(ONE), Set.of(), TERM);
    endLeases();

    assertThat(one().beat(state(ONE), Set.of(), TERM).leases().values()).containsOnly(1L);
  }

  @Test
  void whatAFormerLeaderWritesIsRefusedAndItsUnitOfWorkUndone() throws Exception {
    assertThat(one().beat(state(ONE), Set.of(), TERM).leases()).containsEntry(SharedWork.CRL, 1L);
    Fence fence = new Fence(SharedWork.CRL, 1);
    fence.around(() -> nodes.one().auditLog().append(event("while leading")));
    endLeases();
    other().beat(state(OTHER), Set.of(), TERM);

    assertThatThrownBy(() -> fence.around(() -> nodes.one().auditLog().append(event("too late"))))
        .isInstanceOf(LeaseLostException.class);

    assertThat(eventsOfOne()).isEqualTo(1);
    nodes.one().auditLog().append(event("outside of any fence"));
    assertThat(eventsOfOne()).isEqualTo(2);
  }

  @Test
  void nobodyTakesALeaseWhileItsHolderIsInTheMiddleOfSomething() throws Exception {
    one().beat(state(ONE), Set.of(), TERM);
    try (Connection stalled = PostgresServer.connect(nodes.config());
        var statement = stalled.createStatement()) {
      stalled.setAutoCommit(false);
      statement.execute(
          "SELECT 1 FROM cluster_lease WHERE work = 'crl' AND fence = 1 FOR KEY SHARE");
      endLeases(); // The holder's lease may be prolonged or shortened meanwhile.
      assertThat(other().beat(state(OTHER), Set.of(), TERM).leases())
          .doesNotContainKey(SharedWork.CRL)
          .containsEntry(SharedWork.AUDIT, 2L);
      stalled.rollback();
    }

    assertThat(other().beat(state(OTHER), Set.of(), TERM).leases())
        .containsEntry(SharedWork.CRL, 2L);
  }

  @Test
  void aNodeThatStallsInTheMiddleOfABeatKeepsNobodyElseFromBeating() throws Exception {
    one().beat(state(ONE), Set.of(), TERM);
    try (Connection stalled = PostgresServer.connect(nodes.config());
        var statement = stalled.createStatement()) {
      stalled.setAutoCommit(false);
      statement.execute("UPDATE cluster_lease SET ends_at_ms = 1 WHERE holder = 'one'");

      Beat beat = other().beat(state(OTHER), Set.of(), TERM);

      assertThat(beat.leases()).isEmpty();
      assertThat(beat.liveNodes()).isEqualTo(2);
      stalled.rollback();
    }
  }

  @Test
  void aNodeWhoseLeasesSomebodyHasInHandStillBeats() throws Exception {
    one().beat(state(ONE), Set.of(), TERM);
    try (Connection taker = PostgresServer.connect(nodes.config());
        var statement = taker.createStatement()) {
      taker.setAutoCommit(false);
      statement.execute("UPDATE cluster_lease SET fence = 9, holder = 'x' WHERE work = 'crl'");

      assertThat(one().beat(state(ONE), Set.of(), TERM).leases())
          .doesNotContainKey(SharedWork.CRL)
          .containsKey(SharedWork.AUDIT);
      taker.rollback();
    }
  }

  @Test
  void whoCannotDoAWorkLeavesItToOthersIfThereAreAny() throws Exception {
    Set<SharedWork> unable = Set.of(SharedWork.CRL);
    one().beat(state(ONE), Set.of(), TERM);
    assertThat(one().beat(state(ONE), unable, TERM).leases()).containsKey(SharedWork.CRL);

    other().beat(state(OTHER), Set.of(), TERM);
    assertThat(one().beat(state(ONE), unable, TERM).leases())
        .doesNotContainKey(SharedWork.CRL)
        .containsKey(SharedWork.AUDIT);
    assertThat(one().beat(state(ONE), unable, TERM).leases()).doesNotContainKey(SharedWork.CRL);
    assertThat(other().beat(state(OTHER), Set.of(), TERM).leases())
        .containsOnly(Map.entry(SharedWork.CRL, 2L));
  }

  @Test
  void whoLeavesGivesItsLeasesBackAtOnce() throws Exception {
    one().beat(state(ONE), Set.of(), TERM);
    one().leave(ONE);

    Beat beat = other().beat(state(OTHER), Set.of(), TERM);
    assertThat(beat.leases()).hasSize(SharedWork.values().length);
    assertThat(beat.liveNodes()).isEqualTo(1);
  }

  @Test
  void nodesSeeEachOtherWithWhatTheyTell() throws Exception {
    NodePart part = new NodePart("connector", "wifi", "ab".repeat(32));
    one().beat(state(ONE, part, new NodePart("ca", "", "cd".repeat(32))), Set.of(), TERM);
    assertThat(other().beat(state(OTHER), Set.of(), TERM).liveNodes()).isEqualTo(2);
    execute("UPDATE cluster_node SET seen_at_ms = seen_at_ms - 300001 WHERE id = 'other'");

    ClusterView view = one().view(TERM);
    assertThat(view.nodes()).extracting(ClusterView.Node::name).contains("node one", "node other");
    assertThat(view.alive()).extracting(ClusterView.Node::id).containsExactly(ONE);
    assertThat(view.alive().getFirst().parts()).contains(part).hasSize(2);
    assertThat(view.leases()).hasSize(SharedWork.values().length);
    assertThat(view.leases()).extracting(ClusterView.Lease::holder).containsOnly("one");
  }

  @Test
  void theClockOfANodeIsComparedWithThatOfTheDatabase() throws Exception {
    Duration ahead = one().beat(state(ONE), Set.of(), TERM).clockAhead();

    // The state says NOW, which is long ago.
    assertThat(ahead).isNegative();
    assertThat(one().view(TERM).now().plus(ahead))
        .isBetween(NOW.minusSeconds(60), NOW.plusSeconds(60));
  }

  @Test
  void aDemandForAReloadReachesAllAndHasANumberOfItsOwn() throws Exception {
    assertThat(one().beat(state(ONE), Set.of(), TERM).reload()).isEmpty();

    assertThat(one().demandReload("a", "root")).isEqualTo(1);
    assertThat(one().demandReload("b", "anna")).isEqualTo(2);

    assertThat(other().beat(state(OTHER), Set.of(), TERM).reload())
        .isEqualTo(Optional.of(new Beat.Reload(2, "b", "anna")));
  }

  @Test
  void intentsOfADeadNodeAreTakenUpOnceAndThoseOfALiveOneAreNot() throws Exception {
    NodeId dead = new NodeId("dead");
    Intent left = intent("left");
    Intent underWay = intent("under way");
    try (PostgresStore gone = open(dead);
        PostgresStore alive = open(ONE);
        PostgresStore heir = open(OTHER)) {
      gone.enrollments().intend(left, false, intended("left"));
      alive.enrollments().intend(underWay, false, intended("under way"));
      alive.cluster().orElseThrow().beat(state(ONE), Set.of(), TERM);

      assertThat(heir.enrollments().openIntents()).isEmpty();
      assertThat(heir.cluster().orElseThrow().adoptIntents(OTHER, TERM)).isEqualTo(1);
      assertThat(heir.cluster().orElseThrow().adoptIntents(OTHER, TERM)).isZero();

      assertThat(heir.enrollments().openIntents()).containsExactly(left.id());
      assertThat(gone.enrollments().openIntents()).isEmpty();
      assertThat(alive.enrollments().openIntents()).containsExactly(underWay.id());
    }
  }

  private PostgresStore open(NodeId node) throws Exception {
    return PostgresServer.open(nodes.config(), node, Clock.fixed(NOW, ZoneOffset.UTC));
  }

  @Test
  void nodesThatWereSilentForLongAreForgotten() throws Exception {
    one().beat(state(ONE), Set.of(), TERM);
    one().forgetNodes(Duration.ofDays(1));
    assertThat(one().view(TERM).nodes()).hasSize(1);
    execute("UPDATE cluster_node SET seen_at_ms = 0");

    one().forgetNodes(Duration.ofDays(1));

    assertThat(one().view(TERM).nodes()).isEmpty();
  }
}
