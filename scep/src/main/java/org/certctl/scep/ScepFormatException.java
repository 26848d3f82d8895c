package org.certctl.scep;

/// Bytes that are not a SCEP message and cannot be answered in SCEP.
///
/// A server answers with HTTP status 400. Repeating the same bytes cannot help. The code is stable
/// and may go to metrics and logs; the message text may change. Neither contains bytes of the
/// input.
///
/// It carries no stack trace of its own: taking one costs more than most of the decoding, and how
/// long a refusal takes must not tell its reason.
public final class ScepFormatException extends Exception {
  private final String code;

  /// Makes an exception with a stable code and a text for people.
  public ScepFormatException(String code, String message) {
    super(message, null, false, false);
    this.code = code;
  }

  /// Makes an exception with a stable code, a text for people and the parser's own complaint.
  public ScepFormatException(String code, String message, Throwable cause) {
    super(message, cause, false, false);
    this.code = code;
  }

  /// The stable code, lower case with underscores.
  public String code() {
    return code;
  }
}
