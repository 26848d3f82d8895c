package org.certctl.config;

import java.nio.file.Path;
import java.util.Optional;
import org.certctl.config.EffectiveValue.Origin;
import org.certctl.keys.KeyEncryption;
import org.certctl.keys.KeyLocation;

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

  /// Several nodes share in their database the RAs that they make, and the keys that are said to be
  /// there, and never in clear.
  void requireFor(
      DatabaseSettings database,
      ScepSettings scep,
      Optional<LocalCaSettings> ca,
      AuditSettings audit,
      KeyEncryption encryption) {
    if (ca.isPresent() && ca.get() instanceof LocalCaSettings.InDatabase) {
      requireForKey(KeyOptions.CA_KEY, database, encryption);
    }
    if (audit.key() instanceof KeyLocation.InDatabase) {
      requireForKey(KeyOptions.AUDIT_KEY, database, encryption);
    }
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

  /// Says what a key in the database needs that is not there.
  private void requireForKey(
      Option<KeyLocation> option, DatabaseSettings database, KeyEncryption encryption) {
    switch (database) {
      case DatabaseSettings.Sqlite _ when problems.hasError(DatabaseOptions.URL.name()) -> {
        // That is what stands in for a URL that cannot be read.
      }
      case DatabaseSettings.Sqlite _ ->
          problems.error(
              option.name(),
              KeyLocation.InDatabase.NAME,
              "only a PostgreSQL database has keys in it, and this one is a SQLite file",
              "name the file of the key, or a PostgreSQL database in "
                  + DatabaseOptions.URL.name());
      case DatabaseSettings.Postgres _ when !encryption.isOn() ->
          problems.error(
              KEY,
              "it is not set, and with "
                  + option.name()
                  + "=database that key is encrypted under it",
              "name the file with the encryption key of the other nodes in "
                  + KEY
                  + Option.FILE_SUFFIX);
      case DatabaseSettings.Postgres _ -> {
        // All there.
      }
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
