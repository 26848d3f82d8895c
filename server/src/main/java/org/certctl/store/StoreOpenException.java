package org.certctl.store;

/// A store cannot be opened; the message says why and what to do, for the operator.
public final class StoreOpenException extends Exception {

  private static final long serialVersionUID = 1L;

  /// Says why.
  public StoreOpenException(String message) {
    super(message);
  }

  /// Says why, with the cause for the log.
  public StoreOpenException(String message, Throwable cause) {
    super(message, cause);
  }
}
