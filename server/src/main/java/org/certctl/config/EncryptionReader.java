package org.certctl.config;

import java.nio.file.Path;
import java.util.Optional;
import org.certctl.config.EffectiveValue.Origin;
import org.certctl.keys.KeyEncryption;

/// Reads the encryption key of the installation, and says when it is kept beside what is encrypted
/// under it.
final class EncryptionReader {

  private static final String KEY = KeyEncryption.OPTION;

  private final OptionReader reader;
  private final Problems problems;

  EncryptionReader(OptionReader reader, Problems problems) {
    this.reader = reader;
    this.problems = problems;
  }

  /// Several nodes share the RAs that they make in their database, and never in clear.
  void requireFor(DatabaseSettings database, ScepSettings scep, KeyEncryption encryption) {
    boolean makesRas = scep.profiles().stream().anyMatch(profile -> profile.ra().isEmpty());
    if (database instanceof DatabaseSettings.Postgres && makesRas && !encryption.isOn()) {
      problems.error(
          KEY,
          "it is not set, and with PostgreSQL the RAs that the CA makes are kept in the database,"
              + " encrypted under it",
          "openssl rand -base64 32 > FILE on one node, copy it to all, and name it in "
              + KEY
              + Option.FILE_SUFFIX
              + "; or supply an RA to each profile");
    }
  }

  KeyEncryption read(Path dataDirectory) {
    KeyEncryption encryption = reader.encryption();
    if (!encryption.isOn()) {
      return encryption;
    }
    Optional<Path> file = reader.fileOfSecret(KEY);
    if (file.filter(path -> path.startsWith(dataDirectory)).isPresent()) {
      problems.warning(
          KEY + Option.FILE_SUFFIX,
          file.get().toString(),
          "the key lies beside what is encrypted under it: who gets the one gets the other",
          "keep it outside the data directory, and out of backups of it");
    } else if (file.isEmpty()
        && reader.origin(KEY).filter(Origin.SETTINGS_FILE::equals).isPresent()) {
      problems.warning(
          KEY,
          "the key stands in certctl.env, beside what is encrypted under it",
          "write it into a file elsewhere, and name that in " + KEY + Option.FILE_SUFFIX);
    }
    return encryption;
  }
}
