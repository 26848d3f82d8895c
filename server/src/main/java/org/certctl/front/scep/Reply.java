package org.certctl.front.scep;

/// What goes back to who sent a message.
sealed interface Reply {

  /// A CertRep.
  @SuppressWarnings("ArrayRecordComponent") // handed straight to the wire
  record Message(byte[] body) implements Reply {}

  /// Not a SCEP message that could be answered.
  record BadRequest() implements Reply {}

  /// We cannot tell just now.
  record Unavailable() implements Reply {}
}
