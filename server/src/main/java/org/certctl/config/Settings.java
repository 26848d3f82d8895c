package org.certctl.config;

import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import org.certctl.config.EffectiveValue.Origin;

/// The texts that were given for keys, from the environment, from `certctl.env` and from the file
/// with certificate profiles; the environment wins, even with an empty value, then `certctl.env`.
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
  private Map<String, String> profiles = Map.of();

  Settings(Environment environment, SettingsFile file) {
    this.environment = environment;
    this.file = file;
  }

  /// Takes what the file with certificate profiles says for keys about which nobody else says
  /// anything.
  void add(CertificateProfilesFile more) {
    profiles = more.texts();
  }

  /// What was given for a key.
  Optional<Given> get(String key) {
    return fromEnvironment(key).or(() -> fromFile(key)).or(() -> fromProfiles(key));
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

  private Optional<Given> fromProfiles(String key) {
    return Optional.ofNullable(profiles.get(key))
        .map(text -> new Given(text, Origin.PROFILES_FILE));
  }

  /// All keys, sorted.
  NavigableSet<String> keys() {
    NavigableSet<String> keys = new TreeSet<>();
    environment.keys().forEach(keys::add);
    file.keys().forEach(keys::add);
    keys.addAll(profiles.keySet());
    return keys;
  }
}
