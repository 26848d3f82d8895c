package org.certctl.scep.cms;

/// A private key cannot be used now, as when its token is away; a repeat may help.
///
/// It never means that something was wrong with the data given to the key.
public final class KeyUnavailableException extends Exception {
  /// Makes an exception with its cause.
  public KeyUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
