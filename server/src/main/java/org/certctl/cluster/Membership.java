package org.certctl.cluster;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import org.certctl.audit.StoreUnavailableException;

/// One node among others: tells of itself, keeps and takes leases, and hears of reloads.
///
/// {@link #beat()} is to be run every two seconds or so by one thread; the rest is safe to use from
/// many threads at once.
public final class Membership {

  /// How long a lease holds, and a node counts as alive, after it was last heard of.
  public static final Duration TERM = Duration.ofSeconds(15);

  /// How long a node believes in its leases: it stops a while before another may begin.
  private static final Duration BELIEF = Duration.ofSeconds(12);

  /// Is told of each beat; must not throw.
  public interface Observer {

    /// The database has answered.
    void beat(Beat beat);
  }

  private final ClusterStore store;
  private final NodeId id;
  private final String name;
  private final LongFunction<NodeState> state;
  private final Leadership leadership;
  private final Observer observer;
  private final LongSupplier nanoTime;
  private final AtomicLong heardOf = new AtomicLong();
  private final AtomicLong reloaded = new AtomicLong();
  private boolean joined;
  private long beatAt;
  private volatile long steadySince;

  /// @param name how the operator calls the machine
  /// @param state what this node tells of itself, given the number of the last reload it followed
  /// @param leadership learns of leases
  /// @param nanoTime as that of the leadership
  public Membership(
      ClusterStore store,
      NodeId id,
      String name,
      LongFunction<NodeState> state,
      Leadership leadership,
      Observer observer,
      LongSupplier nanoTime) {
    this.store = store;
    this.id = id;
    this.name = name;
    this.state = state;
    this.leadership = leadership;
    this.observer = observer;
    this.nanoTime = nanoTime;
  }

  /// Tells of this node, and learns which leases it has.
  ///
  /// @return a demand for a reload, once; the first beat has none, because a node that starts has
  ///   just read its files
  public synchronized Optional<Beat.Reload> beat() throws StoreUnavailableException {
    long asked = nanoTime.getAsLong();
    Beat beat = store.beat(state.apply(reloaded.get()), leadership.leftToOthers(), TERM);
    leadership.holds(beat.leases(), asked, BELIEF);
    observer.beat(beat);
    if (!joined || asked - beatAt > BELIEF.toNanos()) {
      steadySince = asked;
    }
    beatAt = asked;
    if (!joined) {
      joined = true;
      beat.reload().ifPresent(reload -> followed(reload.number()));
    }
    return beat.reload()
        .filter(reload -> heardOf.getAndAccumulate(reload.number(), Math::max) < reload.number());
  }

  /// Tells all nodes to read their files again.
  ///
  /// @param actor who told this one
  /// @return the number of the demand, for {@link #followed}
  public long demandReload(String actor) throws StoreUnavailableException {
    long number = store.demandReload(name, actor);
    heardOf.accumulateAndGet(number, Math::max);
    return number;
  }

  /// Notes that this node has read its files again since this demand.
  public void followed(long number) {
    heardOf.accumulateAndGet(number, Math::max);
    reloaded.accumulateAndGet(number, Math::max);
  }

  /// Takes up what dead nodes left open. A node that has not been heard of for a while itself waits
  /// first, because the others may have been cut off as it was.
  ///
  /// @return how many intents
  public int adoptIntents() throws StoreUnavailableException {
    boolean steady = nanoTime.getAsLong() - steadySince > TERM.toNanos();
    return steady ? store.adoptIntents(id, TERM) : 0;
  }

  /// Gives the leases back, so that others need not wait until they end.
  public synchronized void leave() throws StoreUnavailableException {
    leadership.holds(Map.of(), nanoTime.getAsLong(), Duration.ZERO);
    store.leave(id);
  }
}
