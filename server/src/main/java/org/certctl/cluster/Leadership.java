package org.certctl.cluster;

import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import org.certctl.audit.LeaseLostException;
import org.certctl.pki.SigningUnavailableException;

/// Which shared work this process may do now.
///
/// A lease is believed in for a while less than the database keeps it, counted from before it was
/// asked for: who cannot reach the database stops leading before another begins. Who cannot sign,
/// because a key or token is away, leaves the work to others for a minute. Safe to use from many
/// threads at once.
public final class Leadership {

  private static final int MAX_FAILURES = 3;
  private static final Duration LEFT_TO_OTHERS = Duration.ofMinutes(1);

  private final boolean alone;
  private final LongSupplier nanoTime;
  private volatile Map<SharedWork, Held> held = Map.of();

  private record Held(long fence, long untilNanos) {}

  /// How often some work failed in a row for want of a key, and until when it is left to others.
  private record Unable(int failures, long untilNanos) {}

  private final Map<SharedWork, Unable> unable = new EnumMap<>(SharedWork.class);

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
      able(work);
    } catch (LeaseLostException e) {
      lost(work, fence.get().number());
    } catch (SigningUnavailableException e) {
      failed(work);
      throw e;
    }
  }

  private Optional<Fence> fence(SharedWork work) {
    Held lease = held.get(work);
    return lease == null || nanoTime.getAsLong() - lease.untilNanos() >= 0
        ? Optional.empty()
        : Optional.of(new Fence(work, lease.fence()));
  }

  private synchronized void able(SharedWork work) {
    unable.remove(work);
  }

  private synchronized void failed(SharedWork work) {
    int failures = Optional.ofNullable(unable.get(work)).map(Unable::failures).orElse(0) + 1;
    unable.put(work, new Unable(failures, nanoTime.getAsLong() + LEFT_TO_OTHERS.toNanos()));
  }

  /// What this process had better leave to others, because its key or token is away.
  synchronized Set<SharedWork> leftToOthers() {
    Set<SharedWork> left = EnumSet.noneOf(SharedWork.class);
    unable.forEach(
        (work, each) -> {
          if (each.failures() >= MAX_FAILURES && nanoTime.getAsLong() - each.untilNanos() < 0) {
            left.add(work);
          }
        });
    return left;
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
