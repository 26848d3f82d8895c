package org.certctl.config;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.certctl.profile.CertificateProfile;

/// Everything an operator has said, read and checked; immutable. All paths are absolute.
///
/// @param dataDirectory where certctl keeps what it must not lose
/// @param server the HTTPS listener
/// @param tls the identity of the HTTPS listener
/// @param management the listener for metrics and health
/// @param database the database
/// @param log what is logged
/// @param audit the audit trail
/// @param status certificate status
/// @param notices what is told to people and programs outside
/// @param localCa the CA here; absent when there is none
/// @param certificateProfiles what certificates may say, by the names of the profiles; `default` is
///   always there
/// @param scep SCEP
public record Configuration(
    Path dataDirectory,
    ServerSettings server,
    TlsSettings tls,
    ManagementSettings management,
    DatabaseSettings database,
    LogSettings log,
    AuditSettings audit,
    StatusSettings status,
    NoticeSettings notices,
    Optional<LocalCaSettings> localCa,
    Map<String, CertificateProfile> certificateProfiles,
    ScepSettings scep) {

  /// Keeps its own copy.
  public Configuration {
    certificateProfiles = Map.copyOf(certificateProfiles);
  }

  /// The name of the file in the data directory that options may stand in.
  public static final String SETTINGS_FILE_NAME = "certctl.env";

  /// The name of the folder in the data directory with the CAs that were prepared to follow the
  /// first one, each in a folder of its own.
  public static final String CA_FOLDER_NAME = "ca";

  /// The name of the file that lies in a data directory while it is being filled.
  public static final String UNFINISHED_NAME = ".init";

  /// The name of the file in such a folder with the CA's certificates.
  public static final String CA_CERTIFICATES_NAME = "ca.crt";

  /// The name of the folder in the data directory with a request that another CA is to certify.
  public static final String CA_REQUEST_FOLDER_NAME = "ca-request";

  /// The key under which challenges are kept as MACs; made at the first start.
  public Path challengeMacKeyFile() {
    return dataDirectory.resolve("challenge-mac.key");
  }
}
