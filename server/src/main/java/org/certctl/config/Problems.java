package org.certctl.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Collects all problems of one reading, in the order in which they are found.
final class Problems {

  private final List<Problem> found = new ArrayList<>();

  void error(String key, String reason, String hint) {
    found.add(Problem.error(key, Optional.empty(), reason, hint));
  }

  void error(String key, String value, String reason, String hint) {
    found.add(Problem.error(key, Optional.of(value), reason, hint));
  }

  void warning(String key, String reason, String hint) {
    found.add(Problem.warning(key, Optional.empty(), reason, hint));
  }

  void warning(String key, String value, String reason, String hint) {
    found.add(Problem.warning(key, Optional.of(value), reason, hint));
  }

  /// Whether something is wrong with this option, so that what depends on it cannot be judged.
  boolean hasError(String key) {
    return found.stream().anyMatch(problem -> problem.isError() && problem.key().equals(key));
  }

  boolean hasErrors() {
    return found.stream().anyMatch(Problem::isError);
  }

  List<Problem> all() {
    return List.copyOf(found);
  }
}
