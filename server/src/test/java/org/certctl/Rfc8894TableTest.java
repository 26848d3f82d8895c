package org.certctl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Holds `docs/rfc8894.md` to the truth: every requirement has a row, and every row names tests
/// that exist or a document that says why not.
class Rfc8894TableTest {
  private static final Path ROOT = Path.of("..");
  private static final Pattern ID = Pattern.compile("[A-Z]+-?\\d+b?");
  private static final Pattern POINTER = Pattern.compile("`([A-Za-z0-9_.]+)`");
  private static final Map<String, String> DOCUMENTS =
      Map.of("choices", "docs/rfc8894-choices.md", "divergences", "docs/rfc8894-divergences.md");

  /// How many requirements there are under each prefix.
  private static final Map<String, Integer> REQUIREMENTS =
      Map.ofEntries(
          Map.entry("HTTP-", 14),
          Map.entry("CAP-", 11),
          Map.entry("CAC-", 11),
          Map.entry("NXT-", 6),
          Map.entry("MSG-", 10),
          Map.entry("SD-", 14),
          Map.entry("EN-", 11),
          Map.entry("AT-", 9),
          Map.entry("PR-", 13),
          Map.entry("RN-", 9),
          Map.entry("UP-", 1),
          Map.entry("PO-", 11),
          Map.entry("GC-", 7),
          Map.entry("RE-", 18),
          Map.entry("CH-", 11),
          Map.entry("TX-", 9),
          Map.entry("ALG-", 5),
          Map.entry("KEY-", 4),
          Map.entry("SEC-", 21),
          Map.entry("A", 20));

  private final Map<String, String> tests = sources();

  @Test
  void everyRequirementHasARow() {
    var expected = new TreeSet<String>();
    REQUIREMENTS.forEach(
        (prefix, count) ->
            IntStream.rangeClosed(1, count).forEach(number -> expected.add(prefix + number)));
    expected.add("HTTP-4b");

    List<String> ids = rows().stream().map(Row::id).filter(id -> ID.matcher(id).matches()).toList();

    assertThat(ids).doesNotHaveDuplicates();
    assertThat(new TreeSet<>(ids)).isEqualTo(expected);
  }

  @Test
  void everyRowPointsToWhatIsThere() {
    var wrong = new ArrayList<String>();
    for (Row row : rows()) {
      if (row.pointers().isEmpty()) {
        wrong.add(row.id() + " names nothing");
      }
      row.pointers().stream()
          .filter(pointer -> !exists(row.id(), pointer))
          .forEach(pointer -> wrong.add(row.id() + " names " + pointer));
    }
    assertThat(wrong).isEmpty();
  }

  /// Whoever reads the report of a failed build is to see which attack is possible again.
  @Test
  void testsOfSecurityAndAbuseCarryTheirId() {
    assertThat(rows())
        .filteredOn(row -> row.id().matches("SEC-\\d+|A\\d+"))
        .filteredOn(row -> !DOCUMENTS.keySet().containsAll(row.pointers()))
        .allSatisfy(
            row -> {
              Pattern id =
                  Pattern.compile("(?i:[._0-9]" + row.id().replace("-", "") + ")(?![0-9])");
              assertThat(row.pointers()).anyMatch(pointer -> id.matcher(pointer).find());
            });
  }

  private boolean exists(String id, String pointer) {
    String document = DOCUMENTS.get(pointer);
    if (document != null) {
      return Pattern.compile("\\b" + Pattern.quote(id) + "\\b").matcher(read(document)).find();
    }
    int dot = pointer.indexOf('.');
    String source = dot < 0 ? null : tests.get(pointer.substring(0, dot));
    return source != null && source.contains(" void " + pointer.substring(dot + 1) + "(");
  }

  /// A row of a table.
  ///
  /// @param id what the row is about
  /// @param pointers what its last cell names
  private record Row(String id, List<String> pointers) {}

  private static List<Row> rows() {
    var rows = new ArrayList<Row>();
    for (String line : read("docs/rfc8894.md").lines().toList()) {
      boolean heading = line.startsWith("| id |") || line.startsWith("| client |");
      if (line.startsWith("| ") && !heading) {
        String id = line.substring(2, line.indexOf(" | "));
        String last = line.substring(line.lastIndexOf(" | ", line.length() - 3));
        rows.add(
            new Row(id, POINTER.matcher(last).results().map(Rfc8894TableTest::first).toList()));
      }
    }
    return rows;
  }

  private static String first(MatchResult match) {
    return match.group(1);
  }

  private static Map<String, String> sources() {
    var sources = new HashMap<String, String>();
    for (String module : List.of("scep", "server", "it")) {
      try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src/test/java"))) {
        files
            .filter(file -> file.toString().endsWith(".java"))
            .forEach(file -> sources.put(name(file), read(ROOT.relativize(file).toString())));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return sources;
  }

  private static String name(Path file) {
    String name = file.getFileName().toString();
    return name.substring(0, name.length() - ".java".length());
  }

  private static String read(String file) {
    try {
      return Files.readString(ROOT.resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
