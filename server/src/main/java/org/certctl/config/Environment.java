package org.certctl.config;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The environment variables that concern certctl: those whose names begin with `CERTCTL_`.
///
/// Their values may be secrets, therefore `toString` shows names only.
public final class Environment {

  /// What all our variables begin with.
  public static final String PREFIX = "CERTCTL_";

  /// The variable that names the database.
  public static final String DATABASE_URL = DatabaseOptions.URL.name();

  private final TreeMap<String, String> values;

  private Environment(Map<String, String> variables) {
    values = new TreeMap<>();
    variables.forEach(
        (key, value) -> {
          if (key.startsWith(PREFIX)) {
            values.put(key, value);
          }
        });
  }

  /// The environment of this process.
  public static Environment ofProcess() {
    return new Environment(System.getenv());
  }

  /// These variables; those of others are ignored.
  public static Environment of(Map<String, String> variables) {
    return new Environment(variables);
  }

  /// The same with another value for one variable.
  public Environment with(String key, String value) {
    TreeMap<String, String> more = new TreeMap<>(values);
    more.put(key, value);
    return new Environment(more);
  }

  /// The data directory that the variables name, or the default; for a command that makes it.
  ///
  /// @throws java.nio.file.InvalidPathException when the value is no path
  public Path dataDirectory() {
    return get(Options.DATA_DIR.name())
        .filter(text -> !text.isBlank())
        .map(text -> Path.of(text.strip()))
        .or(Options.DATA_DIR::defaultValue)
        .orElseThrow();
  }

  /// Whether the level of logs asks for what helps to find a fault: for deciding, before anything
  /// is read, whether a failure is shown with its trace.
  public boolean asksForDebug() {
    return get(Options.LOG_LEVEL.name())
        .filter(level -> level.equalsIgnoreCase("debug") || level.equalsIgnoreCase("trace"))
        .isPresent();
  }

  /// The value of a variable, as it stands; absent when it is not set.
  Optional<String> get(String key) {
    return Optional.ofNullable(values.get(key));
  }

  /// The names of all variables here, sorted.
  Iterable<String> keys() {
    return values.navigableKeySet();
  }

  @Override
  public String toString() {
    return "Environment" + values.keySet();
  }
}
