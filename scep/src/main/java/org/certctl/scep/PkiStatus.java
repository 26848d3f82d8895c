package org.certctl.scep;

import java.util.Optional;

/// The pkiStatus of a CertRep (RFC 8894, section 3.2.1.3).
public enum PkiStatus {
  /// The request was granted.
  SUCCESS("0"),
  /// The request was refused; failInfo says why.
  FAILURE("2"),
  /// The request waits for a decision.
  PENDING("3");

  private final String wireValue;

  PkiStatus(String wireValue) {
    this.wireValue = wireValue;
  }

  /// The value of the signed attribute: decimal digits.
  public String wireValue() {
    return wireValue;
  }

  /// The status with exactly this wire value.
  public static Optional<PkiStatus> ofWireValue(String value) {
    for (PkiStatus status : values()) {
      if (status.wireValue.equals(value)) {
        return Optional.of(status);
      }
    }
    return Optional.empty();
  }
}
