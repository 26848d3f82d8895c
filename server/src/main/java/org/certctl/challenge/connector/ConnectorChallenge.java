package org.certctl.challenge.connector;

import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;
import org.certctl.challenge.ChallengeEvidence;
import org.certctl.challenge.ChallengeQuestion;
import org.certctl.challenge.ChallengeRefusal;
import org.certctl.challenge.ChallengeValidator;
import org.certctl.challenge.ChallengeVerdict;
import org.certctl.secret.Secret;

/// The connector challenge: whoever has a token that a trusted connector signed may enroll under
/// the names in it, once.
public final class ConnectorChallenge implements ChallengeValidator {

  private static final String METHOD = "connector";

  /// The audit trail's name for these, kept from the days when the only connector was that of
  /// Intune.
  private static final String ACTION_SUFFIX = "_intune";

  private final ConnectorGates gates;
  private final Clock clock;

  /// @param gates those of the endpoint
  /// @param clock the server's clock
  public ConnectorChallenge(ConnectorGates gates, Clock clock) {
    this.gates = gates;
    this.clock = clock;
  }

  /// Whether a challenge looks like one of these; says nothing of its worth.
  public static boolean recognizes(Secret challenge) {
    return CompactToken.isShaped(challenge.revealText());
  }

  @Override
  public ChallengeVerdict judge(ChallengeQuestion question) {
    if (question.challenge().isEmpty()) {
      return new ChallengeVerdict.Refused(
          ChallengeRefusal.MISSING, "no challengePassword was sent");
    }
    Examination examination =
        gates.judge(question.challenge().get().revealText(), question.request(), clock.instant());
    // What no trusted connector signed says nothing about any device.
    Optional<ConnectorClaims> proved = examination.claims().filter(_ -> examination.proved());
    Optional<String> device = proved.map(ConnectorClaims::subject);
    return examination
        .failure()
        .<ChallengeVerdict>map(
            failure ->
                new ChallengeVerdict.Refused(
                    failure.failed().reason(),
                    failure.failed().explanation(),
                    Optional.empty(),
                    device,
                    evidence(examination, proved, Optional.of(failure.gate()))))
        .orElseGet(
            () ->
                new ChallengeVerdict.Accepted(
                    METHOD,
                    device,
                    examination.toClaim(),
                    evidence(examination, proved, Optional.empty())));
  }

  private static ChallengeEvidence evidence(
      Examination examination, Optional<ConnectorClaims> proved, Optional<Gate> failed) {
    SequencedMap<String, String> details = new LinkedHashMap<>();
    failed.ifPresent(gate -> details.put("gate", gate.code()));
    proved.ifPresent(
        claims -> {
          details.put("claim_issuer", claims.issuer());
          details.put("claim_subject", claims.subject());
          claims.tokenId().ifPresent(id -> details.put("claim_id", id));
          details.put("names_claimed", claims.namesText());
        });
    details.put("names_found", examination.namesFound());
    return new ChallengeEvidence(ACTION_SUFFIX, details);
  }
}
