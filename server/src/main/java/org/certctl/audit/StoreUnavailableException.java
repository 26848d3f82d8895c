package org.certctl.audit;

/// The store cannot take or give data just now; nothing of the unit of work has been kept.
///
/// A repeat may help. Never acceptance: whoever catches it answers "unavailable".
public class StoreUnavailableException extends Exception {

  private static final long serialVersionUID = 1L;

  /// Says what could not be done, for the log.
  public StoreUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }

  /// Says what could not be done, for the log.
  public StoreUnavailableException(String message) {
    super(message);
  }
}
