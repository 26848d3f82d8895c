package org.certctl.challenge;

import java.util.Optional;
import java.util.stream.Stream;

/// Why a challenge was refused; the codes are stable and go to metrics, audit and logs.
///
/// What can be guessed is told to nobody: whether a challenge was unknown, wrong or too often wrong
/// reads the same from outside (CH-7). What is signed cannot be guessed, and its reasons are told.
public enum ChallengeRefusal {
  /// No challenge was sent, and the endpoint needs one.
  MISSING("challenge_missing"),
  /// The challenge is not the one we expect.
  WRONG("challenge_wrong"),
  /// Too many wrong challenges came from this source.
  TOO_MANY_FAILURES("challenge_rate_limited"),
  /// The challenge was made for another endpoint.
  OTHER_ENDPOINT("challenge_other_endpoint"),
  /// The challenge's time is over.
  EXPIRED("challenge_expired"),
  /// The challenge was revoked.
  REVOKED("challenge_revoked"),
  /// The challenge was made for another identity than the one asked for.
  IDENTITY_MISMATCH("challenge_identity_mismatch"),
  /// The challenge is used up, by this very request or by we cannot tell which.
  USED("challenge_used"),
  /// The challenge is used up by another request: it was in the hands of two (RFC 8894, section
  /// 7.3).
  REUSED("challenge_reused"),
  /// A token cannot be read, or lacks a claim that it must have.
  TOKEN_MALFORMED("malformed"),
  /// No trusted connector signed the token.
  TOKEN_SIGNATURE_INVALID("signature_invalid"),
  /// The token is of a version that is not known here.
  TOKEN_VERSION_UNKNOWN("unknown_version"),
  /// The token is from the future.
  TOKEN_NOT_YET_VALID("not_yet_valid"),
  /// The token is too old.
  TOKEN_EXPIRED("expired"),
  /// The token is meant for somebody else.
  TOKEN_AUDIENCE_WRONG("wrong_audience"),
  /// The request asks for other names than the token allows.
  TOKEN_CLAIM_MISMATCH("claim_mismatch"),
  /// The token was used before.
  TOKEN_REPLAYED("replay"),
  /// The device has had all the certificates that it may have in 24 hours.
  TOKEN_RATE_LIMITED("rate_limited"),
  /// Somebody who was asked has an objection to the device.
  TOKEN_COMPLIANCE_FAILED("compliance_failed");

  private final String code;

  ChallengeRefusal(String code) {
    this.code = code;
  }

  /// The stable code.
  public String code() {
    return code;
  }

  /// The refusal with this code; absent when it is no code of a challenge.
  public static Optional<ChallengeRefusal> ofCode(String code) {
    return Stream.of(values()).filter(refusal -> refusal.code.equals(code)).findFirst();
  }
}
