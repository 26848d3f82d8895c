package org.certctl.store.postgres;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The statements that nodes of one version send to their database, with `$1` for parameters.
final class StatementRecord {

  /// The directory to which the PostgreSQL of the tests writes every statement, when it is set.
  static final String LOG_PROPERTY = "certctl.statements.log";

  /// What the log has before the text of a statement.
  private static final Pattern LOGGED =
      Pattern.compile("(?:statement|execute [^:]*): +(.*)", Pattern.DOTALL);

  /// Rows without parameters are inserted by migrations only.
  private static final Pattern READS_OR_WRITES =
      Pattern.compile(
          "(?:select|update|delete|with)\\b.*|insert\\b.*\\$1.*", Pattern.CASE_INSENSITIVE);

  private static final Pattern WORD = Pattern.compile("\\w+");

  private StatementRecord() {}

  /// Where statements are to be logged, if they are.
  static Optional<Path> logged() {
    return Optional.ofNullable(System.getProperty(LOG_PROPERTY)).map(Path::of);
  }

  /// What the stores of all tests that were logged there sent, each text once and on one line.
  ///
  /// @param tables statements about none of them are those of tools
  static List<String> gather(Path directory, Set<String> tables) throws IOException {
    Set<String> statements = new TreeSet<>();
    JsonMapper json = JsonMapper.builder().build();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*.json")) {
      for (Path file : files) {
        for (String line : Files.readAllLines(file)) {
          statement(json.readTree(line), tables).ifPresent(statements::add);
        }
      }
    }
    return List.copyOf(statements);
  }

  /// Tests connect under another name than stores, and migrations are made in another database.
  private static Optional<String> statement(JsonNode entry, Set<String> tables) {
    if (!entry.path("application_name").asString("").equals("certctl")
        || !entry.path("dbname").asString("").startsWith("test_")) {
      return Optional.empty();
    }
    Matcher logged = LOGGED.matcher(entry.path("message").asString(""));
    if (!logged.matches()) {
      return Optional.empty();
    }
    String text = logged.group(1).strip().replaceAll("\\s+", " ");
    boolean known =
        READS_OR_WRITES.matcher(text).matches()
            && WORD.matcher(text).results().anyMatch(word -> tables.contains(word.group()));
    return known ? Optional.of(text) : Optional.empty();
  }

  /// What this database would say to the statements: a line for each that it refuses. Nothing is
  /// executed; each is planned, because only the planner looks for the unique key that `ON
  /// CONFLICT` names.
  static List<String> refused(Connection connection, Iterable<String> statements)
      throws SQLException {
    List<String> refused = new ArrayList<>();
    try (var session = connection.createStatement()) {
      session.execute("SET plan_cache_mode = force_generic_plan");
      for (String text : statements) {
        try {
          session.execute("PREPARE old AS " + text);
          try {
            session.execute("EXPLAIN EXECUTE old" + nulls(session));
          } finally {
            session.execute("DEALLOCATE old");
          }
        } catch (SQLException e) {
          String reason = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
          refused.add(reason + ": " + text);
        }
      }
    }
    return refused;
  }

  /// No value for each parameter.
  private static String nulls(Statement session) throws SQLException {
    try (var row =
        session.executeQuery(
            "SELECT cardinality(parameter_types) FROM pg_prepared_statements WHERE name = 'old'")) {
      int parameters = row.next() ? row.getInt(1) : 0;
      return parameters == 0
          ? ""
          : "(" + String.join(", ", Collections.nCopies(parameters, "NULL")) + ")";
    }
  }

  /// The statement as PostgreSQL understands it without the types of parameters, which nodes send
  /// beside it and which the log has not: where one cannot be guessed, it is that of a number.
  ///
  /// @throws IllegalArgumentException when that is not enough
  static String typed(Connection connection, String text) throws SQLException {
    List<String> refused = refused(connection, List.of(text));
    if (refused.isEmpty()) {
      return text;
    }
    for (int number = 1; text.contains("$" + number); number++) {
      String cast =
          text.replaceFirst(
              "\\$%d\\b".formatted(number), "CAST(\\$%d AS bigint)".formatted(number));
      if (refused(connection, List.of(cast)).isEmpty()) {
        return cast;
      }
    }
    throw new IllegalArgumentException(refused.toString());
  }
}
