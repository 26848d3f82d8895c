package org.certctl.audit;

/// Takes events that belong to no other unit of work, such as refusals.
public interface AuditLog {

  /// Appends the event; when this returns, the event is on disk.
  ///
  /// @throws StoreUnavailableException when it could not be written; the caller must then not
  ///   answer as if it had been
  void append(AuditEvent event) throws StoreUnavailableException;
}
