package org.certctl.challenge.fixed;

import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;
import org.certctl.challenge.ChallengeQuestion;
import org.certctl.challenge.ChallengeRefusal;
import org.certctl.challenge.ChallengeValidator;
import org.certctl.challenge.ChallengeVerdict;
import org.certctl.pki.Sha256;
import org.certctl.secret.Secret;

/// The static challenge: whoever knows the endpoint's shared secret may enroll.
///
/// Proves nothing about the device beyond that. Compared as digests in constant time, so that
/// neither content nor length shows in the time taken.
public final class FixedChallenge implements ChallengeValidator {

  private static final String METHOD = "static";

  private final byte[] expectedDigest;

  /// @param expected the shared secret
  public FixedChallenge(Secret expected) {
    this.expectedDigest = digest(expected);
  }

  @Override
  public ChallengeVerdict judge(ChallengeQuestion question) {
    Optional<Secret> challenge = question.challenge();
    if (challenge.isEmpty()) {
      return refused(ChallengeRefusal.MISSING, "no challengePassword was sent");
    }
    if (!MessageDigest.isEqual(expectedDigest, digest(challenge.get()))) {
      return refused(ChallengeRefusal.WRONG, "the challengePassword is not the configured one");
    }
    return new ChallengeVerdict.Accepted(METHOD, Optional.empty(), List.of());
  }

  private static ChallengeVerdict refused(ChallengeRefusal reason, String explanation) {
    return new ChallengeVerdict.Refused(reason, explanation);
  }

  private static byte[] digest(Secret secret) {
    return Sha256.over(secret.revealUtf8()).octets();
  }
}
