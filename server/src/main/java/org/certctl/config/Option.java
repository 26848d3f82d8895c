package org.certctl.config;

import java.util.Optional;

/// One option, declared once: its key, type, default and what it is for.
///
/// @param <T> what its value is read into
/// @param name the whole key, or for an option of a profile what follows the profile's name
/// @param section the chapter it belongs to
/// @param type what may stand there
/// @param defaultValue what holds when nobody says anything; absent when there is no default
/// @param description one or two sentences for the reference
/// @param example a value for the reference, never a real secret
record Option<T>(
    String name,
    Section section,
    ValueType<T> type,
    Optional<T> defaultValue,
    String description,
    String example) {

  /// What is added to the key of a secret to name a file that holds it.
  static final String FILE_SUFFIX = "_FILE";

  /// Whether every profile has one of its own.
  boolean isPerProfile() {
    return section.isPerProfile();
  }

  /// The key for a profile.
  String keyFor(String profileName) {
    return section.prefix(profileName) + name;
  }

  /// The key in the reference, with `<NAME>` for the profile's name.
  String documentedKey() {
    return isPerProfile() ? section.start() + "<NAME>_" + name : name;
  }

  /// The default as text; absent when there is none.
  Optional<String> defaultText() {
    return defaultValue.map(type::display);
  }
}
