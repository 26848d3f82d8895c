package org.certctl.scep.cms;

/// Carries a reason from a check to {@link RequestDecoder}; never leaves the package.
final class RefusedException extends Exception {
  private final RejectReason reason;

  RefusedException(RejectReason reason) {
    super(reason.code(), null, false, false);
    this.reason = reason;
  }

  RejectReason reason() {
    return reason;
  }
}
