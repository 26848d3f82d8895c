package org.certctl.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.certctl.app.ReloadedPart.Outcome;
import org.certctl.audit.AuditEvent;
import org.certctl.control.ControlLine;
import org.certctl.enroll.MemoryEnrollmentStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerControlTest {

  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-11-22T12:00:00Z"), ZoneOffset.UTC);

  @TempDir Path directory;

  private final MemoryEnrollmentStore audit = new MemoryEnrollmentStore(CLOCK);
  private final List<Runnable> signals = new ArrayList<>();

  private ServerControl control() {
    Reloader reloader =
        new Reloader(
            List.of(
                new Reloader.Source(
                    "tls",
                    () -> List.of(new ReloadedPart("tls", "server", Outcome.CHANGED, "CN=new")))),
            audit,
            CLOCK);
    return new ServerControl(directory, reloader::reload, signals::add);
  }

  private List<String> actors() {
    return audit.events().stream()
        .map(event -> ((AuditEvent.MaterialReloaded) event).actor().name())
        .toList();
  }

  @Test
  void aHangUpReloads() throws IOException {
    try (ServerControl control = control()) {
      assertThat(control).isNotNull();
      assertThat(signals).hasSize(1);
      signals.getFirst().run();
    }
    assertThat(actors()).containsExactly("SIGHUP");
  }

  @Test
  void theSocketReloadsAndKnowsNothingElse() throws IOException {
    try (ServerControl control = control()) {
      assertThat(control).isNotNull();
      assertThat(ControlLine.send(directory, ControlLine.RELOAD))
          .containsExactly("changed    tls        server: CN=new");
      assertThat(ControlLine.send(directory, "stop")).containsExactly("unknown command");
    }
    assertThat(actors()).containsExactly(System.getProperty("user.name"));
  }
}
