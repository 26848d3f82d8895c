package org.certctl.challenge;

import java.util.List;

/// The kinds of challenges that an endpoint takes, and the limit on wrong ones (CH-7).
///
/// A challenge is right when one of the kinds accepts it. Those of a source that guessed too often
/// are refused unseen, but only after as much work as any other.
public final class ChallengeSchemes implements ChallengeValidator {

  private final List<ChallengeValidator> schemes;
  private final FailureLimiter limiter;

  /// @param schemes the kinds, at least one, the quickest first; each refuses what is not its own
  ///   as {@link ChallengeRefusal#WRONG}
  /// @param limiter counts wrong challenges by source address
  /// @throws IllegalArgumentException when there is no kind
  public ChallengeSchemes(List<ChallengeValidator> schemes, FailureLimiter limiter) {
    if (schemes.isEmpty()) {
      throw new IllegalArgumentException("an endpoint takes at least one kind of challenge");
    }
    this.schemes = List.copyOf(schemes);
    this.limiter = limiter;
  }

  @Override
  public ChallengeVerdict judge(ChallengeQuestion question) {
    if (question.challenge().isEmpty()) {
      return new ChallengeVerdict.Refused(
          ChallengeRefusal.MISSING, "no challengePassword was sent");
    }
    String source = question.origin().sourceAddress();
    boolean blocked = limiter.blocks(source);
    ChallengeVerdict verdict = firstThatKnows(question);
    if (blocked) {
      return new ChallengeVerdict.Refused(
          ChallengeRefusal.TOO_MANY_FAILURES, "too many wrong challenges from this address");
    }
    if (verdict instanceof ChallengeVerdict.Refused) {
      limiter.failed(source);
    }
    return verdict;
  }

  /// The verdict of the kind that knows the challenge, or that of the last when none does.
  private ChallengeVerdict firstThatKnows(ChallengeQuestion question) {
    ChallengeVerdict verdict = schemes.getFirst().judge(question);
    for (ChallengeValidator scheme : schemes.subList(1, schemes.size())) {
      if (!isUnknown(verdict)) {
        return verdict;
      }
      verdict = scheme.judge(question);
    }
    return verdict;
  }

  private static boolean isUnknown(ChallengeVerdict verdict) {
    return verdict instanceof ChallengeVerdict.Refused refused
        && refused.reason() == ChallengeRefusal.WRONG;
  }
}
