package org.certctl.challenge;

/// Says whether a challenge authorises a request.
///
/// A validator keeps no state of what it accepted: whatever may be used only once is returned as a
/// claim. Safe to call from many threads at once.
public interface ChallengeValidator {

  /// Judges; never throws for what a requester sent.
  ChallengeVerdict judge(ChallengeQuestion question);
}
