package org.certctl.enroll;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.certctl.audit.AuditLog;
import org.certctl.audit.EnrollmentFacts;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.challenge.ChallengeRefusal;
import org.certctl.enroll.EnrollmentObserver.Step;
import org.certctl.pki.CertificateRequest;
import org.certctl.pki.SerialNumber;
import org.certctl.pki.Sha256;
import org.certctl.profile.ApprovedRequest;
import org.certctl.profile.PolicyDecision;

/// The enrollment cycle: receive, authorize, decide, intend, issue, record, respond.
///
/// Two transactions are durable: the intent before the issuer is asked, the certificate before it
/// is handed out. A crash between any two steps loses nothing and doubles nothing, because a resent
/// message finds what was written. "Cannot tell" is never acceptance. Safe to call from many
/// threads; messages of one transaction walk one after the other.
public final class EnrollmentCycle {

  /// How long after an enrollment its repetition is answered with the same certificate.
  public static final Duration REPLAY_WINDOW = Duration.ofDays(7);

  private static final Authorization.Refused OF_ANOTHER =
      new Authorization.Refused(
          RefusalReason.TRANSACTION,
          "transaction_of_another",
          "the same request is under way for another requester");

  private final EnrollmentStore store;
  private final Authorizer authorizer;
  private final ChallengeMac challengeMac;
  private final InFlight inFlight;
  private final Clock clock;
  private final SecureRandom random;
  private final EnrollmentObserver observer;
  private final Issuance issuance;
  private final Repetitions repetitions;
  private final Refusals refusals;
  private final ApprovalQueue approvals;

  /// @param store where enrollments are kept
  /// @param pending where requests wait for a human
  /// @param authorizer says who may have a certificate
  /// @param audit takes refusals
  /// @param challengeMac the form in which challenges are kept
  /// @param inFlight the transactions under way in this process
  /// @param clock the server's clock
  /// @param random makes serial numbers and ids
  /// @param observer is told of steps and ends
  public EnrollmentCycle(
      EnrollmentStore store,
      PendingStore pending,
      Authorizer authorizer,
      AuditLog audit,
      ChallengeMac challengeMac,
      InFlight inFlight,
      Clock clock,
      SecureRandom random,
      EnrollmentObserver observer) {
    this.store = store;
    this.authorizer = authorizer;
    this.challengeMac = challengeMac;
    this.inFlight = inFlight;
    this.clock = clock;
    this.random = random;
    this.observer = observer;
    this.issuance = new Issuance(store, clock, observer);
    this.repetitions = new Repetitions(store, audit, clock, REPLAY_WINDOW);
    this.refusals = new Refusals(authorizer, repetitions, audit, clock);
    this.approvals = new ApprovalQueue(pending, issuance, refusals, audit, clock, random);
  }

  /// Walks a request through the cycle; what the requester sent never makes it throw.
  public EnrollmentOutcome enroll(EnrollmentRequest request) {
    EnrollmentOutcome outcome;
    TransactionKey key = request.key();
    if (inFlight.enter(key)) {
      try {
        outcome = walk(request, key);
      } catch (StoreUnavailableException e) {
        outcome = storeUnavailable(e);
      } finally {
        inFlight.leave(key);
      }
    } else {
      outcome =
          new EnrollmentOutcome.Unavailable("the same transaction is under way and did not end");
    }
    observer.ended(request.endpoint().name(), codeOf(outcome));
    return outcome;
  }

  private static String codeOf(EnrollmentOutcome outcome) {
    return switch (outcome) {
      case EnrollmentOutcome.Issued issued -> issued.repeated() ? "repeated" : "issued";
      case EnrollmentOutcome.Refused refused -> refused.code();
      case EnrollmentOutcome.Deferred _ -> "pending";
      case EnrollmentOutcome.Declined declined -> declined.code();
      case EnrollmentOutcome.Unavailable _ -> "unavailable";
    };
  }

  private EnrollmentOutcome walk(EnrollmentRequest request, TransactionKey key)
      throws StoreUnavailableException {
    Steps steps = issuance.steps();
    Sha256 mac = challengeMac.of(request.challenge());
    Optional<KnownEnrollment> known = store.find(key);
    Optional<PendingEntry> entry = approvals.newest(request);
    steps.completed(Step.RECEIVED);
    Walk walk = new Walk(request, key, mac, steps, known.isPresent(), Optional.empty());
    if (known.isPresent()) {
      Optional<EnrollmentOutcome> answer = answerAsBefore(walk, known.get(), entry);
      if (answer.isPresent()) {
        return answer.get();
      }
    }
    if (entry.isPresent() && entry.get().enrollment().key().equals(key)) {
      Optional<EnrollmentOutcome> answer = approvals.answerAsBefore(walk, entry.get());
      if (answer.isPresent()) {
        return answer.get();
      }
    }
    Authorization authorization = authorizer.authorize(request);
    walk.steps().completed(Step.AUTHORIZED);
    return switch (authorization) {
      case Authorization.Granted granted ->
          switch (approvals.room(walk, () -> RequestFacts.of(request, granted), entry)) {
            case ApprovalQueue.Room.Taken(EnrollmentOutcome answer) -> answer;
            case ApprovalQueue.Room.Free(Optional<Replacement> replaced) ->
                decide(walk.replacing(replaced), granted);
          };
      case Authorization.LeftToHuman left ->
          switch (approvals.room(walk, () -> RequestFacts.of(request), entry)) {
            case ApprovalQueue.Room.Taken(EnrollmentOutcome answer) -> answer;
            case ApprovalQueue.Room.Free(Optional<Replacement> replaced) ->
                decide(walk.replacing(replaced), left);
          };
      case Authorization.Refused no -> {
        Optional<EnrollmentOutcome> answer =
            no.code().equals(ChallengeRefusal.USED.code())
                ? repetitions.answerOwner(request)
                : Optional.empty();
        yield answer.isPresent() ? answer.get() : refusals.refuse(RequestFacts.of(request, no), no);
      }
      case Authorization.Unavailable away -> new EnrollmentOutcome.Unavailable(away.explanation());
    };
  }

  private EnrollmentOutcome decide(Walk walk, Authorization.Granted granted)
      throws StoreUnavailableException {
    Instant now = clock.instant();
    EnrollmentFacts facts = RequestFacts.of(walk.request(), granted);
    PolicyDecision decision =
        judge(walk, granted.request(), granted instanceof Authorization.ByCertificate, now);
    return switch (decision) {
      case PolicyDecision.Violated violated -> refuse(facts, violated);
      case PolicyDecision.Approved approved ->
          walk.endpoint().approval().mode() == ApprovalRules.Mode.REQUIRED
                  && granted instanceof Authorization.ByChallenge challenge
              ? approvals.defer(
                  walk, granted.request(), challenge.method(), facts, granted.claims())
              : intend(walk, granted, facts, approved.request(), now);
    };
  }

  private EnrollmentOutcome decide(Walk walk, Authorization.LeftToHuman left)
      throws StoreUnavailableException {
    EnrollmentFacts facts = RequestFacts.of(walk.request());
    return switch (judge(walk, left.request(), false, clock.instant())) {
      case PolicyDecision.Violated violated -> refuse(facts, violated);
      case PolicyDecision.Approved _ ->
          approvals.defer(
              walk, left.request(), PendingEnrollment.WITHOUT_CHALLENGE, facts, List.of());
    };
  }

  /// @param named whether the names come from a certificate that the profile has named before
  private static PolicyDecision judge(
      Walk walk, CertificateRequest wanted, boolean named, Instant now) {
    Endpoint endpoint = walk.endpoint();
    PolicyDecision decision =
        named
            ? endpoint.gate().decideNamed(wanted, endpoint.limits(), now)
            : endpoint.gate().decide(wanted, endpoint.limits(), now);
    walk.steps().completed(Step.DECIDED);
    return decision;
  }

  private EnrollmentOutcome refuse(EnrollmentFacts facts, PolicyDecision.Violated violated)
      throws StoreUnavailableException {
    return refusals.refuse(
        facts,
        new Authorization.Refused(
            RefusalReason.POLICY,
            violated.violations().getFirst().code().wireValue(),
            Issuance.explanation(violated.violations())));
  }

  private EnrollmentOutcome intend(
      Walk walk,
      Authorization.Granted granted,
      EnrollmentFacts facts,
      ApprovedRequest approved,
      Instant now)
      throws StoreUnavailableException {
    Intent intent =
        new Intent(
            IntentId.next(now, random),
            walk.key(),
            walk.request().requesterKeyDigest(),
            walk.mac(),
            SerialNumber.next(now, random),
            ByteString.of(approved.encoded()),
            facts,
            granted.claims(),
            granted.predecessor().map(entry -> entry.certificate().fingerprint()),
            now);
    IntendResult result =
        store.intend(intent, walk.supersedes(), walk.replaces(), Issuance.intendedEvent(intent));
    walk.steps().completed(Step.INTENDED);
    return switch (result) {
      case IntendResult.Intended() ->
          issuance.issue(walk.endpoint(), intent, approved, walk.steps());
      case IntendResult.AlreadyKnown already -> answerMeanwhile(walk, already.known());
      case IntendResult.NotReplaced() -> ApprovalQueue.DECIDED_MEANWHILE;
      case IntendResult.ClaimTaken taken ->
          refusals.refuseLoser(walk.request(), facts, taken.claim());
    };
  }

  /// Another node has taken up, or finished, the same transaction since step 1.
  private EnrollmentOutcome answerMeanwhile(Walk walk, KnownEnrollment known)
      throws StoreUnavailableException {
    boolean waits =
        known instanceof KnownEnrollment.Open
            && walk.isFrom(known.requesterKeyDigest(), known.challengeMac());
    Optional<EnrollmentOutcome> answer =
        waits ? Optional.empty() : answerAsBefore(walk, known, Optional.empty());
    return answer.orElseGet(
        () -> new EnrollmentOutcome.Unavailable("the same transaction is under way elsewhere"));
  }

  /// Answers a transaction that was seen before, or says that it must be authorised anew: when it
  /// is not the same requester, when the window is over, or when the certificate has ended or been
  /// revoked. What is under way for somebody else is refused.
  private Optional<EnrollmentOutcome> answerAsBefore(
      Walk walk, KnownEnrollment known, Optional<PendingEntry> entry)
      throws StoreUnavailableException {
    if (!walk.isFrom(known.requesterKeyDigest(), known.challengeMac())) {
      return known instanceof KnownEnrollment.Open
          ? Optional.of(refusals.refuse(RequestFacts.of(walk.request()), OF_ANOTHER))
          : Optional.empty();
    }
    return switch (known) {
      case KnownEnrollment.Issued issued ->
          repetitions.repeat(issued, RequestFacts.of(walk.request()));
      case KnownEnrollment.Open open -> Optional.of(resume(walk.endpoint(), open.id(), entry));
    };
  }

  /// What a human agreed to goes back to the queue when it cannot be finished now, and is refused
  /// there when the issuer refuses.
  private EnrollmentOutcome resume(Endpoint endpoint, IntentId intent, Optional<PendingEntry> entry)
      throws StoreUnavailableException {
    boolean redeems =
        entry.filter(found -> found.state().equals(new PendingState.Redeemed(intent))).isPresent();
    return redeems
        ? approvals.resume(endpoint, entry.get(), intent)
        : issuance.resume(endpoint, intent);
  }

  /// Tells what became of a transaction.
  ///
  /// Only the key that signed the request, or the one to be certified, is told (PO-3); for whoever
  /// else asks, nothing is known.
  ///
  /// @return empty when nothing is known
  public Optional<EnrollmentOutcome> poll(Poll poll) {
    Optional<EnrollmentOutcome> outcome;
    try {
      Optional<TransactionKey> key = keyOf(poll);
      outcome = key.isPresent() ? told(poll, key.get()) : Optional.empty();
    } catch (StoreUnavailableException e) {
      outcome = Optional.of(storeUnavailable(e));
    }
    outcome.ifPresent(end -> observer.ended(poll.endpoint().name(), codeOf(end)));
    return outcome;
  }

  private Optional<TransactionKey> keyOf(Poll poll) throws StoreUnavailableException {
    Optional<PendingEntry> entry = approvals.newestKnownTo(poll);
    Optional<TransactionKey> direct =
        entry.filter(PendingEntry::isOpen).isPresent()
            ? Optional.empty()
            : store.newestOf(
                poll.endpoint().name(), poll.transactionId(), poll.requesterKeyDigest());
    if (direct.isEmpty() || entry.isEmpty()) {
      return direct.or(() -> entry.map(PendingEntry::enrollment).map(PendingEnrollment::key));
    }
    // Both are closed: the later one is meant.
    boolean enrolledLater =
        store
            .find(direct.get())
            .filter(known -> known.at().isAfter(entry.get().enrollment().at()))
            .isPresent();
    return enrolledLater ? direct : Optional.of(entry.get().enrollment().key());
  }

  private Optional<EnrollmentOutcome> told(Poll poll, TransactionKey key)
      throws StoreUnavailableException {
    if (!inFlight.enter(key)) {
      return Optional.of(
          new EnrollmentOutcome.Unavailable("the same transaction is under way and did not end"));
    }
    try {
      Optional<PendingEntry> entry =
          approvals.newestKnownTo(poll).filter(found -> found.enrollment().key().equals(key));
      Optional<KnownEnrollment> known = store.find(key);
      if (entry.isPresent() && tells(entry.get(), known)) {
        return Optional.of(approvals.advance(poll.endpoint(), entry.get()));
      }
      if (known.isEmpty()) {
        return Optional.empty();
      }
      return switch (known.get()) {
        case KnownEnrollment.Issued issued ->
            repetitions.repeat(issued, RequestFacts.of(poll, issued.certificate()));
        case KnownEnrollment.Open open -> Optional.of(resume(poll.endpoint(), open.id(), entry));
      };
    } finally {
      inFlight.leave(key);
    }
  }

  /// Whether it is the entry that says what became of its transaction: it is open, or was refused
  /// and not followed by an enrollment.
  private static boolean tells(PendingEntry entry, Optional<KnownEnrollment> known) {
    return switch (entry.state()) {
      case PendingState.Waiting _, PendingState.Approved _ -> true;
      case PendingState.Redeemed _ -> false;
      case PendingState.Refused refused ->
          known.filter(later -> later.at().isAfter(refused.at())).isEmpty();
    };
  }

  /// Finishes an intent that was left open: asks the issuer for the very same thing again.
  ///
  /// Does nothing when the transaction is under way in this process.
  EnrollmentOutcome resolve(Endpoint endpoint, Intent intent) throws StoreUnavailableException {
    if (!inFlight.enterNow(intent.key())) {
      return new EnrollmentOutcome.Unavailable("the transaction is under way");
    }
    try {
      return issuance.resume(endpoint, intent.id());
    } finally {
      inFlight.leave(intent.key());
    }
  }

  /// Issues what a human has agreed to, without waiting for the requester to ask.
  ///
  /// Does nothing when the transaction is under way in this process.
  ///
  /// @param entry an approved one
  /// @return unavailable when the issuer is away; deferred when the entry is in other hands
  EnrollmentOutcome carryOut(Endpoint endpoint, PendingEntry entry)
      throws StoreUnavailableException {
    TransactionKey key = entry.enrollment().key();
    if (!inFlight.enterNow(key)) {
      return new EnrollmentOutcome.Deferred(true);
    }
    try {
      EnrollmentOutcome outcome = approvals.issueApproved(endpoint, entry);
      observer.ended(endpoint.name(), codeOf(outcome));
      return outcome;
    } finally {
      inFlight.leave(key);
    }
  }

  /// Refuses a request that nobody has decided on, or that could not be issued, in time.
  boolean expire(PendingEntry entry) throws StoreUnavailableException {
    return approvals.expire(entry);
  }

  private static EnrollmentOutcome storeUnavailable(StoreUnavailableException e) {
    return new EnrollmentOutcome.Unavailable("the store is unavailable: " + e.getMessage());
  }
}
