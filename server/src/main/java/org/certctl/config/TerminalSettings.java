package org.certctl.config;

/// What the environment says about the terminal; not certctl's own options, but customs that every
/// program of the command line keeps.
///
/// @param colorWanted false when `NO_COLOR` is set (no-color.org) or `TERM` is `dumb`
public record TerminalSettings(boolean colorWanted) {

  /// What the environment of this process says.
  public static TerminalSettings ofProcess() {
    String noColor = System.getenv("NO_COLOR");
    return new TerminalSettings(
        (noColor == null || noColor.isEmpty()) && !"dumb".equals(System.getenv("TERM")));
  }
}
