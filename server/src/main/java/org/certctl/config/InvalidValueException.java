package org.certctl.config;

/// A text is no value of its type.
final class InvalidValueException extends Exception {

  private static final long serialVersionUID = 1L;

  private final String hint;

  InvalidValueException(String reason, String hint) {
    super(reason);
    this.hint = hint;
  }

  String reason() {
    String message = getMessage();
    return message == null ? "it is not valid" : message;
  }

  String hint() {
    return hint;
  }
}
