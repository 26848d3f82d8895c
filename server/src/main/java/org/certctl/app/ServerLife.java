package org.certctl.app;

import java.time.Clock;
import java.util.List;
import org.certctl.audit.AuditEvent;
import org.certctl.audit.AuditLog;
import org.certctl.audit.AuditSealing;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.enroll.IntentRecovery;
import org.certctl.observe.RecoveryMetrics;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What comes before the first request and after the last: resolving what a crash left open,
/// telling the audit trail of start and stop, sealing it at the end.
final class ServerLife implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ServerLife.class);

  private final AuditLog audit;
  private final AuditSealing sealing;
  private final List<BackgroundWork> background;
  private final Clock clock;

  /// Resolves open intents; made before any listener opens.
  ServerLife(
      IntentRecovery recovery,
      RecoveryMetrics recovered,
      AuditLog audit,
      AuditSealing sealing,
      List<BackgroundWork> background,
      Clock clock) {
    this.audit = audit;
    this.sealing = sealing;
    this.background = List.copyOf(background);
    this.clock = clock;
    try {
      audit.append(new AuditEvent.ServerStarted(clock.instant(), Version.current()));
      IntentRecovery.Report report = recovery.run();
      recovered.show(report);
      if (report.issued() + report.released() + report.stillOpen() > 0) {
        log.atInfo()
            .addKeyValue("issued", report.issued())
            .addKeyValue("released", report.released())
            .addKeyValue("still_open", report.stillOpen())
            .log("resolved what the last run left open");
      }
    } catch (StoreUnavailableException e) {
      throw new IllegalStateException("the store does not work: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    background.forEach(BackgroundWork::close);
    try {
      audit.append(new AuditEvent.ServerStopped(clock.instant(), Version.current()));
    } catch (StoreUnavailableException e) {
      log.warn("the stop could not be written to the audit trail", e);
    }
    sealing.close();
  }
}
