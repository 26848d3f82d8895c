package org.certctl.app;

import org.certctl.audit.AuditSealing;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Says in the log when the audit trail cannot be sealed.
final class SealingLog implements AuditSealing.Observer {

  private static final Logger log = LoggerFactory.getLogger(SealingLog.class);

  @Override
  public void sealed(int events) {
    log.atDebug().addKeyValue("events", events).log("sealed a block of the audit trail");
  }

  @Override
  public void failed(Exception cause) {
    log.warn("the audit trail could not be sealed; the next attempt takes what is left", cause);
  }
}
