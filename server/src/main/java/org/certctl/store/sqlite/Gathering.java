package org.certctl.store.sqlite;

import java.util.Collection;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// Decides how long a group of units of work waits for more before it is committed.
///
/// A commit costs about the same for one unit as for twenty. While few units come, none waits: the
/// caller's latency counts. When more than a thousand come in a second, the processor is what is
/// scarce, and waiting a millisecond or two makes groups several times larger. Used by the writer's
/// thread only.
final class Gathering {

  private static final double BUSY_UNITS_PER_SECOND = 1000;
  private static final double WEIGHT_OF_NEWEST = 0.1;
  private static final int ENOUGH_UNITS = 32;
  private static final long WAIT_NANOS = TimeUnit.MICROSECONDS.toNanos(2000);

  private double unitsPerSecond;
  private long previous = System.nanoTime();

  /// Adds what else comes while it is worth waiting; the group holds at least one unit.
  <T> void gather(Collection<T> group, BlockingQueue<T> queue) {
    if (unitsPerSecond > BUSY_UNITS_PER_SECOND) {
      await(group, queue);
    }
    long now = System.nanoTime();
    double elapsedSeconds = Math.max(1, now - previous) / 1e9;
    previous = now;
    unitsPerSecond +=
        (group.size() / elapsedSeconds - unitsPerSecond)
            * Math.min(1, WEIGHT_OF_NEWEST + elapsedSeconds);
  }

  /// Sleeps, so that whoever brings a unit meanwhile need not wake this thread for it: that would
  /// cost more than all else that the queue does.
  private static <T> void await(Collection<T> group, BlockingQueue<T> queue) {
    if (group.size() < ENOUGH_UNITS) {
      LockSupport.parkNanos(queue, WAIT_NANOS);
      queue.drainTo(group, ENOUGH_UNITS);
    }
  }
}
