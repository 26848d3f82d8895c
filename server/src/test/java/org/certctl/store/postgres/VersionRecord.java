package org.certctl.store.postgres;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/// What nodes of one schema version expect of their database: what they send, and what they know of
/// its tables.
///
/// @param statements as {@link StatementRecord} gathers them
record VersionRecord(List<String> statements, SchemaRecord schema) {

  private static final Path RESOURCES =
      Path.of("src/test/resources/org/certctl/store/postgres/versions");

  VersionRecord {
    statements = List.copyOf(statements);
  }

  /// What was recorded when this schema version was the newest.
  static VersionRecord load(int version) {
    return new VersionRecord(
        read(version, "statements"), SchemaRecord.parse(read(version, "tables")));
  }

  private static List<String> read(int version, String what) {
    String name = "versions/%d-%s.txt".formatted(version, what);
    try (var resource = VersionRecord.class.getResourceAsStream(name)) {
      if (resource == null) {
        throw new IllegalStateException("no record of version " + version + ": " + name);
      }
      return new String(resource.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Writes it among the sources of the tests, in the place of what is there.
  void save(int version) throws IOException {
    Files.createDirectories(RESOURCES);
    Files.write(RESOURCES.resolve(version + "-statements.txt"), statements);
    Files.write(RESOURCES.resolve(version + "-tables.txt"), schema.lines());
  }

  /// What hinders such a node in this database: a line for each finding.
  List<String> hindrances(Connection connection) throws SQLException {
    List<String> found = StatementRecord.refused(connection, statements);
    found.addAll(schema.hindrancesIn(SchemaRecord.of(connection)));
    return found;
  }
}
