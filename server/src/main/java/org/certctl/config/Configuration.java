package org.certctl.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.certctl.keys.KeyEncryption;
import org.certctl.keys.OwnKeyFiles;
import org.certctl.profile.CertificateProfile;
import org.certctl.retention.RetentionRules;

/// Everything an operator has said, read and checked; immutable. All paths are absolute.
///
/// @param dataDirectory where certctl keeps what it must not lose
/// @param server the HTTPS listener
/// @param tls the identity of the HTTPS listener
/// @param management the listener for metrics and health
/// @param database the database
/// @param retention how long records are kept
/// @param encryption how keys are kept that certctl writes itself
/// @param log what is logged
/// @param audit the audit trail
/// @param status certificate status
/// @param notices what is told to people and programs outside
/// @param localCa the CA here; absent when there is none
/// @param certificateProfiles what certificates may say, by the names of the profiles; `default` is
///   always there
/// @param scep SCEP
/// @param shared what is to be the same on all nodes
public record Configuration(
    Path dataDirectory,
    ServerSettings server,
    TlsSettings tls,
    ManagementSettings management,
    DatabaseSettings database,
    RetentionRules retention,
    KeyEncryption encryption,
    LogSettings log,
    AuditSettings audit,
    StatusSettings status,
    NoticeSettings notices,
    Optional<LocalCaSettings> localCa,
    Map<String, CertificateProfile> certificateProfiles,
    ScepSettings scep,
    SharedOptions shared) {

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

  /// Whether nodes share the keys that they make, in their database.
  public boolean sharesKeys() {
    return database instanceof DatabaseSettings.Postgres && encryption.isOn();
  }

  /// The folder with the RA keys that are made here.
  public Path raFolder() {
    return dataDirectory.resolve("ra");
  }

  /// The folder with the keys of OCSP responders.
  public Path ocspFolder() {
    return status.ocsp().keyDirectory().orElse(dataDirectory.resolve("ocsp"));
  }

  /// The files with keys that certctl alone writes. Those that options name are not among them:
  /// they may be the operator's.
  public OwnKeyFiles ownKeyFiles() {
    return new OwnKeyFiles(
        List.of(
            raFolder(),
            ocspFolder(),
            dataDirectory.resolve(CA_FOLDER_NAME),
            dataDirectory.resolve(CA_REQUEST_FOLDER_NAME)),
        challengeMacKeyFile());
  }

  /// All files with keys in the data directory.
  public OwnKeyFiles allKeyFiles() {
    return new OwnKeyFiles(List.of(dataDirectory, ocspFolder()), challengeMacKeyFile());
  }

  /// The name of the file in the data directory with the key under which challenges are kept.
  public static final String CHALLENGE_MAC_KEY_NAME = "challenge-mac.key";

  /// The key under which challenges are kept as MACs; made at the first start.
  public Path challengeMacKeyFile() {
    return dataDirectory.resolve(CHALLENGE_MAC_KEY_NAME);
  }
}
