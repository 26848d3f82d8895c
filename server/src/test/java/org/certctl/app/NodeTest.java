package org.certctl.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.certctl.app.ReloadedPart.Outcome;
import org.certctl.audit.Actor;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.cluster.Beat;
import org.certctl.cluster.ClusterStore;
import org.certctl.cluster.ClusterView;
import org.certctl.cluster.Leadership;
import org.certctl.cluster.Membership;
import org.certctl.cluster.NodeId;
import org.certctl.cluster.NodeState;
import org.certctl.cluster.SharedWork;
import org.certctl.enroll.MemoryEnrollmentStore;
import org.junit.jupiter.api.Test;

class NodeTest {

  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-11-22T12:00:00Z"), ZoneOffset.UTC);
  private static final NodeId ID = new NodeId("one");
  private static final ReloadedPart TLS =
      new ReloadedPart("tls", "server", Outcome.CHANGED, "CN=new");

  private final Reloader reloader =
      new Reloader(
          List.of(new Reloader.Source("tls", () -> List.of(TLS))),
          new MemoryEnrollmentStore(CLOCK),
          CLOCK);

  private boolean away;

  /// Takes demands for reloads unless it is away.
  private final class Demands implements ClusterStore {

    @Override
    public Beat beat(NodeState state, Set<SharedWork> leftToOthers, Duration term) {
      return new Beat(Duration.ZERO, Map.of(), 2, Optional.empty());
    }

    @Override
    public void leave(NodeId node) {}

    @Override
    public long demandReload(String node, String actor) throws StoreUnavailableException {
      if (away) {
        throw new StoreUnavailableException("it is away");
      }
      return 1;
    }

    @Override
    public int adoptIntents(NodeId node, Duration term) {
      throw new AssertionError("nobody asks for it");
    }

    @Override
    public ClusterView view(Duration term) {
      throw new AssertionError("nobody asks for it");
    }

    @Override
    public void forgetNodes(Duration silence) {
      throw new AssertionError("nobody asks for it");
    }
  }

  private Node node() throws StoreUnavailableException {
    return new Node(
        Optional.of(
            new Membership(
                new Demands(),
                ID,
                "a",
                reloaded -> new NodeState(ID, "a", "1.0", Instant.EPOCH, List.of(), reloaded),
                Leadership.ofOneNode(System::nanoTime),
                _ -> {},
                System::nanoTime)));
  }

  @Test
  void whoeverReloadsIsToldThatOtherNodesWereNot() throws Exception {
    try (Node node = node()) {
      assertThat(node.reloadEverywhere(reloader, new Actor("root", "user"))).containsExactly(TLS);
      away = true;
      assertThat(node.reloadEverywhere(reloader, new Actor("root", "user")))
          .satisfiesExactly(
              tls -> assertThat(tls).isEqualTo(TLS),
              others -> {
                assertThat(others.outcome()).isEqualTo(Outcome.KEPT);
                assertThat(others.text()).contains("tell each by itself");
              });
    }
  }
}
