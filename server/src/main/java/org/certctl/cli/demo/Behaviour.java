package org.certctl.cli.demo;

/// What a simulated device does; most are plain, a few are what servers meet in the field.
enum Behaviour {
  /// Asks as it should.
  PLAIN("as it should"),
  /// Loses the answer and sends the same message again.
  RESENDS("lost the answer and asked again"),
  /// Sends a challenge that is not the server's.
  WRONG_CHALLENGE("sent a wrong challenge"),
  /// Asks for a certificate with which it could issue others.
  ASKS_FOR_CA("asked to become a CA"),
  /// Asks for a purpose that the certificate profile does not allow.
  ASKS_FOR_CODE_SIGNING("asked for code signing"),
  /// Encrypts with single DES, which RFC 8894 forbids.
  SINGLE_DES("encrypted with single DES");

  private final String text;

  Behaviour(String text) {
    this.text = text;
  }

  String text() {
    return text;
  }
}
