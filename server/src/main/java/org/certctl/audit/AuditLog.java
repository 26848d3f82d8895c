package org.certctl.audit;

import java.util.List;

/// Takes events that belong to no other unit of work, such as refusals.
public interface AuditLog {

  /// Appends the events, all or none; when this returns, they are on disk.
  ///
  /// @throws StoreUnavailableException when they could not be written; the caller must then not
  ///   answer as if they had been
  void append(List<AuditEvent> events) throws StoreUnavailableException;

  /// Appends one event, as {@link #append(List)} does.
  default void append(AuditEvent event) throws StoreUnavailableException {
    append(List.of(event));
  }
}
