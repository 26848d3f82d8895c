package org.certctl.scep;

import java.util.Optional;

/// The messageType of a message (RFC 8894, section 3.2.1.2).
public enum MessageType {
  /// An answer of the CA.
  CERT_REP("3"),
  /// A PKCS#10 request signed with an existing certificate.
  RENEWAL_REQ("17"),
  /// A PKCS#10 request.
  PKCS_REQ("19"),
  /// A question about a pending request.
  CERT_POLL("20"),
  /// A request for an issued certificate.
  GET_CERT("21"),
  /// A request for a CRL.
  GET_CRL("22");

  private final String wireValue;

  MessageType(String wireValue) {
    this.wireValue = wireValue;
  }

  /// The value of the signed attribute: decimal digits.
  public String wireValue() {
    return wireValue;
  }

  /// Whether a requester may send this type to a CA.
  public boolean isRequest() {
    return this != CERT_REP;
  }

  /// The type with exactly this wire value: no blanks, no leading zeros.
  public static Optional<MessageType> ofWireValue(String value) {
    for (MessageType type : values()) {
      if (type.wireValue.equals(value)) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }
}
