package org.certctl.observe;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.UUID;
import org.certctl.enroll.IntentId;
import org.certctl.enroll.IntentRecovery;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class RecoveryMetricsTest {

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final RecoveryMetrics metrics = new RecoveryMetrics(registry);
  private final ListAppender<ILoggingEvent> said = new ListAppender<>();

  @BeforeEach
  void listen() {
    said.start();
    logger().addAppender(said);
  }

  @AfterEach
  void noLonger() {
    logger().detachAppender(said);
  }

  private static Logger logger() {
    return (Logger) LoggerFactory.getLogger(RecoveryMetrics.class);
  }

  private static IntentRecovery.Report report(IntentId... stuck) {
    return new IntentRecovery.Report(
        0,
        0,
        0,
        List.of(stuck).stream()
            .map(id -> new IntentRecovery.Stuck(id, new IllegalArgumentException("unreadable")))
            .toList());
  }

  private double shown() {
    return registry.get("certctl.enrollments.stuck").gauge().value();
  }

  @Test
  void saysOnceOfEachWhatIsStuckAndShowsHowManyThereAre() {
    IntentId one = new IntentId(UUID.randomUUID());
    IntentId other = new IntentId(UUID.randomUUID());

    metrics.show(report(one));
    metrics.show(report(one, other));
    assertThat(shown()).isEqualTo(2);
    assertThat(said.list)
        .extracting(event -> event.getKeyValuePairs().getFirst().value)
        .containsExactly(one.toString(), other.toString());

    metrics.show(report());
    assertThat(shown()).isZero();
  }
}
