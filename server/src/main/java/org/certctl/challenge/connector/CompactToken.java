package org.certctl.challenge.connector;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/// A token taken apart: a JWS in compact form (RFC 7515, section 7.1). Nothing of it is verified.
final class CompactToken {

  /// The longest token that is taken apart, in characters.
  static final int MAX_CHARS = 16 * 1024;

  private static final int MIN_CHARS_EXCLUSIVE = 200;

  private final byte[] header;
  private final byte[] payload;
  private final byte[] signature;
  private final byte[] signingInput;

  private CompactToken(byte[] header, byte[] payload, byte[] signature, byte[] signingInput) {
    this.header = header;
    this.payload = payload;
    this.signature = signature;
    this.signingInput = signingInput;
  }

  /// Whether a challenge looks like a token: longer than 200 characters, with exactly two dots.
  static boolean isShaped(String challenge) {
    int first = challenge.indexOf('.');
    int second = challenge.indexOf('.', first + 1);
    return challenge.length() > MIN_CHARS_EXCLUSIVE
        && first >= 0
        && second >= 0
        && challenge.indexOf('.', second + 1) < 0;
  }

  /// Takes a token apart; its parts are base64url with or without padding.
  ///
  /// @throws MalformedTokenException when it does not look like a token, is too long, or a part is
  ///   no base64url
  static CompactToken parse(String token) throws MalformedTokenException {
    if (!isShaped(token)) {
      throw new MalformedTokenException(
          "it is no token: one has more than 200 characters and exactly two dots");
    }
    if (token.length() > MAX_CHARS) {
      throw new MalformedTokenException("it has more than " + MAX_CHARS + " characters");
    }
    int first = token.indexOf('.');
    int last = token.lastIndexOf('.');
    return new CompactToken(
        decoded("header", token.substring(0, first)),
        decoded("payload", token.substring(first + 1, last)),
        decoded("signature", token.substring(last + 1)),
        // The signature covers the characters as they were sent (RFC 7515, section 5.2).
        token.substring(0, last).getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] decoded(String part, String text) throws MalformedTokenException {
    try {
      byte[] octets = Base64.getUrlDecoder().decode(text);
      if (octets.length == 0) {
        throw new MalformedTokenException("its " + part + " is empty");
      }
      return octets;
    } catch (IllegalArgumentException e) {
      throw new MalformedTokenException("its " + part + " is no base64url", e);
    }
  }

  /// The header's octets: JSON, if it is a token.
  byte[] header() {
    return header.clone();
  }

  /// The payload's octets: JSON, if it is a token.
  byte[] payload() {
    return payload.clone();
  }

  byte[] signature() {
    return signature.clone();
  }

  /// What the signature is over: header, dot and payload as they were sent.
  byte[] signingInput() {
    return signingInput.clone();
  }
}
