package org.certctl.config;

import java.nio.file.Path;
import java.util.Optional;
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
  /// @param nodeName what this node is called; the name of the machine when absent
  record Postgres(PostgresConfig config, Optional<String> nodeName) implements DatabaseSettings {}
}
