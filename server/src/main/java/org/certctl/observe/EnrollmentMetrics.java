package org.certctl.observe;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.certctl.challenge.ChallengeRefusal;
import org.certctl.enroll.EnrollmentObserver;
import org.certctl.front.scep.ScepObserver;

/// Counts enrollments and times their steps for Prometheus.
///
/// The labels are the names of endpoints and stable codes, so their number is bounded.
public final class EnrollmentMetrics implements EnrollmentObserver, ScepObserver {

  private static final String PROFILE = "profile";

  private final MeterRegistry registry;
  private static final String REUSED = ChallengeRefusal.REUSED.code();

  private final Counter breaches;
  private final Map<Step, Timer> steps = new EnumMap<>(Step.class);
  private final Map<Key, Counter> counters = new ConcurrentHashMap<>();

  private record Key(String meter, String endpoint, String code) {}

  /// Registers the timers and the counter of breaches, which starts at 0 so that an alert sees its
  /// first rise; all other counters appear with their first event.
  public EnrollmentMetrics(MeterRegistry registry) {
    this.registry = registry;
    breaches =
        Counter.builder("certctl.challenge.breaches")
            .description("Used challenges that came again with another request")
            .register(registry);
    for (Step step : Step.values()) {
      steps.put(
          step,
          Timer.builder("certctl.enrollment.step")
              .description("Time taken by each step of the enrollment cycle")
              .tag("step", step.name().toLowerCase(java.util.Locale.ROOT))
              .publishPercentileHistogram(false)
              .register(registry));
    }
  }

  @Override
  public void completed(Step step, long nanos) {
    Timer timer = steps.get(step);
    if (timer != null) {
      timer.record(nanos, TimeUnit.NANOSECONDS);
    }
  }

  @Override
  public void ended(String endpoint, String code) {
    count("certctl.enrollments", "How enrollments ended", endpoint, "outcome", code);
    if (code.equals(REUSED)) {
      breaches.increment();
    }
  }

  @Override
  public void requested(String endpoint, String operation) {
    count("certctl.scep.requests", "SCEP requests by operation", endpoint, "operation", operation);
  }

  @Override
  public void rejected(String endpoint, String code) {
    count(
        "certctl.scep.rejected",
        "SCEP messages refused before they became a request",
        endpoint,
        "reason",
        code);
  }

  private void count(
      String meter, String description, String endpoint, String label, String value) {
    counters
        .computeIfAbsent(
            new Key(meter, endpoint, value),
            key ->
                Counter.builder(key.meter())
                    .description(description)
                    .tag(PROFILE, key.endpoint())
                    .tag(label, key.code())
                    .register(registry))
        .increment();
  }
}
