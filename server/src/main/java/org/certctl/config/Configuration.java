package org.certctl.config;

import java.nio.file.Path;
import java.util.Optional;

/// Everything an operator has said, read and checked; immutable. All paths are absolute.
///
/// @param dataDirectory where certctl keeps what it must not lose
/// @param server the HTTPS listener
/// @param tls the identity of the HTTPS listener
/// @param management the listener for metrics and health
/// @param database the database
/// @param log what is logged
/// @param audit the audit trail
/// @param localCa the CA here; absent when there is none
/// @param scep SCEP
public record Configuration(
    Path dataDirectory,
    ServerSettings server,
    TlsSettings tls,
    ManagementSettings management,
    DatabaseSettings database,
    LogSettings log,
    AuditSettings audit,
    Optional<LocalCaSettings> localCa,
    ScepSettings scep) {

  /// The name of the file in the data directory that options may stand in.
  public static final String SETTINGS_FILE_NAME = "certctl.env";
}
