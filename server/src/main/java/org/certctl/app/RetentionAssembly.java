package org.certctl.app;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.cluster.Leadership;
import org.certctl.cluster.SharedWork;
import org.certctl.config.Configuration;
import org.certctl.observe.RetentionMetrics;
import org.certctl.retention.RetentionWork;
import org.certctl.store.Store;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Bean;

/// The part of the composition root that removes what is no longer kept.
@org.springframework.context.annotation.Configuration(proxyBeanMethods = false)
class RetentionAssembly {

  private static final Logger log = LoggerFactory.getLogger(RetentionAssembly.class);

  /// A few small steps each time, so that enrollments come first.
  private static final Duration STEP_PERIOD = Duration.ofSeconds(1);

  private static final Duration ROOM_PERIOD = Duration.ofMinutes(1);

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
    work.every(
        ROOM_PERIOD,
        "make room for records",
        () -> leadership.lead(SharedWork.HOUSEKEEPING, () -> makeRoom(store)));
    return work;
  }

  private static void makeRoom(Store store) throws StoreUnavailableException {
    int made = store.makeRoom();
    if (made > 0) {
      log.atInfo().addKeyValue("partitions", made).log("made partitions of the audit trail");
    }
  }
}
