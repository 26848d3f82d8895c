package org.certctl.it;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// Waits for conditions of other processes.
final class Await {

  private static final Duration FIRST_PAUSE = Duration.ofMillis(10);
  private static final Duration LONGEST_PAUSE = Duration.ofMillis(250);

  private Await() {}

  /// Returns soon after the condition holds; fails with this text when it does not within the time.
  /// The longer it has waited, the longer it pauses (a twentieth of that): conditions ask servers
  /// and start processes, and other tests need the processor.
  static void until(String expectation, Duration atMost, BooleanSupplier condition) {
    var start = System.nanoTime();
    while (!condition.getAsBoolean()) {
      var waited = System.nanoTime() - start;
      if (waited > atMost.toNanos()) {
        throw new AssertionError("not within " + atMost.toSeconds() + " s: " + expectation);
      }
      LockSupport.parkNanos(
          Math.clamp(waited / 20, FIRST_PAUSE.toNanos(), LONGEST_PAUSE.toNanos()));
    }
  }
}
