package org.certctl.cluster;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import org.certctl.audit.LeaseLostException;

/// Which shared work this process may do now.
///
/// A lease is believed in for a while less than the database keeps it, counted from before it was
/// asked for: who cannot reach the database stops leading before another begins. Safe to use from
/// many threads at once.
public final class Leadership {

  private final boolean alone;
  private final LongSupplier nanoTime;
  private volatile Map<SharedWork, Held> held = Map.of();

  private record Held(long fence, long untilNanos) {}

  private Leadership(boolean alone, LongSupplier nanoTime) {
    this.alone = alone;
    this.nanoTime = nanoTime;
  }

  /// That of a process which has the database for itself: it leads everything, always.
  public static Leadership alone() {
    return new Leadership(true, () -> 0);
  }

  /// That of one node of several: it leads nothing before it has leases.
  ///
  /// @param nanoTime the time that passes, as by `System.nanoTime`
  public static Leadership ofOneNode(LongSupplier nanoTime) {
    return new Leadership(false, nanoTime);
  }

  /// Whether this process leads some work now.
  public boolean leads(SharedWork work) {
    return alone || fence(work).isPresent();
  }

  /// What this process leads now.
  public Set<SharedWork> led() {
    Set<SharedWork> led = new TreeSet<>();
    for (SharedWork work : SharedWork.values()) {
      if (leads(work)) {
        led.add(work);
      }
    }
    return led;
  }

  /// Does shared work, if this process leads it, behind a fence. Does nothing when another node
  /// leads it, or takes the lead meanwhile.
  public void lead(SharedWork work, Fence.Task task) throws Exception {
    lead(work, task, () -> {});
  }

  /// Does shared work as {@link #lead(SharedWork, Fence.Task)} does, and something else when
  /// another node leads it.
  public void lead(SharedWork work, Fence.Task task, Fence.Task otherwise) throws Exception {
    if (alone) {
      task.run();
      return;
    }
    Optional<Fence> fence = fence(work);
    if (fence.isEmpty()) {
      otherwise.run();
      return;
    }
    try {
      fence.get().around(task);
    } catch (LeaseLostException e) {
      lost(work, fence.get().number());
    }
  }

  private Optional<Fence> fence(SharedWork work) {
    Held lease = held.get(work);
    return lease == null || nanoTime.getAsLong() - lease.untilNanos() >= 0
        ? Optional.empty()
        : Optional.of(new Fence(work, lease.fence()));
  }

  /// Believes in these leases and no others.
  ///
  /// @param askedAt before they were asked for, by `nanoTime`
  /// @param belief how long from then
  synchronized void holds(Map<SharedWork, Long> leases, long askedAt, Duration belief) {
    Map<SharedWork, Held> now = new HashMap<>();
    leases.forEach((work, fence) -> now.put(work, new Held(fence, askedAt + belief.toNanos())));
    held = Map.copyOf(now);
  }

  private synchronized void lost(SharedWork work, long fence) {
    Held lease = held.get(work);
    if (lease != null && lease.fence() == fence) {
      Map<SharedWork, Held> rest = new HashMap<>(held);
      rest.remove(work);
      held = Map.copyOf(rest);
    }
  }
}
