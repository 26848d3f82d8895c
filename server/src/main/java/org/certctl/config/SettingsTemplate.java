package org.certctl.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A commented `certctl.env` with every option, made from their declarations.
public final class SettingsTemplate {

  private static final int LINE_LENGTH = 96;

  private SettingsTemplate() {}

  /// The text of the file: what is given stands as a setting, all other options stand in comments
  /// with their defaults. The text holds whatever secrets are given.
  ///
  /// @param profileName the profile whose options are written out
  /// @param values values by key
  /// @throws IllegalArgumentException when a key is no option
  public static String render(String profileName, Map<String, String> values) {
    StringBuilder text = new StringBuilder();
    comment(
        text,
        "Settings of certctl. Environment variables of the same names win over this file."
            + " Check them with: certctl config check");
    List<String> written = new ArrayList<>();
    for (Section section : Section.values()) {
      if (section == Section.DATA || section == Section.SCEP_SINGLE) {
        continue;
      }
      text.append("\n# ===== ").append(section.title()).append(" =====\n");
      for (Option<?> option : Options.ALL) {
        if (option.section() == section) {
          String key = option.isPerProfile() ? option.keyFor(profileName) : option.name();
          append(text, option, key, values);
          written.add(key);
          if (option.type().isSecret()) {
            written.add(key + Option.FILE_SUFFIX);
          }
        }
      }
    }
    if (!written.containsAll(values.keySet())) {
      throw new IllegalArgumentException("a value is given for a key that is no option");
    }
    return text.toString();
  }

  private static void append(
      StringBuilder text, Option<?> option, String key, Map<String, String> values) {
    text.append('\n');
    comment(text, option.description().replace("`", ""));
    String value = values.get(key);
    String file = option.type().isSecret() ? values.get(key + Option.FILE_SUFFIX) : null;
    if (file != null) {
      text.append(key).append(Option.FILE_SUFFIX).append('=').append(file).append('\n');
    } else if (value != null) {
      text.append(key).append('=').append(value).append('\n');
    } else {
      text.append('#').append(key).append('=').append(option.defaultText().orElse("")).append('\n');
    }
  }

  private static void comment(StringBuilder text, String words) {
    StringBuilder line = new StringBuilder("#");
    for (String word : words.split(" ", -1)) {
      if (line.length() + 1 + word.length() > LINE_LENGTH) {
        text.append(line).append('\n');
        line = new StringBuilder("#");
      }
      line.append(' ').append(word);
    }
    text.append(line).append('\n');
  }
}
