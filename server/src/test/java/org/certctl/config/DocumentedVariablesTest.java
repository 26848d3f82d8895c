package org.certctl.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Documents and catalogue speak of the same variables.
final class DocumentedVariablesTest {

  private static final Path ROOT = Path.of("..");
  private static final Pattern VARIABLE = Pattern.compile("CERTCTL_[A-Z0-9_]+(<NAME>_[A-Z0-9_]+)?");

  /// Read by the launcher and by tests, not by the server.
  private static final List<String> ELSEWHERE = List.of("CERTCTL_JAVA_OPTS", "CERTCTL_DEBUG");

  @Test
  void everyVariableInTheDocumentsExists() throws IOException {
    for (Path document : documents()) {
      assertThat(variables(document))
          .as("%s", document)
          .allMatch(DocumentedVariablesTest::exists, "is in the catalogue");
    }
  }

  @Test
  void everyVariableIsDocumented() throws IOException {
    Set<String> documented = variables(ROOT.resolve("docs/config-reference.md"));
    assertThat(Options.ALL)
        .allSatisfy(option -> assertThat(documented).contains(option.documentedKey()));
  }

  private static boolean exists(String variable) {
    String name =
        variable.endsWith(Option.FILE_SUFFIX)
            ? variable.substring(0, variable.length() - Option.FILE_SUFFIX.length())
            : variable;
    return ELSEWHERE.contains(variable)
        // A family of variables is meant, as in CERTCTL_SCEP_PROFILE_… or CERTCTL_*.
        || variable.endsWith("_")
        || Options.ALL.stream().anyMatch(option -> isOf(option, name));
  }

  private static boolean isOf(Option<?> option, String name) {
    if (!option.isPerProfile()) {
      return option.name().equals(name);
    }
    String start = Pattern.quote(option.section().start());
    String end = Pattern.quote("_" + option.name());
    return name.matches(start + "(?:<NAME>|[A-Z0-9_]+)" + end);
  }

  private static Set<String> variables(Path document) throws IOException {
    Set<String> found = new TreeSet<>();
    VARIABLE
        .matcher(Files.readString(document))
        .results()
        .map(MatchResult::group)
        .forEach(found::add);
    return found;
  }

  private static List<Path> documents() {
    try (Stream<Path> docs = Files.walk(ROOT.resolve("docs"));
        Stream<Path> top = Files.list(ROOT)) {
      return Stream.concat(docs, top).filter(path -> path.toString().endsWith(".md")).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
