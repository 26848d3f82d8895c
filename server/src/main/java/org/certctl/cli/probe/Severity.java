package org.certctl.cli.probe;

import java.util.Locale;

/// How bad a finding is.
enum Severity {
  /// As it should be.
  OK,
  /// Worth knowing.
  NOTE,
  /// Some devices stumble.
  WARNING,
  /// Many devices stumble, or the standard is broken.
  PROBLEM;

  /// How it is written.
  String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
