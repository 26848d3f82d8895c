package org.certctl.scep.client;

import java.io.IOException;

/// An endpoint answered with an HTTP status other than 200, or with another media type than it
/// should.
///
/// A status of 500 and above may be worth a repeat.
public final class ScepHttpException extends IOException {
  private final int status;

  /// Makes an exception with the status that came.
  public ScepHttpException(int status, String message) {
    super(message);
    this.status = status;
  }

  /// The HTTP status.
  public int status() {
    return status;
  }
}
