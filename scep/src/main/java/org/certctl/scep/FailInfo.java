package org.certctl.scep;

import java.util.Optional;

/// The failInfo of a CertRep FAILURE (RFC 8894, section 3.2.1.4).
public enum FailInfo {
  /// An algorithm or key is not acceptable.
  BAD_ALG("0"),
  /// The signature over the message does not verify.
  BAD_MESSAGE_CHECK("1"),
  /// The request is not permitted or not understood.
  BAD_REQUEST("2"),
  /// The signingTime is too far from the CA's clock.
  BAD_TIME("3"),
  /// No certificate or transaction matches the request.
  BAD_CERT_ID("4");

  private final String wireValue;

  FailInfo(String wireValue) {
    this.wireValue = wireValue;
  }

  /// The value of the signed attribute: decimal digits.
  public String wireValue() {
    return wireValue;
  }

  /// The reason with exactly this wire value.
  public static Optional<FailInfo> ofWireValue(String value) {
    for (FailInfo failInfo : values()) {
      if (failInfo.wireValue.equals(value)) {
        return Optional.of(failInfo);
      }
    }
    return Optional.empty();
  }
}
