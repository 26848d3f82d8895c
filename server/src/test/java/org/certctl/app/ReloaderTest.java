package org.certctl.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.certctl.app.ReloadedPart.Outcome;
import org.certctl.audit.Actor;
import org.certctl.audit.AuditEvent;
import org.certctl.enroll.MemoryEnrollmentStore;
import org.junit.jupiter.api.Test;

class ReloaderTest {

  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-11-22T12:00:00Z"), ZoneOffset.UTC);

  private final MemoryEnrollmentStore audit = new MemoryEnrollmentStore(CLOCK);

  @Test
  void eachIsJudgedOnItsOwnAndWhatIsNewIsAudited() {
    Reloader reloader =
        new Reloader(
            List.of(
                new Reloader.Source(
                    "tls",
                    () -> {
                      throw new IOException("disk on fire");
                    }),
                new Reloader.Source(
                    "connector",
                    () ->
                        List.of(
                            new ReloadedPart("connector", "a", Outcome.CHANGED, "CN=new"),
                            new ReloadedPart("connector", "b", Outcome.UNCHANGED, "CN=old"),
                            new ReloadedPart("connector", "c", Outcome.KEPT, "no file")))),
            audit,
            CLOCK);

    List<ReloadedPart> parts = reloader.reload(Actor.user("anna"));

    assertThat(parts)
        .extracting(ReloadedPart::outcome)
        .containsExactly(Outcome.KEPT, Outcome.CHANGED, Outcome.UNCHANGED, Outcome.KEPT);
    assertThat(audit.events())
        .map(event -> (AuditEvent.MaterialReloaded) event)
        .extracting(event -> event.actor().name() + " " + event.name() + " " + event.outcome())
        .containsExactly("anna  kept", "anna a changed", "anna c kept");
  }
}
