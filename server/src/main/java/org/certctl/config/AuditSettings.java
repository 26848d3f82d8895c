package org.certctl.config;

import java.nio.file.Path;
import org.certctl.keys.KeyLocation;

/// The audit trail.
///
/// @param key the private key that seals the trail
public record AuditSettings(KeyLocation key) {

  /// The key `audit.key` in the data directory.
  public static AuditSettings defaults() {
    return new AuditSettings(KeyLocation.of(Path.of("audit.key")));
  }
}
