package org.certctl.status;

/// What came of an OCSP request.
public enum OcspOutcome {
  /// Every certificate that was asked for is known and neither revoked nor held.
  GOOD("good"),
  /// At least one is revoked or held.
  REVOKED("revoked"),
  /// At least one was not issued by this issuer, and none is revoked.
  UNKNOWN("unknown"),
  /// The request cannot be read or is beyond the bounds.
  MALFORMED("malformed"),
  /// It asks for certificates of another issuer.
  UNAUTHORIZED("unauthorized"),
  /// Its source has sent too many.
  LIMITED("limited"),
  /// So many answers are to be signed that this request has to come again.
  BUSY("busy"),
  /// The store or the key cannot be used just now.
  UNAVAILABLE("unavailable");

  private final String code;

  OcspOutcome(String code) {
    this.code = code;
  }

  /// The stable name, in metrics.
  public String code() {
    return code;
  }
}
