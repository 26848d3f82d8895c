package org.certctl.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.certctl.notice.Notices;
import org.certctl.notice.OutboxEntry;
import org.certctl.notice.OutboxEntry.State;
import org.junit.jupiter.api.Test;

class NoticeMetricsTest {

  private static final Duration DAY = Duration.ofDays(1);

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final NoticeMetrics metrics =
      new NoticeMetrics(
          registry, List.of("wifi"), List.of(DAY.multipliedBy(30), DAY), List.of("mail"));

  private double expiring(String profile, String within) {
    return registry
        .get("certctl.issued.expiring")
        .tag("profile", profile)
        .tag("within", within)
        .gauge()
        .value();
  }

  @Test
  void countsOfEveryEndpointAreShownAndThoseThatAreGoneAreNot() {
    metrics.counted(Map.of("old", Map.of(DAY, 2L, DAY.multipliedBy(30), 3L)));
    assertThat(expiring("old", "1d")).isEqualTo(2);
    assertThat(expiring("old", "30d")).isEqualTo(3);
    assertThat(expiring("wifi", "30d")).isZero();

    metrics.counted(Map.of("wifi", Map.of(DAY.multipliedBy(30), 7L)));
    assertThat(expiring("wifi", "30d")).isEqualTo(7);
    assertThat(expiring("wifi", "1d")).isZero();
    assertThat(registry.find("certctl.issued.expiring").tag("profile", "old").gauges()).isEmpty();
  }

  @Test
  void attemptsAreCountedFromZeroOn() {
    assertThat(count("certctl.notices.failed")).isZero();
    OutboxEntry entry =
        new OutboxEntry(
            1,
            Notices.ALICE,
            Notices.server("notice-1"),
            State.QUEUED,
            1,
            1,
            Instant.EPOCH,
            Instant.EPOCH,
            Optional.empty(),
            "");
    metrics.failed(entry, "busy", Instant.EPOCH);
    metrics.gaveUp(entry, "busy");
    metrics.delivered(entry);
    assertThat(count("certctl.notices.failed")).isEqualTo(2);
    assertThat(count("certctl.notices.delivered")).isEqualTo(1);
  }

  private double count(String meter) {
    return registry.get(meter).tag("notifier", "mail").counter().count();
  }

  @Test
  void whatWaitsAndWhatIsDeadIsShown() {
    metrics.show(Map.of(State.QUEUED, 3L, State.DEAD, 1L));
    assertThat(registry.get("certctl.notices").tag("state", "dead").gauge().value()).isEqualTo(1);
    assertThat(registry.get("certctl.notices").tag("state", "queued").gauge().value()).isEqualTo(3);
  }
}
