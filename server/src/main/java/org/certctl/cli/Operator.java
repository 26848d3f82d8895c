package org.certctl.cli;

/// Who runs a command, for the audit trail.
final class Operator {

  private Operator() {}

  /// The user's name as the operating system has it. Whoever can write the data directory can make
  /// it any name: it helps to remember, and proves nothing.
  static String name() {
    return ProcessHandle.current()
        .info()
        .user()
        .orElseGet(() -> System.getProperty("user.name", "unknown"));
  }
}
