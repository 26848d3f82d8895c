package org.certctl.config;

import java.nio.file.Path;

/// The audit trail.
///
/// @param keyPath PEM: the private key that seals the trail
public record AuditSettings(Path keyPath) {

  /// The key `audit.key` in the data directory.
  public static AuditSettings defaults() {
    return new AuditSettings(Path.of("audit.key"));
  }
}
