package org.certctl.challenge.onetime;

import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.challenge.ChallengeQuestion;
import org.certctl.challenge.ChallengeRefusal;
import org.certctl.challenge.ChallengeValidator;
import org.certctl.challenge.ChallengeVerdict;
import org.certctl.enroll.ChallengeMac;
import org.certctl.pki.Sha256;

/// One-time challenges: whoever presents one first, in time and for the identity it was made for,
/// may enroll once (RFC 8894, sections 2.4 and 7.3).
///
/// Judging uses nothing up: the acceptance carries a claim, which the enrollment takes together
/// with its intent. Known or not, every challenge costs one MAC and one look into the store; the
/// MAC is keyed, so where a search for it ends tells nothing.
public final class OneTimeChallenges implements ChallengeValidator {

  private static final String METHOD = "onetime";

  private final OneTimeChallengeStore store;
  private final ChallengeMac macs;
  private final Clock clock;

  /// @param store where the challenges are kept
  /// @param macs the form in which they are kept
  /// @param clock the server's clock
  public OneTimeChallenges(OneTimeChallengeStore store, ChallengeMac macs, Clock clock) {
    this.store = store;
    this.macs = macs;
    this.clock = clock;
  }

  @Override
  public ChallengeVerdict judge(ChallengeQuestion question) {
    if (question.challenge().isEmpty()) {
      return new ChallengeVerdict.Refused(
          ChallengeRefusal.MISSING, "no challengePassword was sent");
    }
    Optional<KnownChallenge> known;
    try {
      known = store.find(macs.of(question.challenge()));
    } catch (StoreUnavailableException e) {
      return new ChallengeVerdict.Unavailable("the store is unavailable: " + e.getMessage());
    }
    if (known.isEmpty()) {
      return new ChallengeVerdict.Refused(
          ChallengeRefusal.WRONG, "no challenge like the challengePassword is known");
    }
    return judge(question, known.get());
  }

  private ChallengeVerdict judge(ChallengeQuestion question, KnownChallenge known) {
    OneTimeChallenge challenge = known.challenge();
    switch (known.use()) {
      case ChallengeUse.None() -> {}
      case ChallengeUse.Revoked() -> {
        return refused(challenge, ChallengeRefusal.REVOKED, "was revoked");
      }
      case ChallengeUse.Claimed claimed -> {
        return usedUp(question, challenge, claimed.requestDigest(), "is in use");
      }
      case ChallengeUse.Issued issued -> {
        return usedUp(
            question,
            challenge,
            Optional.of(issued.requestDigest()),
            "was used for certificate " + issued.serialNumber());
      }
    }
    if (!challenge.endpoint().equals(question.endpoint())) {
      return refused(
          challenge,
          ChallengeRefusal.OTHER_ENDPOINT,
          "was made for profile " + challenge.endpoint());
    }
    if (!clock.instant().isBefore(challenge.expiresAt())) {
      return refused(challenge, ChallengeRefusal.EXPIRED, "expired at " + challenge.expiresAt());
    }
    Optional<BoundIdentity> identity = challenge.identity();
    if (identity.isPresent() && !identity.get().isOf(question.request())) {
      return refused(
          challenge,
          ChallengeRefusal.IDENTITY_MISMATCH,
          "was made for " + identity.get().text() + ", not for what was asked");
    }
    return new ChallengeVerdict.Accepted(METHOD, Optional.empty(), List.of(challenge.claim()));
  }

  /// The same PKCS#10 again is a retransmission that came too late to be answered as before;
  /// another one means that two have had the challenge.
  private static ChallengeVerdict usedUp(
      ChallengeQuestion question,
      OneTimeChallenge challenge,
      Optional<Sha256> usedBy,
      String what) {
    boolean reuse = usedBy.isPresent() && !usedBy.get().equals(question.request().digest());
    return refused(
        challenge,
        reuse ? ChallengeRefusal.REUSED : ChallengeRefusal.USED,
        reuse ? what + ", and another request brought it again" : what);
  }

  private static ChallengeVerdict.Refused refused(
      OneTimeChallenge challenge, ChallengeRefusal reason, String what) {
    return new ChallengeVerdict.Refused(
        reason, "challenge " + challenge.id() + " " + what, Optional.of(challenge.id()));
  }
}
