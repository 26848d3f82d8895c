package org.certctl.store.sqlite;

import java.util.Collection;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/// Decides how long a group of units of work waits for more before it is committed.
///
/// A commit costs about the same for one unit as for twenty. While few units come, none waits: the
/// caller's latency counts. When more than a thousand come in a second, the processor is what is
/// scarce, and waiting two milliseconds makes groups several times larger. The writer sleeps for
/// that time: to wake it for each unit that comes cost a twentieth of an enrollment. Used by the
/// writer's thread only.
final class Gathering {

  private static final double BUSY_UNITS_PER_SECOND = 1000;
  private static final double WEIGHT_OF_NEWEST = 0.1;
  private static final int ENOUGH_UNITS = 32;
  private static final long WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

  private final LongSupplier nanoTime;
  private final LongConsumer sleep;
  private double unitsPerSecond;
  private long previous;

  Gathering() {
    this(System::nanoTime, LockSupport::parkNanos);
  }

  /// @param nanoTime a clock of nanoseconds, of whatever origin
  /// @param sleep lets so many nanoseconds pass, or fewer
  Gathering(LongSupplier nanoTime, LongConsumer sleep) {
    this.nanoTime = nanoTime;
    this.sleep = sleep;
    this.previous = nanoTime.getAsLong();
  }

  /// Adds what else comes while it is worth waiting; the group holds at least one unit.
  <T> void gather(Collection<T> group, BlockingQueue<T> queue) {
    if (unitsPerSecond > BUSY_UNITS_PER_SECOND && group.size() < ENOUGH_UNITS) {
      sleep.accept(WAIT_NANOS);
      queue.drainTo(group, ENOUGH_UNITS);
    }
    long now = nanoTime.getAsLong();
    double elapsedSeconds = Math.max(1, now - previous) / 1e9;
    previous = now;
    unitsPerSecond +=
        (group.size() / elapsedSeconds - unitsPerSecond)
            * Math.min(1, WEIGHT_OF_NEWEST + elapsedSeconds);
  }
}
