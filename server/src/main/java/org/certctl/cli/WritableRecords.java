package org.certctl.cli;

import org.certctl.audit.AuditLog;
import org.certctl.config.Configuration;
import org.certctl.status.RevocationStore;

/// What a server keeps, opened for a command that changes something, whether the server runs or
/// not. Each change is durable, with its audit event, when the method that made it returns.
public interface WritableRecords extends StoredRecords {

  /// Opens the records that a configuration names, for writing.
  @FunctionalInterface
  interface Source {

    /// Opens them.
    ///
    /// @throws CommandFailedException when there are none yet, or they cannot be written
    WritableRecords open(Configuration configuration) throws CommandFailedException;
  }

  /// Takes audit events that belong to no other unit of work.
  AuditLog auditLog();

  /// The revocations.
  RevocationStore revocations();
}
