package org.certctl.app;

import java.time.Clock;
import java.util.function.BooleanSupplier;
import org.certctl.audit.AuditEvent;
import org.certctl.audit.AuditLog;
import org.certctl.audit.StoreUnavailableException;

/// Tries whether a store that failed works again, and writes down that it does.
///
/// While it does not, the server is not ready, and whoever asks that before sending requests sends
/// none: so nothing else might be written for a long time. To be run every few seconds.
final class StoreProbe {

  private final BooleanSupplier works;
  private final AuditLog audit;
  private final Clock clock;

  /// @param works whether the last commit held
  StoreProbe(BooleanSupplier works, AuditLog audit, Clock clock) {
    this.works = works;
    this.audit = audit;
    this.clock = clock;
  }

  void run() {
    if (works.getAsBoolean()) {
      return;
    }
    try {
      audit.append(new AuditEvent.StoreRecovered(clock.instant()));
    } catch (StoreUnavailableException e) {
      // That was said when it failed.
    }
  }
}
