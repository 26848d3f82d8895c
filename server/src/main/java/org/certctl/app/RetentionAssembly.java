package org.certctl.app;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import org.certctl.cluster.Leadership;
import org.certctl.cluster.SharedWork;
import org.certctl.config.Configuration;
import org.certctl.observe.RetentionMetrics;
import org.certctl.retention.RetentionWork;
import org.certctl.store.Store;
import org.springframework.context.annotation.Bean;

/// The part of the composition root that removes what is no longer kept.
@org.springframework.context.annotation.Configuration(proxyBeanMethods = false)
class RetentionAssembly {

  /// One small step each time, so that enrollments come first.
  private static final Duration STEP_PERIOD = Duration.ofSeconds(1);

  @Bean
  BackgroundWork retentionWork(
      Configuration configuration,
      Store store,
      Leadership leadership,
      MeterRegistry registry,
      Clock clock,
      ServerLife started) {
    RetentionWork retention =
        new RetentionWork(
            configuration.retention(), store.retention(), new RetentionMetrics(registry), clock);
    BackgroundWork work = new BackgroundWork();
    work.every(
        STEP_PERIOD,
        "remove records whose time is over",
        () -> leadership.lead(SharedWork.HOUSEKEEPING, retention::run));
    return work;
  }
}
