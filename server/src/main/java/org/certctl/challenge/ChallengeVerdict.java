package org.certctl.challenge;

import java.util.List;
import java.util.Optional;

/// A validator's answer; "cannot tell" is never acceptance.
public sealed interface ChallengeVerdict {

  /// The challenge authorises the request.
  ///
  /// @param method how it was authorised, a stable code such as `static`
  /// @param device what the challenge says of the device, for the audit trail
  /// @param claims what must be claimed in the same transaction as the intent, all or none
  /// @param evidence what the audit trail tells besides
  record Accepted(
      String method,
      Optional<String> device,
      List<ChallengeClaim> claims,
      ChallengeEvidence evidence)
      implements ChallengeVerdict {
    /// Keeps its own copy of the claims.
    public Accepted {
      claims = List.copyOf(claims);
    }

    /// Without evidence.
    public Accepted(String method, Optional<String> device, List<ChallengeClaim> claims) {
      this(method, device, claims, ChallengeEvidence.none());
    }
  }

  /// The challenge does not authorise the request.
  ///
  /// @param reason the stable reason
  /// @param explanation for operators; never holds the challenge
  /// @param challengeId which challenge it was, where challenges have ids
  /// @param device what the challenge says of the device, when that was proved
  /// @param evidence what the audit trail tells besides
  record Refused(
      ChallengeRefusal reason,
      String explanation,
      Optional<String> challengeId,
      Optional<String> device,
      ChallengeEvidence evidence)
      implements ChallengeVerdict {
    /// Of a challenge that proves nothing of the device.
    public Refused(ChallengeRefusal reason, String explanation, Optional<String> challengeId) {
      this(reason, explanation, challengeId, Optional.empty(), ChallengeEvidence.none());
    }

    /// Of a challenge that has no id, or is unknown.
    public Refused(ChallengeRefusal reason, String explanation) {
      this(reason, explanation, Optional.empty());
    }
  }

  /// The validator could not tell: a peer is away, a store is full. A repeat may help.
  record Unavailable(String explanation) implements ChallengeVerdict {}
}
