package org.certctl.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class MembershipTest {

  private static final NodeId ID = new NodeId("one");

  private final AtomicLong nanos = new AtomicLong(7);
  private final Leadership leadership = Leadership.ofOneNode(nanos::get);
  private final OneNodeStore store = new OneNodeStore();
  private final Membership membership =
      new Membership(
          store,
          ID,
          "a",
          reloaded -> new NodeState(ID, "a", "1.0", Instant.EPOCH, List.of(), reloaded),
          leadership,
          _ -> {},
          nanos::get);

  /// Answers one node, and keeps what it told.
  private static final class OneNodeStore implements ClusterStore {

    private Optional<Beat.Reload> reload = Optional.empty();
    private long told = -1;
    private int adoptions;
    private int left;

    @Override
    public Beat beat(NodeState state, Set<SharedWork> leftToOthers, Duration term) {
      told = state.reloaded();
      return new Beat(Duration.ZERO, Map.of(SharedWork.CRL, 3L), 1, reload);
    }

    @Override
    public void leave(NodeId node) {
      left++;
    }

    @Override
    public int adoptIntents(NodeId node, Duration term) {
      return ++adoptions;
    }

    @Override
    public long demandReload(String node, String actor) {
      long number = reload.map(Beat.Reload::number).orElse(0L) + 1;
      reload = Optional.of(new Beat.Reload(number, node, actor));
      return number;
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

  @Test
  void leadsWhatABeatBringsUntilItStopsBeatingOrLeaves() throws Exception {
    membership.beat();
    assertThat(leadership.leads(SharedWork.CRL)).isTrue();
    nanos.addAndGet(Membership.TERM.minusSeconds(1).toNanos());
    assertThat(leadership.leads(SharedWork.CRL)).isFalse();

    membership.beat();
    membership.leave();
    assertThat(leadership.leads(SharedWork.CRL)).isFalse();
    assertThat(store.left).isEqualTo(1);
  }

  @Test
  void hearsOfEachReloadOnceAndTellsOnlyOfThoseItFollowed() throws Exception {
    store.demandReload("b", "root");
    assertThat(membership.beat()).isEmpty();

    store.demandReload("b", "root");
    assertThat(membership.beat()).map(Beat.Reload::number).contains(2L);
    assertThat(membership.beat()).isEmpty();
    assertThat(store.told).isEqualTo(1);

    membership.followed(2);
    membership.beat();
    assertThat(store.told).isEqualTo(2);
  }

  @Test
  void doesNotHearOfTheReloadThatItDemandedItself() throws Exception {
    membership.beat();
    assertThat(membership.demandReload("root")).isEqualTo(1);

    assertThat(membership.beat()).isEmpty();
  }

  @Test
  void takesUpTheWorkOfOthersOnlyWhenItHasBeatenSteadilyForATerm() throws Exception {
    membership.beat();
    assertThat(membership.adoptIntents()).isZero();

    for (int i = 0; i < 4; i++) {
      nanos.addAndGet(Duration.ofSeconds(4).toNanos());
      membership.beat();
    }
    assertThat(membership.adoptIntents()).isEqualTo(1);

    nanos.addAndGet(Duration.ofMinutes(1).toNanos());
    membership.beat();
    assertThat(membership.adoptIntents()).isZero();
  }
}
