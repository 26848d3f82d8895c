package org.certctl.config;

import java.nio.file.Path;

/// Which database holds certificates, enrollments and the audit trail.
public sealed interface DatabaseSettings {

  /// SQLite, in a file of its own.
  ///
  /// @param file the file; made when it does not exist
  record Sqlite(Path file) implements DatabaseSettings {}

  /// The file `certctl.db` in the data directory.
  static DatabaseSettings defaults() {
    return new Sqlite(Path.of("certctl.db"));
  }

  /// The same, with a relative path taken from this directory.
  default DatabaseSettings resolvedAgainst(Path directory) {
    return switch (this) {
      case Sqlite(Path file) -> new Sqlite(directory.resolve(file).normalize());
    };
  }
}
