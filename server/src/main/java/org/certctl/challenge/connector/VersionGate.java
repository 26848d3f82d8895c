package org.certctl.challenge.connector;

import java.util.Optional;
import org.certctl.challenge.ChallengeRefusal;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The third gate: is the token of a version that is known here, with the claims it must have?
///
/// A new version is a class beside {@link ClaimsVersion1} and a line here.
final class VersionGate {

  private static final String VERSION_1 = "v1";

  /// @param claims what the token claims; absent unless the gate was passed
  record Finding(GateResult result, Optional<ConnectorClaims> claims) {}

  Finding examine(CompactToken token) {
    try {
      ObjectNode payload = TokenJson.object("payload", token.payload());
      Optional<String> version = version(payload);
      if (version.isEmpty()) {
        return new Finding(
            new GateResult.Failed(
                ChallengeRefusal.TOKEN_VERSION_UNKNOWN, "its version is none that is known here"),
            Optional.empty());
      }
      ConnectorClaims claims = ClaimsVersion1.read(payload);
      return new Finding(new GateResult.Passed(version.get()), Optional.of(claims));
    } catch (MalformedTokenException e) {
      return new Finding(
          new GateResult.Failed(ChallengeRefusal.TOKEN_MALFORMED, e.explanation()),
          Optional.empty());
    }
  }

  /// The version if it is known; a token that says none is of the first.
  private static Optional<String> version(ObjectNode payload) {
    JsonNode version = payload.get("version");
    if (version == null) {
      return Optional.of(VERSION_1);
    }
    return version.isString() && version.stringValue().equals(VERSION_1)
        ? Optional.of(VERSION_1)
        : Optional.empty();
  }
}
