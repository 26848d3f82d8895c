package org.certctl.challenge.connector;

/// A token cannot be read; the message says what is wrong with it, in words that hold nothing of
/// it.
final class MalformedTokenException extends Exception {

  private static final long serialVersionUID = 1L;

  MalformedTokenException(String explanation) {
    super(explanation);
  }

  MalformedTokenException(String explanation, Throwable cause) {
    super(explanation, cause);
  }

  String explanation() {
    return String.valueOf(getMessage());
  }
}
