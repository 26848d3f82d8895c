package org.certctl.challenge.connector;

/// The gates that a connector challenge walks through, in their order.
public enum Gate {
  /// Does it look like a token at all, and can it be taken apart?
  SHAPE("shape"),
  /// Did a trusted connector sign these very octets?
  SIGNATURE("signature"),
  /// Is it of a version that is known here, with the claims it must have?
  VERSION("version"),
  /// Is it in force?
  TIME("time"),
  /// Is it meant for this endpoint?
  AUDIENCE("audience"),
  /// Does the request ask for the names in the claims, no more and no fewer?
  BINDING("binding"),
  /// Was it never used before?
  REPLAY("replay"),
  /// Has the device had fewer certificates in the last 24 hours than it may have?
  RATE_LIMIT("rate_limit"),
  /// Has nobody an objection to the device?
  COMPLIANCE("compliance");

  private final String code;

  Gate(String code) {
    this.code = code;
  }

  /// The stable code, for audit and output.
  public String code() {
    return code;
  }
}
