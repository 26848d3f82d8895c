package org.certctl.observe;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

/// Shows how many requests wait for a human at each endpoint.
public final class PendingMetrics {

  private final AtomicReference<Map<String, Long>> waiting = new AtomicReference<>(Map.of());

  /// Registers a gauge for each endpoint.
  public PendingMetrics(MeterRegistry registry, List<String> endpoints) {
    for (String endpoint : endpoints) {
      Gauge.builder(
              "certctl.enrollments.pending",
              () -> waiting.get().getOrDefault(endpoint, 0L).doubleValue())
          .description("Requests that wait for a human")
          .tag("profile", endpoint)
          .strongReference(true)
          .register(registry);
    }
  }

  /// Shows these numbers from now on.
  public void show(Map<String, Long> numbers) {
    waiting.set(Map.copyOf(numbers));
  }
}
