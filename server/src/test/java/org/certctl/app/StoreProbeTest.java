package org.certctl.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.certctl.audit.AuditEvent;
import org.certctl.audit.StoreUnavailableException;
import org.junit.jupiter.api.Test;

class StoreProbeTest {

  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  private final AtomicBoolean works = new AtomicBoolean(true);
  private final AtomicBoolean full = new AtomicBoolean();
  private final List<AuditEvent> written = new ArrayList<>();
  private final StoreProbe probe =
      new StoreProbe(
          works::get,
          events -> {
            if (full.get()) {
              throw new StoreUnavailableException("the disk is full");
            }
            written.addAll(events);
            works.set(true);
          },
          Clock.fixed(NOW, ZoneOffset.UTC));

  @Test
  void writesNothingWhileTheStoreWorks() {
    probe.run();

    assertThat(written).isEmpty();
  }

  @Test
  void writesDownOnceThatItWorksAgain() {
    works.set(false);
    full.set(true);
    probe.run();
    assertThat(written).isEmpty();

    full.set(false);
    probe.run();
    probe.run();
    assertThat(written).containsExactly(new AuditEvent.StoreRecovered(NOW));
  }
}
