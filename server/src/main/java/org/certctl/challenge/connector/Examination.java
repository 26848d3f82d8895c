package org.certctl.challenge.connector;

import java.util.List;
import java.util.Optional;
import org.certctl.challenge.ChallengeClaim;

/// What the gates said of a token.
///
/// @param findings one for each gate that was reached, in their order
/// @param claims what the token claims; absent when it could not be read
/// @param proved whether a trusted connector signed the claims
/// @param toClaim what must be claimed for the token to be used; complete only when no gate failed
/// @param namesFound the names that the request asks for, as text; empty when not looked at
public record Examination(
    List<Finding> findings,
    Optional<ConnectorClaims> claims,
    boolean proved,
    List<ChallengeClaim> toClaim,
    String namesFound) {

  /// What one gate said.
  public record Finding(Gate gate, GateResult result) {}

  /// A gate that said no.
  public record Failure(Gate gate, GateResult.Failed failed) {}

  /// Keeps its own copies.
  public Examination {
    findings = List.copyOf(findings);
    toClaim = List.copyOf(toClaim);
  }

  /// The first gate that said no.
  public Optional<Failure> failure() {
    for (Finding finding : findings) {
      if (finding.result() instanceof GateResult.Failed failed) {
        return Optional.of(new Failure(finding.gate(), failed));
      }
    }
    return Optional.empty();
  }
}
