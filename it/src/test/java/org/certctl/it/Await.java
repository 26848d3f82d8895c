package org.certctl.it;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// Waits for conditions of other processes.
final class Await {

  private static final Duration INTERVAL = Duration.ofMillis(10);

  private Await() {}

  /// Returns as soon as the condition holds; fails with this text when it does not within the time.
  static void until(String expectation, Duration atMost, BooleanSupplier condition) {
    var deadline = System.nanoTime() + atMost.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadline > 0) {
        throw new AssertionError("not within " + atMost.toSeconds() + " s: " + expectation);
      }
      LockSupport.parkNanos(INTERVAL.toNanos());
    }
  }
}
