package org.certctl.config;

import java.util.Optional;
import java.util.regex.Pattern;
import org.certctl.pki.Names;

/// Something wrong with the configuration, said so that an operator can put it right.
///
/// @param severity whether it stops the start
/// @param key the option concerned, as the operator writes it
/// @param value the value concerned; absent for secrets and for values never given
/// @param reason what is wrong
/// @param hint what to do about it
public record Problem(
    Severity severity, String key, Optional<String> value, String reason, String hint) {

  private static final int MAX_VALUE_LENGTH = 200;
  private static final Pattern CREDENTIALS_IN_URL = Pattern.compile(":(//)?.*@");

  /// How bad a problem is.
  public enum Severity {
    /// The server does not start.
    ERROR,
    /// The server starts, but somebody should look at it.
    WARNING
  }

  /// Makes the value safe to show: credentials in URLs and control characters are replaced, and a
  /// long value is cut.
  public Problem {
    value = value.map(Problem::presentable);
  }

  static Problem error(String key, Optional<String> value, String reason, String hint) {
    return new Problem(Severity.ERROR, key, value, reason, hint);
  }

  static Problem warning(String key, Optional<String> value, String reason, String hint) {
    return new Problem(Severity.WARNING, key, value, reason, hint);
  }

  private static String presentable(String value) {
    String safe = Names.printable(CREDENTIALS_IN_URL.matcher(value).replaceAll(":$1[redacted]@"));
    return safe.length() <= MAX_VALUE_LENGTH
        ? safe
        : safe.substring(0, MAX_VALUE_LENGTH) + "… (cut)";
  }

  /// Whether it stops the start.
  public boolean isError() {
    return severity == Severity.ERROR;
  }

  /// Three lines for people: key and value, reason, hint.
  public String text() {
    String head = severity == Severity.ERROR ? "error: " : "warning: ";
    return head
        + key
        + value.map(v -> " = " + v).orElse("")
        + "\n    "
        + reason
        + "\n    hint: "
        + hint;
  }
}
