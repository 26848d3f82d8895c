package org.certctl.config;

import java.util.List;

/// What came of reading the configuration.
public sealed interface ConfigurationResult {

  /// It can be used.
  ///
  /// @param configuration what to serve with
  /// @param values every option that applies, with its value and where it came from
  /// @param warnings what somebody should look at
  record Usable(Configuration configuration, List<EffectiveValue> values, List<Problem> warnings)
      implements ConfigurationResult {

    /// Takes copies of the lists.
    public Usable {
      values = List.copyOf(values);
      warnings = List.copyOf(warnings);
    }
  }

  /// It cannot be used; nothing must be started with it.
  ///
  /// @param problems everything that is wrong, and the warnings; at least one is an error
  record Refused(List<Problem> problems) implements ConfigurationResult {

    /// Takes a copy of the list.
    public Refused {
      problems = List.copyOf(problems);
    }
  }

  /// The configuration, for callers that do not tell problems apart.
  ///
  /// @throws ConfigurationException when it cannot be used
  default Configuration orThrow() throws ConfigurationException {
    return switch (this) {
      case Usable usable -> usable.configuration();
      case Refused refused -> throw new ConfigurationException(refused.problems());
    };
  }
}
