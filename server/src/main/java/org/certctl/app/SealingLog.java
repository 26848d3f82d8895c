package org.certctl.app;

import java.util.concurrent.atomic.AtomicBoolean;
import org.certctl.audit.AuditSealing;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Says in the log when the audit trail cannot be sealed.
final class SealingLog implements AuditSealing.Observer {

  private static final Logger log = LoggerFactory.getLogger(SealingLog.class);

  private final AtomicBoolean failing = new AtomicBoolean();

  @Override
  public void sealed(int events) {
    if (failing.getAndSet(false)) {
      log.info("the audit trail is sealed again");
    }
    log.atDebug().addKeyValue("events", events).log("sealed a block of the audit trail");
  }

  @Override
  public void failed(Exception cause) {
    if (failing.getAndSet(true)) {
      return;
    }
    if (cause instanceof IllegalStateException) {
      log.error("the audit trail cannot be sealed; run: certctl audit verify", cause);
    } else {
      log.atError()
          .addKeyValue("reason", String.valueOf(cause.getMessage()))
          .log("the audit trail cannot be sealed just now");
    }
  }
}
