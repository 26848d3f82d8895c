package org.certctl.enroll;

import java.util.List;
import org.certctl.audit.AuditEvent;

/// A waiting entry that gives way to another request of the same key, in the transaction that lets
/// the other one wait or begin. Its claims are freed first, so that the other one may take them.
///
/// @param id the entry
/// @param refused what becomes of it
/// @param events what the audit trail tells of that
public record Replacement(PendingId id, PendingState.Refused refused, List<AuditEvent> events) {

  /// Keeps its own copy of the events.
  public Replacement {
    events = List.copyOf(events);
  }
}
