package org.certctl.observe;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.certctl.store.StoreObserver;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Shows how the store's writer fares, and whether its last commit held.
public final class StoreMetrics implements StoreObserver {

  private static final Logger log = LoggerFactory.getLogger(StoreMetrics.class);

  private final Timer commit;
  private final DistributionSummary group;
  private final Counter failures;
  private final AtomicInteger waiting = new AtomicInteger();
  private final AtomicBoolean working = new AtomicBoolean(true);

  /// Registers the meters.
  public StoreMetrics(MeterRegistry registry) {
    commit =
        Timer.builder("certctl.store.commit")
            .description("Time taken by a commit with its fsync")
            .register(registry);
    group =
        DistributionSummary.builder("certctl.store.group")
            .description("Units of work that shared a commit")
            .register(registry);
    failures =
        Counter.builder("certctl.store.failures")
            .description("Groups of units of work that were lost as a whole")
            .register(registry);
    registry.gauge("certctl.store.queue", waiting);
  }

  @Override
  public void committed(int units, int queued, Duration work, Duration took) {
    waiting.set(queued);
    commit.record(took);
    group.record(units);
    working.set(true);
  }

  @Override
  public void failed(int units, Throwable cause) {
    failures.increment();
    if (working.getAndSet(false)) {
      log.error("the store failed; enrollments are answered with 503 until it works again", cause);
    }
  }

  /// Whether the last commit held.
  public boolean isWorking() {
    return working.get();
  }
}
