package org.certctl.config;

/// The value an option has, and where it came from.
///
/// @param key the option, as the operator writes it
/// @param display the value as text; `(secret)` for a secret, empty when there is none
/// @param origin where it came from
public record EffectiveValue(String key, String display, Origin origin) {

  /// Where a value can come from, strongest first.
  public enum Origin {
    /// An option of the command, `--data-dir`.
    COMMAND("command line"),
    /// The environment of the process, or the file that a `…_FILE` variable there names.
    ENVIRONMENT("environment"),
    /// The file `certctl.env` in the data directory, or the file that a `…_FILE` line there names.
    SETTINGS_FILE("certctl.env"),
    /// The file that `CERTCTL_PROFILES_PATH` names.
    PROFILES_FILE("CERTCTL_PROFILES_PATH"),
    /// Nobody said anything.
    DEFAULT("default");

    private final String text;

    Origin(String text) {
      this.text = text;
    }

    /// How it is shown.
    public String text() {
      return text;
    }
  }
}
