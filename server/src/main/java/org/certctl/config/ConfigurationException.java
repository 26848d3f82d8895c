package org.certctl.config;

import java.util.List;
import java.util.stream.Collectors;

/// The configuration cannot be used; a repeat helps only after the operator changed it.
public final class ConfigurationException extends Exception {

  private static final long serialVersionUID = 1L;

  private final transient List<Problem> problems;

  /// Carries everything that is wrong.
  public ConfigurationException(List<Problem> problems) {
    super(problems.stream().map(Problem::text).collect(Collectors.joining("\n")));
    this.problems = List.copyOf(problems);
  }

  /// Everything that is wrong, and the warnings.
  public List<Problem> problems() {
    return problems;
  }
}
