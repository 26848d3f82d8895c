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
  SINGLE_DES("encrypted with single DES"),
  /// Brings a challenge that the connector signed for it.
  CONNECTOR("brought a connector challenge"),
  /// Brings one that was cut on its way.
  TOKEN_CUT("brought a challenge cut short"),
  /// Brings one that somebody else signed.
  TOKEN_FORGED("brought a forged challenge"),
  /// Brings one of a version that nobody knows yet.
  TOKEN_OF_NEW_VERSION("brought a challenge of version 9"),
  /// Brings one from the future.
  TOKEN_FROM_TOMORROW("brought a challenge from the future"),
  /// Brings one that is too old.
  TOKEN_EXPIRED("brought a challenge of two hours ago"),
  /// Brings one that is meant for another server.
  TOKEN_FOR_OTHERS("brought another server's challenge"),
  /// Brings one for other names than it asks for.
  TOKEN_WITH_OTHER_NAMES("asked for other names than it may"),
  /// Uses its challenge for a second certificate.
  TOKEN_USED_TWICE("used its challenge twice"),
  /// Asks for more certificates in a day than it may have.
  TOO_EAGER("asked once more on the same day");

  private final String text;

  Behaviour(String text) {
    this.text = text;
  }

  String text() {
    return text;
  }

  /// Whether the device gets its challenges from the connector.
  boolean isOfConnector() {
    return compareTo(CONNECTOR) >= 0;
  }

  /// Whether the device enrolls, and what it does then is seen the second time.
  boolean asksTwice() {
    return this == TOKEN_USED_TWICE || this == TOO_EAGER;
  }
}
