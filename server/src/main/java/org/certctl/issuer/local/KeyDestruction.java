package org.certctl.issuer.local;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.certctl.audit.AuditEvent;
import org.certctl.audit.AuditLog;
import org.certctl.audit.StoreUnavailableException;

/// Destroys keys that are spent, and tells of it when the file is gone. What fails is tried again
/// ever more rarely.
///
/// Not safe for use by several threads at once.
final class KeyDestruction {

  private final AuditLog audit;
  private final KeyObserver observer;
  private final BackOff backOff = new BackOff();
  private final List<AuditEvent> untold = new ArrayList<>();

  KeyDestruction(AuditLog audit, KeyObserver observer) {
    this.audit = audit;
    this.observer = observer;
  }

  /// @param owner whose key it is
  /// @param event what is told when it is done
  <K> void destroy(
      KeptKeys<K> folder, KeptKey<K> spent, String owner, AuditEvent event, Instant now) {
    if (!backOff.mayTry(spent.certificate(), now)) {
      return;
    }
    try {
      if (!folder.remove(spent)) {
        // Another node was first, and tells of it; or it is the operator's.
        return;
      }
    } catch (IOException e) {
      backOff.failed(spent.certificate(), now);
      observer.retirementFailed(owner, spent.certificate(), e);
      return;
    }
    backOff.succeeded(spent.certificate());
    untold.add(event);
    observer.retired(owner, spent.certificate());
  }

  /// Tells what the audit trail did not take before; to be called now and then.
  void tell() {
    try {
      while (!untold.isEmpty()) {
        audit.append(untold.getFirst());
        untold.removeFirst();
      }
    } catch (StoreUnavailableException e) {
      // They are told as soon as the trail takes entries again.
    }
  }
}
