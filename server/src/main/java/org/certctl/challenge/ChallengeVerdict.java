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
  record Accepted(String method, Optional<String> device, List<ChallengeClaim> claims)
      implements ChallengeVerdict {
    /// Keeps its own copy of the claims.
    public Accepted {
      claims = List.copyOf(claims);
    }
  }

  /// The challenge does not authorise the request.
  record Refused(ChallengeRefusal reason, String explanation) implements ChallengeVerdict {}

  /// The validator could not tell: a peer is away, a store is full. A repeat may help.
  record Unavailable(String explanation) implements ChallengeVerdict {}
}
