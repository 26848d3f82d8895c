package org.certctl.config;

/// The reference of all options, made from their declarations.
public final class ConfigReference {

  private ConfigReference() {}

  /// The reference as markdown: the content of `docs/config-reference.md`.
  public static String markdown() {
    StringBuilder text = new StringBuilder();
    text.append(
        """
        # Configuration reference

        <!-- Generated; do not edit. Renew: ./certctl config reference > docs/config-reference.md -->

        Every option is an environment variable, or a line `KEY=VALUE` in `certctl.env` in the data \
        directory; the environment wins. `certctl config check` reports every problem at once and \
        shows where each value comes from.

        - Each option marked *secret* can also come from a file: add `_FILE` to its key and give \
        the file's path. One line end at the end of the file does not count.
        - Relative paths are taken from the data directory.
        - An empty value is the same as none.
        - In `certctl.env` a line that begins with `#` is a comment, and a value may stand in single \
        quotes (taken as it is) or double quotes (`\\"` and `\\\\` stand for a quote and a backslash).
        - An unknown key that begins with `CERTCTL_` is an error, so that a mistyped one never goes \
        unnoticed.
        - A file with a private key must be readable by its owner only (`chmod 600`).
        """);
    for (Section section : Section.values()) {
      append(text, section);
    }
    return text.toString();
  }

  private static void append(StringBuilder text, Section section) {
    text.append("\n## ").append(section.title()).append("\n\n");
    text.append(section.introduction()).append("\n");
    for (Option<?> option : Options.ALL) {
      if (option.section() == section) {
        append(text, option);
      }
    }
  }

  private static void append(StringBuilder text, Option<?> option) {
    text.append("\n### `").append(option.documentedKey()).append("`\n\n");
    text.append(option.description()).append("\n\n");
    text.append("- Value: ").append(option.type().description());
    text.append(option.type().isSecret() ? " (*secret*)\n" : "\n");
    String defaultText = option.defaultText().orElse("");
    text.append("- Default: ")
        .append(defaultText.isEmpty() ? "none" : "`" + defaultText + "`")
        .append("\n");
    if (!option.type().isSecret()) {
      text.append("- Example: `").append(exampleLine(option)).append("`\n");
    }
  }

  private static String exampleLine(Option<?> option) {
    String key = option.documentedKey().replace("<NAME>", "LAPTOPS");
    return key + "=" + option.example();
  }
}
