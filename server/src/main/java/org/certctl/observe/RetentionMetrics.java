package org.certctl.observe;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.certctl.retention.RetentionObserver;
import org.certctl.retention.RetentionWork;

/// Counts the records that were removed because their time was over.
public final class RetentionMetrics implements RetentionObserver {

  private final Map<String, Counter> removed;

  /// Registers a counter for each kind of records.
  public RetentionMetrics(MeterRegistry registry) {
    removed =
        Stream.of(RetentionWork.ENROLLMENTS, RetentionWork.CERTIFICATES)
            .collect(Collectors.toMap(Function.identity(), records -> counter(registry, records)));
  }

  private static Counter counter(MeterRegistry registry, String records) {
    return Counter.builder("certctl.retention.removed")
        .description("Records that were removed because their time was over")
        .tag("records", records)
        .register(registry);
  }

  @Override
  public void removed(String records, int count) {
    Counter counter = removed.get(records);
    if (counter != null) {
      counter.increment(count);
    }
  }
}
