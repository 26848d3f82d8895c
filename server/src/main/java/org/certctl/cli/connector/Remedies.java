package org.certctl.cli.connector;

import org.certctl.challenge.ChallengeRefusal;

/// What to do about a refused connector challenge; `docs/scep-intune.md` says more.
final class Remedies {

  private Remedies() {}

  static String of(ChallengeRefusal reason) {
    return switch (reason) {
      case TOKEN_MALFORMED ->
          "see that the MDM sends the token whole: more than 200 characters, two dots, no line breaks;"
              + " sub, iat and exp must be in it";
      case TOKEN_SIGNATURE_INVALID ->
          "put the certificate that the connector signs with now into the profile's bundle, then:"
              + " certctl reload";
      case TOKEN_VERSION_UNKNOWN ->
          "the connector makes tokens that this version cannot read: update certctl, or have the"
              + " connector make version v1";
      case TOKEN_NOT_YET_VALID -> "set the clocks of connector and server by NTP";
      case TOKEN_EXPIRED ->
          "have the device fetch a new challenge; if all are expired, compare the clocks and"
              + " INTUNE_CHALLENGE_VALIDITY";
      case TOKEN_AUDIENCE_WRONG ->
          "make INTUNE_AUDIENCE and the audience that the connector writes the same, to the letter";
      case TOKEN_CLAIM_MISMATCH ->
          "make the names in the MDM's SCEP profile and in its tokens the same";
      case TOKEN_REPLAYED ->
          "have the device fetch a new challenge for each request; if it did, somebody else used it";
      case TOKEN_RATE_LIMITED ->
          "find out why the device asks so often; if it may, raise INTUNE_PER_DEVICE_RATE_LIMIT_24H";
      case TOKEN_COMPLIANCE_FAILED -> "make the device compliant, then let it ask again";
      default -> "see docs/errors.md";
    };
  }
}
