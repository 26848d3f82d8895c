package org.certctl.config;

import java.util.Optional;
import org.certctl.config.Materials.NamedFile;
import org.certctl.config.Materials.NamedKey;
import org.certctl.config.Materials.PairOfFiles;
import org.certctl.keys.KeyLocation;

/// Reads where the CA here is.
final class LocalCaReader {

  private static final String KEY = KeyOptions.CA_KEY.name();
  private static final String CERTIFICATE = Options.CA_CERT_PATH.name();

  private final Settings settings;
  private final OptionReader reader;
  private final Problems problems;

  LocalCaReader(Settings settings, OptionReader reader, Problems problems) {
    this.settings = settings;
    this.reader = reader;
    this.problems = problems;
  }

  /// Where it is; absent when nothing is said of one and none is needed, and when what is said
  /// cannot be used.
  Optional<LocalCaSettings> read(boolean isNeeded) {
    if (!isNeeded && !settings.says(CERTIFICATE) && !settings.says(KEY)) {
      return Optional.empty();
    }
    Optional<KeyLocation> key = reader.requiredKey(KeyOptions.CA_KEY, KeyOptions.CA_KEY_PASSWORD);
    if (key.isPresent() && key.get() instanceof KeyLocation.InDatabase) {
      reader
          .optionalPath(Options.CA_CERT_PATH, CERTIFICATE)
          .ifPresent(
              file ->
                  problems.error(
                      CERTIFICATE,
                      file.toString(),
                      "with " + KEY + "=database, the certificates come from there too",
                      "remove it"));
      return Optional.of(new LocalCaSettings.InDatabase());
    }
    return reader
        .requiredPath(Options.CA_CERT_PATH, CERTIFICATE)
        .flatMap(file -> key.map(found -> new LocalCaSettings.InFiles(file, found)));
  }

  /// The files that have it, for the checks at start.
  static Optional<PairOfFiles> files(Optional<LocalCaSettings> ca) {
    return ca.flatMap(
        settings ->
            switch (settings) {
              case LocalCaSettings.InFiles files ->
                  Optional.of(
                      new PairOfFiles(
                          new NamedFile(CERTIFICATE, files.certPath()),
                          new NamedKey(KEY, files.key())));
              case LocalCaSettings.InDatabase _ -> Optional.empty();
            });
  }
}
