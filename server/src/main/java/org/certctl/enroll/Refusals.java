package org.certctl.enroll;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.certctl.audit.AuditEvent;
import org.certctl.audit.AuditLog;
import org.certctl.audit.EnrollmentFacts;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.challenge.ChallengeClaim;

/// Refuses requests, and tells the audit trail why.
final class Refusals {

  private final Authorizer authorizer;
  private final Repetitions repetitions;
  private final AuditLog audit;
  private final Clock clock;

  Refusals(Authorizer authorizer, Repetitions repetitions, AuditLog audit, Clock clock) {
    this.authorizer = authorizer;
    this.repetitions = repetitions;
    this.audit = audit;
    this.clock = clock;
  }

  EnrollmentOutcome refuse(EnrollmentFacts facts, Authorization.Refused no)
      throws StoreUnavailableException {
    Instant now = clock.instant();
    List<AuditEvent> events = new ArrayList<>();
    events.add(new AuditEvent.EnrollmentRefused(now, facts, no.code(), no.explanation()));
    no.reusedChallenge()
        .ifPresent(
            id -> events.add(new AuditEvent.ChallengeReused(now, facts, id, no.explanation())));
    // One transaction, so that the time taken tells no refusal from another (CH-7).
    audit.append(events);
    return new EnrollmentOutcome.Refused(no.reason(), no.code(), no.explanation());
  }

  /// Refuses a request whose claim another one took since step 2, unless it is its owner's; whoever
  /// judged then can now say what that means.
  EnrollmentOutcome refuseLoser(
      EnrollmentRequest request, EnrollmentFacts facts, ChallengeClaim claim)
      throws StoreUnavailableException {
    Optional<EnrollmentOutcome> answer = repetitions.answerOwner(request);
    if (answer.isPresent()) {
      return answer.get();
    }
    return switch (authorizer.authorize(request)) {
      case Authorization.Refused no -> refuse(facts, no);
      case Authorization.Unavailable away -> new EnrollmentOutcome.Unavailable(away.explanation());
      case Authorization.Granted _, Authorization.LeftToHuman _ ->
          refuse(
              facts,
              new Authorization.Refused(
                  RefusalReason.CHALLENGE_USED, claim.takenCode(), "the challenge is used up"));
    };
  }
}
