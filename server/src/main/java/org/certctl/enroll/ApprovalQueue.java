package org.certctl.enroll;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.certctl.audit.AuditEvent;
import org.certctl.audit.AuditLog;
import org.certctl.audit.EnrollmentFacts;
import org.certctl.audit.Origin;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.challenge.ChallengeClaim;
import org.certctl.enroll.EnrollmentObserver.Step;
import org.certctl.pki.CertificateRequest;
import org.certctl.pki.SerialNumber;
import org.certctl.profile.ApprovedRequest;
import org.certctl.profile.PolicyDecision;

/// Lets requests wait for a human, tells how far they have come, and issues once one has agreed.
///
/// Callers hold the transaction in {@link InFlight}; across processes the store decides.
final class ApprovalQueue {

  /// How long the same message is refused again after its refusal; later it is a new request.
  static final Duration REFUSAL_WINDOW = Duration.ofDays(1);

  /// The largest request that may wait, without its challenge.
  static final int MAX_REQUEST_BYTES = 32 * 1024;

  static final String EXPIRED = "approval_expired";
  static final String REPLACED = "approval_replaced";

  /// The answer to a request that was to replace another one.
  static final EnrollmentOutcome DECIDED_MEANWHILE =
      new EnrollmentOutcome.Unavailable("the request to be replaced has just been decided on");

  private static final Duration FULL_TOLD_EVERY = Duration.ofHours(1);
  private static final String SERVER = "certctl";

  /// What is said when a queue is full.
  private record FullQueue(String endpoint, QueueResult.Limit limit) {}

  private final PendingStore pending;
  private final Issuance issuance;
  private final Refusals refusals;
  private final AuditLog audit;
  private final Clock clock;
  private final SecureRandom random;
  private final ConcurrentMap<FullQueue, Instant> fullTold = new ConcurrentHashMap<>();

  ApprovalQueue(
      PendingStore pending,
      Issuance issuance,
      Refusals refusals,
      AuditLog audit,
      Clock clock,
      SecureRandom random) {
    this.pending = pending;
    this.issuance = issuance;
    this.refusals = refusals;
    this.audit = audit;
    this.clock = clock;
    this.random = random;
  }

  /// The newest entry of the request's transactionID.
  Optional<PendingEntry> newest(EnrollmentRequest request) throws StoreUnavailableException {
    return pending.newest(request.endpoint().name(), request.transactionId());
  }

  /// The newest entry of the poll's transactionID about which its signer may ask.
  Optional<PendingEntry> newestKnownTo(Poll poll) throws StoreUnavailableException {
    return pending.newestKnownTo(
        poll.endpoint().name(), poll.transactionId(), poll.requesterKeyDigest());
  }

  /// Answers a message that was queued before, or says that it must be authorised anew: when it is
  /// from another requester, or its refusal is long past.
  Optional<EnrollmentOutcome> answerAsBefore(Walk walk, PendingEntry entry)
      throws StoreUnavailableException {
    PendingEnrollment enrollment = entry.enrollment();
    if (!walk.isFrom(enrollment.requesterKeyDigest(), enrollment.challengeMac())) {
      return Optional.empty();
    }
    boolean past =
        switch (entry.state()) {
          case PendingState.Refused refused ->
              refused.at().plus(REFUSAL_WINDOW).isBefore(clock.instant());
          case PendingState.Redeemed _ -> true;
          case PendingState.Waiting _, PendingState.Approved _ -> false;
        };
    return past ? Optional.empty() : Optional.of(advance(walk.endpoint(), entry));
  }

  /// Whether an authorised request may go on under its transactionID.
  sealed interface Room {

    /// It may not; this is the answer.
    record Taken(EnrollmentOutcome answer) implements Room {}

    /// It may; if it gets so far, this entry gives way.
    record Free(Optional<Replacement> replaced) implements Room {}
  }

  /// Tells whether an authorised request may go on although its transactionID has an entry (A3):
  /// the same key may replace what waits, nobody else may touch it. Nothing is replaced yet: the
  /// request may still be refused.
  ///
  /// @param facts what is told of the request if it is refused
  /// @param newest the newest entry of the transactionID
  Room room(Walk walk, Supplier<EnrollmentFacts> facts, Optional<PendingEntry> newest)
      throws StoreUnavailableException {
    if (newest.filter(PendingEntry::isOpen).isEmpty()) {
      return new Room.Free(Optional.empty());
    }
    PendingEntry entry = newest.get();
    PendingEnrollment old = entry.enrollment();
    if (old.key().equals(walk.key())) {
      return new Room.Taken(advance(walk.endpoint(), entry));
    }
    boolean sameKey =
        old.request()
            .subjectPublicKeyInfo()
            .equals(walk.request().request().subjectPublicKeyInfo());
    if (!sameKey || !(entry.state() instanceof PendingState.Waiting)) {
      return new Room.Taken(
          refusals.refuse(
              facts.get(),
              new Authorization.Refused(
                  RefusalReason.POLICY,
                  "transaction_pending",
                  "another request waits under the same transactionID")));
    }
    Instant now = clock.instant();
    return new Room.Free(
        Optional.of(
            new Replacement(
                old.id(),
                new PendingState.Refused(REPLACED, "", SERVER, now),
                List.of(
                    new AuditEvent.EnrollmentRefused(
                        now, old.facts(), REPLACED, "the same key asked anew")))));
  }

  /// Lets a request wait that has passed the certificate profile.
  ///
  /// @param method how it was authorised besides
  EnrollmentOutcome defer(
      Walk walk,
      CertificateRequest wanted,
      String method,
      EnrollmentFacts facts,
      List<ChallengeClaim> claims)
      throws StoreUnavailableException {
    if (wanted.encoded().length > MAX_REQUEST_BYTES) {
      return refusals.refuse(
          facts,
          new Authorization.Refused(
              RefusalReason.POLICY, "request_too_large", "too large to wait"));
    }
    Instant now = clock.instant();
    ApprovalRules rules = walk.endpoint().approval();
    PendingEnrollment enrollment =
        new PendingEnrollment(
            PendingId.next(now, random),
            walk.key(),
            walk.request().requesterKeyDigest(),
            walk.mac(),
            method,
            wanted,
            facts,
            claims,
            now,
            now.plus(rules.timeout()));
    QueueResult result =
        pending.queue(
            enrollment,
            rules,
            walk.replaces(),
            List.of(new AuditEvent.EnrollmentDeferred(now, facts, method, enrollment.expiresAt())));
    return switch (result) {
      case QueueResult.Queued _ -> new EnrollmentOutcome.Deferred(false);
      case QueueResult.AlreadyPending(PendingEntry other) ->
          other.enrollment().key().equals(walk.key())
              ? new EnrollmentOutcome.Deferred(true)
              : new EnrollmentOutcome.Unavailable("the same transaction is under way elsewhere");
      case QueueResult.NotReplaced() -> DECIDED_MEANWHILE;
      case QueueResult.ClaimTaken taken ->
          refusals.refuseLoser(walk.request(), facts, taken.claim());
      case QueueResult.Full(QueueResult.Limit limit) -> full(walk, limit, facts.origin());
    };
  }

  /// A full queue is no judgement on the request; it is told in the trail once an hour, so that a
  /// flood does not fill the trail instead.
  private EnrollmentOutcome full(Walk walk, QueueResult.Limit limit, Origin origin)
      throws StoreUnavailableException {
    Instant now = clock.instant();
    String endpoint = walk.endpoint().name();
    ApprovalRules rules = walk.endpoint().approval();
    int bound =
        switch (limit) {
          case ENDPOINT -> rules.maxPending();
          case ADDRESS -> rules.maxPendingPerAddress();
        };
    AtomicBoolean tell = new AtomicBoolean();
    fullTold.compute(
        new FullQueue(endpoint, limit),
        (_, last) -> {
          boolean due = last == null || !last.plus(FULL_TOLD_EVERY).isAfter(now);
          tell.set(due);
          return due ? now : last;
        });
    if (tell.get()) {
      audit.append(
          new AuditEvent.PendingQueueFull(
              now,
              walk.request().protocol(),
              endpoint,
              limit.code(),
              Integer.toString(bound),
              origin));
    }
    return new EnrollmentOutcome.Unavailable(
        "%d requests wait already (%s)".formatted(bound, limit.code()));
  }

  /// Takes an entry as far as it goes now.
  EnrollmentOutcome advance(Endpoint endpoint, PendingEntry entry)
      throws StoreUnavailableException {
    return switch (entry.state()) {
      case PendingState.Waiting _ ->
          isOverdue(entry) ? overdue(entry) : new EnrollmentOutcome.Deferred(true);
      case PendingState.Approved _ -> deferred(issueApproved(endpoint, entry));
      case PendingState.Refused refused ->
          new EnrollmentOutcome.Declined(refused.code(), refused.words());
      case PendingState.Redeemed _ -> new EnrollmentOutcome.Deferred(true);
    };
  }

  private boolean isOverdue(PendingEntry entry) {
    return !entry.enrollment().expiresAt().isAfter(clock.instant());
  }

  private EnrollmentOutcome overdue(PendingEntry entry) throws StoreUnavailableException {
    return expire(entry)
        ? new EnrollmentOutcome.Declined(EXPIRED, "")
        : new EnrollmentOutcome.Deferred(true);
  }

  /// What a requester is told whose request a human has agreed to: to ask again while the issuer is
  /// away, because the approval stands and FAILURE would be wrong (PO-10).
  private static EnrollmentOutcome deferred(EnrollmentOutcome outcome) {
    return outcome instanceof EnrollmentOutcome.Unavailable
        ? new EnrollmentOutcome.Deferred(true)
        : outcome;
  }

  /// Refuses an entry that nobody has decided on in time, or that could not be issued in time after
  /// somebody had.
  ///
  /// @return false when it has just got further
  boolean expire(PendingEntry entry) throws StoreUnavailableException {
    if (entry.state() instanceof PendingState.Approved) {
      return refuseApproved(entry, EXPIRED, "it was approved, and could not be issued in time");
    }
    Instant now = clock.instant();
    return pending.refuseWaiting(
        entry.enrollment().id(),
        new PendingState.Refused(EXPIRED, "", SERVER, now),
        PendingStore.Claims.FREED,
        List.of(
            new AuditEvent.EnrollmentRefused(
                now, entry.enrollment().facts(), EXPIRED, "nobody decided in time")));
  }

  /// Steps 3 to 6 for an entry that a human has agreed to. The profile judges again: since the
  /// request came, it may have changed.
  ///
  /// @return unavailable when the issuer is away; deferred when somebody else has just taken the
  ///   entry further
  EnrollmentOutcome issueApproved(Endpoint endpoint, PendingEntry entry)
      throws StoreUnavailableException {
    if (isOverdue(entry)) {
      return overdue(entry);
    }
    Steps steps = issuance.steps();
    Instant now = clock.instant();
    PendingEnrollment enrollment = entry.enrollment();
    PolicyDecision decision = endpoint.gate().decide(enrollment.request(), endpoint.limits(), now);
    steps.completed(Step.DECIDED);
    return switch (decision) {
      case PolicyDecision.Violated violated -> {
        String code = violated.violations().getFirst().code().wireValue();
        yield decline(entry, code, Issuance.explanation(violated.violations()));
      }
      case PolicyDecision.Approved approved ->
          redeem(endpoint, entry, approved.request(), now, steps);
    };
  }

  private EnrollmentOutcome redeem(
      Endpoint endpoint, PendingEntry entry, ApprovedRequest approved, Instant now, Steps steps)
      throws StoreUnavailableException {
    PendingEnrollment enrollment = entry.enrollment();
    Intent intent =
        new Intent(
            IntentId.next(now, random),
            enrollment.key(),
            enrollment.requesterKeyDigest(),
            enrollment.challengeMac(),
            SerialNumber.next(now, random),
            ByteString.of(approved.encoded()),
            enrollment.facts().decidedBy(endpoint.issuer().id(), endpoint.gate().profileId()),
            enrollment.claims(),
            Optional.empty(),
            now);
    boolean redeemed = pending.redeem(enrollment.id(), intent, Issuance.intendedEvent(intent));
    steps.completed(Step.INTENDED);
    if (!redeemed) {
      return new EnrollmentOutcome.Deferred(true);
    }
    return settle(entry, issuance.issue(endpoint, intent, approved, steps));
  }

  /// Asks again for the intent that redeemed an entry and was left open.
  EnrollmentOutcome resume(Endpoint endpoint, PendingEntry entry, IntentId intent)
      throws StoreUnavailableException {
    return deferred(settle(entry, issuance.resume(endpoint, intent)));
  }

  /// When an issuer refuses, the release of the intent has made the entry approved again: it is to
  /// be refused too.
  private EnrollmentOutcome settle(PendingEntry entry, EnrollmentOutcome outcome)
      throws StoreUnavailableException {
    return outcome instanceof EnrollmentOutcome.Refused refused
        ? decline(entry, refused.code(), refused.explanation())
        : outcome;
  }

  private EnrollmentOutcome decline(PendingEntry entry, String code, String explanation)
      throws StoreUnavailableException {
    return refuseApproved(entry, code, explanation)
        ? new EnrollmentOutcome.Declined(code, "")
        : new EnrollmentOutcome.Deferred(true);
  }

  private boolean refuseApproved(PendingEntry entry, String code, String explanation)
      throws StoreUnavailableException {
    Instant now = clock.instant();
    return pending.refuseApproved(
        entry.enrollment().id(),
        new PendingState.Refused(code, "", SERVER, now),
        List.of(
            new AuditEvent.EnrollmentRefused(now, entry.enrollment().facts(), code, explanation)));
  }
}
