package org.certctl.observe;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.certctl.enroll.IntentId;
import org.certctl.enroll.IntentRecovery;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Shows how many open intents cannot be resolved for a reason of their own, and says once of each
/// why. Calls come one after the other.
public final class RecoveryMetrics {

  private static final Logger log = LoggerFactory.getLogger(RecoveryMetrics.class);

  private final AtomicInteger stuck = new AtomicInteger();
  private final Set<IntentId> told = new HashSet<>();

  /// Registers the gauge.
  public RecoveryMetrics(MeterRegistry registry) {
    Gauge.builder("certctl.enrollments.stuck", stuck, AtomicInteger::get)
        .description("Enrollments that a crash left open and that cannot be resolved")
        .register(registry);
  }

  /// Takes what came of a run.
  public void show(IntentRecovery.Report report) {
    stuck.set(report.stuck().size());
    told.retainAll(report.stuck().stream().map(IntentRecovery.Stuck::intent).toList());
    for (IntentRecovery.Stuck each : report.stuck()) {
      if (told.add(each.intent())) {
        log.atError()
            .addKeyValue("enrollment", each.intent().toString())
            .setCause(each.cause())
            .log("an enrollment that was left open cannot be resolved; the others are");
      }
    }
  }
}
