package org.certctl.challenge.connector;

import java.time.Duration;
import java.time.Instant;
import org.certctl.challenge.ChallengeRefusal;

/// The fourth gate: is the token in force? From `iat` (and `nbf`) on, and before `exp` and before
/// it is older than an endpoint allows, all widened by how far clocks may differ.
final class TimeGate {

  private final ConnectorRules rules;

  TimeGate(ConnectorRules rules) {
    this.rules = rules;
  }

  GateResult examine(ConnectorClaims claims, Instant now) {
    Instant latest = now.plus(rules.clockSkew());
    if (latest.isBefore(claims.issuedAt())) {
      return failed(ChallengeRefusal.TOKEN_NOT_YET_VALID, "it is from", claims.issuedAt(), now);
    }
    if (claims.notBefore().filter(latest::isBefore).isPresent()) {
      return failed(
          ChallengeRefusal.TOKEN_NOT_YET_VALID,
          "it is for use from",
          claims.notBefore().get(),
          now);
    }
    Instant end = end(claims);
    if (!now.isBefore(end)) {
      return failed(ChallengeRefusal.TOKEN_EXPIRED, "it could be used until", end, now);
    }
    return new GateResult.Passed("until " + end + ", it is now " + now);
  }

  /// The first instant at which the token is no longer taken here; other endpoints have other
  /// rules.
  Instant end(ConnectorClaims claims) {
    Instant end = claims.expiresAt();
    Duration validity = rules.validity();
    if (validity.isPositive() && claims.issuedAt().plus(validity).isBefore(end)) {
      end = claims.issuedAt().plus(validity);
    }
    return end.plus(rules.clockSkew());
  }

  private static GateResult failed(
      ChallengeRefusal reason, String what, Instant instant, Instant now) {
    return new GateResult.Failed(reason, what + " " + instant + ", and it is now " + now);
  }
}
