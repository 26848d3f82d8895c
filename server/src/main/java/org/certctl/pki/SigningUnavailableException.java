package org.certctl.pki;

/// A signing key cannot be used just now; nothing has been signed, a repeat may help.
public final class SigningUnavailableException extends Exception {

  private static final long serialVersionUID = 1L;

  /// Says why, for the log.
  public SigningUnavailableException(String message) {
    super(message);
  }

  /// Says why, for the log.
  public SigningUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
