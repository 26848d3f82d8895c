package org.certctl.config;

import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import org.certctl.config.EffectiveValue.Origin;

/// The texts that were given for keys, from the environment and from `certctl.env`; the environment
/// wins, even with an empty value.
final class Settings {

  /// A text and where it came from.
  ///
  /// @param text as given
  /// @param origin where it came from
  record Given(String text, Origin origin) {

    @Override
    public String toString() {
      return "Given[redacted, " + origin + "]";
    }
  }

  private final Environment environment;
  private final SettingsFile file;

  Settings(Environment environment, SettingsFile file) {
    this.environment = environment;
    this.file = file;
  }

  /// What was given for a key.
  Optional<Given> get(String key) {
    return fromEnvironment(key).or(() -> fromFile(key));
  }

  /// What was given for a secret's key or for the key that names its file, by the stronger of the
  /// two sources that says anything about either.
  Optional<Given> getAlongside(String key, String otherKey) {
    return fromEnvironment(otherKey).isPresent() && fromEnvironment(key).isEmpty()
        ? Optional.empty()
        : get(key);
  }

  /// Whether something other than an empty text was given for a key.
  boolean says(String key) {
    return get(key).filter(given -> !given.text().isBlank()).isPresent();
  }

  private Optional<Given> fromEnvironment(String key) {
    return environment.get(key).map(text -> new Given(text, Origin.ENVIRONMENT));
  }

  private Optional<Given> fromFile(String key) {
    return file.get(key).map(text -> new Given(text, Origin.SETTINGS_FILE));
  }

  /// All keys, sorted.
  NavigableSet<String> keys() {
    NavigableSet<String> keys = new TreeSet<>();
    environment.keys().forEach(keys::add);
    file.keys().forEach(keys::add);
    return keys;
  }
}
