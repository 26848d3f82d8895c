package org.certctl.challenge;

/// Why a challenge was refused; the codes are stable and go to metrics, audit and logs.
///
/// The device is told none of this: every refusal reads the same from outside (CH-7).
public enum ChallengeRefusal {
  /// No challenge was sent, and the endpoint needs one.
  MISSING("challenge_missing"),
  /// The challenge is not the one we expect.
  WRONG("challenge_wrong"),
  /// Too many wrong challenges came from this source.
  TOO_MANY_FAILURES("challenge_rate_limited");

  private final String code;

  ChallengeRefusal(String code) {
    this.code = code;
  }

  /// The stable code.
  public String code() {
    return code;
  }
}
