package org.certctl.config;

/// What is logged, and how.
///
/// @param level the least important level that is written
/// @param format the form of each line
public record LogSettings(Level level, Format format) {

  /// How much is written.
  public enum Level {
    /// Everything, message by message.
    TRACE,
    /// What helps to find a fault.
    DEBUG,
    /// What an operator wants to know.
    INFO,
    /// What somebody should look at.
    WARN,
    /// What failed.
    ERROR
  }

  /// The form of a line.
  public enum Format {
    /// One JSON object per line.
    JSON,
    /// Plain text.
    TEXT
  }

  /// Level info, as JSON.
  public static LogSettings defaults() {
    return new LogSettings(Level.INFO, Format.JSON);
  }
}
