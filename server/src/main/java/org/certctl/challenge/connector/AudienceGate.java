package org.certctl.challenge.connector;

import java.util.Optional;
import org.certctl.challenge.ChallengeRefusal;
import org.certctl.pki.Names;

/// The fifth gate: is the token meant for this endpoint? Compared octet for octet.
final class AudienceGate {

  private final Optional<String> expected;

  AudienceGate(Optional<String> expected) {
    this.expected = expected;
  }

  GateResult examine(ConnectorClaims claims) {
    if (expected.isEmpty()) {
      return new GateResult.Passed("not looked at: no audience is configured");
    }
    if (claims.audience().contains(expected.get())) {
      return new GateResult.Passed(expected.get());
    }
    String found =
        claims.audience().isEmpty()
            ? "it names no audience"
            : "it is meant for " + Names.printable(String.join(", ", claims.audience()));
    return new GateResult.Failed(
        ChallengeRefusal.TOKEN_AUDIENCE_WRONG, found + ", and this is " + expected.get());
  }
}
