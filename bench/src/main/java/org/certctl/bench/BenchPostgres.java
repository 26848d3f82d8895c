package org.certctl.bench;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;

/// A PostgreSQL that keeps what it was told, for as long as somebody holds its standard input.
final class BenchPostgres {

  private BenchPostgres() {}

  /// Prints the port when it is ready.
  ///
  /// @param arguments the folder for the data
  public static void main(String[] arguments) throws IOException {
    try (var postgres =
        EmbeddedPostgres.builder()
            .setDataDirectory(Path.of(arguments[0]))
            .setServerConfig("fsync", "on")
            .setServerConfig("synchronous_commit", "on")
            .setServerConfig("shared_buffers", "512MB")
            .setServerConfig("max_wal_size", "4GB")
            .start()) {
      System.out.println(postgres.getPort());
      while (System.in.read() >= 0) {
        // Until it is closed.
      }
    }
  }
}
