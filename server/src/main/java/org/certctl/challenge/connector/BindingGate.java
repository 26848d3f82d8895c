package org.certctl.challenge.connector;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.certctl.challenge.ChallengeRefusal;

/// The sixth gate: does the request ask for the names in the claims, no more and no fewer?
///
/// A dimension that the token does not name must be empty in the request, unless the endpoint is
/// lenient in just that. The subject's other attributes are the certificate profile's to judge.
final class BindingGate {

  private final boolean strict;

  BindingGate(ConnectorRules.Binding binding) {
    this.strict = binding == ConnectorRules.Binding.STRICT;
  }

  /// @param text what was found, as text
  GateResult examine(ConnectorClaims claims, BoundNames found, String text) {
    List<String> mismatches = new ArrayList<>();
    for (Dimension dimension : Dimension.values()) {
      Set<String> asked = found.names().getOrDefault(dimension, Set.of());
      Set<String> claimed = claims.names().get(dimension);
      if (claimed == null) {
        if (strict && !asked.isEmpty()) {
          mismatches.add(dimension.label() + " is asked for and " + dimension.claim() + " absent");
        }
      } else if (!asked.equals(comparable(dimension, claimed))) {
        mismatches.add(dimension.label() + " differs from " + dimension.claim());
      }
    }
    if (strict && !found.others().isEmpty()) {
      mismatches.add("names are asked for that no claim allows");
    }
    return mismatches.isEmpty()
        ? new GateResult.Passed(text)
        : new GateResult.Failed(
            ChallengeRefusal.TOKEN_CLAIM_MISMATCH,
            String.join("; ", mismatches)
                + "; claimed: "
                + claims.namesText()
                + "; asked for: "
                + text);
  }

  private static Set<String> comparable(Dimension dimension, Set<String> names) {
    Set<String> comparable = new HashSet<>();
    names.forEach(name -> comparable.add(BoundNames.comparable(dimension, name)));
    return comparable;
  }
}
