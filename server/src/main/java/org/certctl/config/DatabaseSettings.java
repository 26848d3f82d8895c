package org.certctl.config;

import java.nio.file.Path;
import java.time.Duration;
import org.certctl.store.postgres.PostgresConfig;

/// Which database holds certificates, enrollments and the audit trail.
public sealed interface DatabaseSettings {

  /// SQLite, in a file of its own.
  ///
  /// @param file the file; made when it does not exist
  record Sqlite(Path file) implements DatabaseSettings {}

  /// PostgreSQL, which several nodes may share.
  ///
  /// @param config how it is reached
  record Postgres(PostgresConfig config) implements DatabaseSettings {}

  /// How long an intent may be open before somebody else than who wrote it takes it up: not at all
  /// where one node enrolls, two minutes where several do.
  default Duration restOfIntents() {
    return switch (this) {
      case Sqlite _ -> Duration.ZERO;
      case Postgres _ -> Duration.ofMinutes(2);
    };
  }
}
