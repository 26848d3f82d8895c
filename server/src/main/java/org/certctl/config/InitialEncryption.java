package org.certctl.config;

import java.nio.file.Path;
import java.util.Optional;
import org.certctl.keys.KeyEncryption;

/// The encryption key that the environment names for a data directory that is yet to be made.
///
/// @param encryption how the keys in it will be kept
/// @param file where the encryption key is; absent when it is not in a file, or there is none
public record InitialEncryption(KeyEncryption encryption, Optional<Path> file) {

  /// None.
  public static InitialEncryption none() {
    return new InitialEncryption(KeyEncryption.none(), Optional.empty());
  }

  /// Reads it from the environment.
  ///
  /// @param directory the data directory, from which relative paths are taken
  /// @throws ConfigurationException when it cannot be used
  public static InitialEncryption of(Environment environment, Path directory)
      throws ConfigurationException {
    Problems problems = new Problems();
    OptionReader reader =
        new OptionReader(new Settings(environment, SettingsFile.empty()), directory, problems);
    KeyEncryption encryption = reader.encryption();
    if (problems.hasErrors()) {
      throw new ConfigurationException(problems.all());
    }
    return new InitialEncryption(encryption, reader.fileOfSecret(KeyEncryption.OPTION));
  }
}
