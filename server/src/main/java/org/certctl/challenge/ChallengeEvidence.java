package org.certctl.challenge;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// What the audit trail tells of how a challenge was judged; never holds a secret.
///
/// @param actionSuffix is put after the audit action; empty for the action itself
/// @param details keys and values in their order
public record ChallengeEvidence(String actionSuffix, SequencedMap<String, String> details) {

  /// Keeps its own copy.
  public ChallengeEvidence {
    details = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(details));
  }

  /// Nothing to tell.
  public static ChallengeEvidence none() {
    return new ChallengeEvidence("", new LinkedHashMap<>());
  }
}
