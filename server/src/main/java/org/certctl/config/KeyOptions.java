package org.certctl.config;

import java.util.Optional;
import org.certctl.keys.KeyEncryption;
import org.certctl.keys.KeyLocation;
import org.certctl.secret.Secret;

/// The options that name private keys and what opens them, a part of the catalogue; those of RAs
/// stand with their endpoints.
final class KeyOptions {

  /// What may stand there.
  static final String WHERE =
      "A PEM file of mode 0600, a PKCS #12 file, or a key on a PKCS #11 token; see docs/keys.md.";

  static final Option<KeyLocation> CA_KEY =
      new Option<>(
          "CERTCTL_CA_KEY_PATH",
          Section.LOCAL_CA,
          ValueTypes.keyOrDatabase(),
          Optional.empty(),
          "The private key of the issuing CA. "
              + WHERE
              + " Or `database`: key, certificates and the CAs that follow it are in the database, where"
              + " `certctl keys share` puts them, encrypted under "
              + KeyEncryption.OPTION
              + ".",
          "ca.key");

  static final Option<Secret> CA_KEY_PASSWORD =
      new Option<>(
          "CERTCTL_CA_KEY_PASSWORD",
          Section.LOCAL_CA,
          ValueTypes.passphrase(),
          Optional.empty(),
          opens("CERTCTL_CA_KEY_PATH"),
          "(random)");

  static final Option<KeyLocation> AUDIT_KEY =
      new Option<>(
          "CERTCTL_AUDIT_KEY_PATH",
          Section.AUDIT,
          ValueTypes.keyOrDatabase(),
          Optional.of(AuditSettings.defaults().key()),
          "The private key that seals the audit trail, EC on P-256. "
              + WHERE
              + " Or `database`, as for CERTCTL_CA_KEY_PATH."
              + " Keep its public half where whoever can write this directory cannot: it is what the"
              + " trail is verified with.",
          "/etc/certctl/audit.key");

  static final Option<Secret> AUDIT_KEY_PASSWORD =
      new Option<>(
          "CERTCTL_AUDIT_KEY_PASSWORD",
          Section.AUDIT,
          ValueTypes.passphrase(),
          Optional.empty(),
          opens("CERTCTL_AUDIT_KEY_PATH"),
          "(random)");

  static final Option<Secret> ENCRYPTION_KEY =
      new Option<>(
          KeyEncryption.OPTION,
          Section.ENCRYPTION,
          ValueTypes.encryptionKey(),
          Optional.empty(),
          "The encryption key of this installation: private keys and secrets that certctl writes"
              + " itself are encrypted under it, those there are at the next start. Make it with"
              + " `openssl rand -base64 32`, and keep it where the data directory and its backups are"
              + " not: without it, they are of no use.",
          "(random)");

  private KeyOptions() {}

  /// The description of the option that goes with a key.
  static String opens(String key) {
    return "The passphrase of an encrypted `"
        + key
        + "`, the password of a PKCS #12 file, or the PIN of a token.";
  }
}
