package org.certctl.app;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.ReentrantLock;
import org.certctl.app.ReloadedPart.Outcome;
import org.certctl.audit.Actor;
import org.certctl.audit.AuditEvent;
import org.certctl.audit.AuditLog;
import org.certctl.audit.StoreUnavailableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads certificates and keys again while the server runs; each is judged on its own, so that one
/// bad file keeps nothing else from changing. Logs and audits what changed and what could not.
final class Reloader {

  private static final Logger log = LoggerFactory.getLogger(Reloader.class);

  /// Something whose files can be read again.
  @FunctionalInterface
  interface Reloadable {

    /// Reads them; a file that cannot be used is told in the result.
    List<ReloadedPart> reload() throws Exception;
  }

  /// @param name what it is called when it fails as a whole
  record Source(String name, Reloadable reloadable) {}

  private final List<Source> sources;
  private final AuditLog audit;
  private final Clock clock;
  private final ReentrantLock one = new ReentrantLock();

  Reloader(List<Source> sources, AuditLog audit, Clock clock) {
    this.sources = List.copyOf(sources);
    this.audit = audit;
    this.clock = clock;
  }

  /// Reads everything again, one at a time whoever asks.
  List<ReloadedPart> reload(Actor actor) {
    one.lock();
    try {
      List<ReloadedPart> parts = new ArrayList<>();
      sources.forEach(source -> parts.addAll(reload(source)));
      parts.forEach(part -> tell(actor, part));
      return List.copyOf(parts);
    } finally {
      one.unlock();
    }
  }

  private static List<ReloadedPart> reload(Source source) {
    try {
      return source.reloadable().reload();
    } catch (Exception e) {
      log.atError().setCause(e).log("reload of {} failed", source.name());
      return List.of(
          new ReloadedPart(
              source.name(), "", Outcome.KEPT, "it failed; the log says why: " + e.getMessage()));
    }
  }

  private void tell(Actor actor, ReloadedPart part) {
    var line = part.outcome() == Outcome.KEPT ? log.atWarn() : log.atInfo();
    line.addKeyValue("kind", part.kind())
        .addKeyValue("name", part.name())
        .addKeyValue("outcome", code(part.outcome()))
        .log("reload: {}", part.text());
    if (part.outcome() == Outcome.UNCHANGED) {
      return;
    }
    try {
      audit.append(
          new AuditEvent.MaterialReloaded(
              clock.instant(), actor, part.kind(), part.name(), code(part.outcome()), part.text()));
    } catch (StoreUnavailableException e) {
      log.warn("a reload could not be written to the audit trail", e);
    }
  }

  static String code(Outcome outcome) {
    return outcome.name().toLowerCase(Locale.ROOT);
  }
}
