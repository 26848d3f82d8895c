package org.certctl.challenge.connector;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.certctl.challenge.ChallengeRefusal;
import org.certctl.keys.SignerBundle;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The second gate: did one of the trusted connectors sign these very octets?
///
/// Of the header only `alg` counts. What it says of keys (`kid`, `jwk`, `jku`, `x5c`, `x5u`) comes
/// from whoever made the token and is not looked at; what it declares critical is not understood
/// here (RFC 7515, section 4.1.11).
final class SignatureGate {

  private final TrustAnchors anchors;

  SignatureGate(TrustAnchors anchors) {
    this.anchors = anchors;
  }

  /// @param signer who signed; absent unless the gate was passed
  record Finding(GateResult result, Optional<SignerBundle.Signer> signer) {}

  Finding examine(CompactToken token, Instant now) {
    try {
      ObjectNode header = TokenJson.object("header", token.header());
      if (header.has("crit")) {
        return failed(ChallengeRefusal.TOKEN_MALFORMED, "its header declares critical extensions");
      }
      JsonNode name = header.get("alg");
      if (name == null || !name.isString()) {
        return failed(ChallengeRefusal.TOKEN_MALFORMED, "its header does not say the algorithm");
      }
      Optional<JwsAlgorithm> algorithm = JwsAlgorithm.named(name.stringValue());
      return algorithm.isPresent()
          ? verify(token, algorithm.get(), now)
          : failed(
              ChallengeRefusal.TOKEN_SIGNATURE_INVALID,
              "its algorithm is neither RS256 nor ES256, the only ones that are taken");
    } catch (MalformedTokenException e) {
      return failed(ChallengeRefusal.TOKEN_MALFORMED, e.explanation());
    }
  }

  private Finding verify(CompactToken token, JwsAlgorithm algorithm, Instant now) {
    List<SignerBundle.Signer> trusted = anchors.trusted(now);
    byte[] signed = token.signingInput();
    byte[] signature = token.signature();
    for (SignerBundle.Signer signer : trusted) {
      if (algorithm.verifies(signer.key(), signed, signature)) {
        return new Finding(
            new GateResult.Passed(algorithm + " by " + signer.subject()), Optional.of(signer));
      }
    }
    return failed(
        ChallengeRefusal.TOKEN_SIGNATURE_INVALID,
        trusted.isEmpty()
            ? "no trust anchor is in force"
            : "none of the " + trusted.size() + " trust anchors in force made the signature");
  }

  private static Finding failed(ChallengeRefusal reason, String explanation) {
    return new Finding(new GateResult.Failed(reason, explanation), Optional.empty());
  }
}
