package org.certctl.enroll;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.certctl.audit.AuditEvent;
import org.certctl.audit.AuditLog;
import org.certctl.audit.EnrollmentFacts;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.challenge.ChallengeQuestion;
import org.certctl.challenge.ChallengeVerdict;
import org.certctl.enroll.EnrollmentObserver.Step;
import org.certctl.issuer.IssueOrder;
import org.certctl.issuer.IssueResult;
import org.certctl.pki.IssuedCertificate;
import org.certctl.pki.Names;
import org.certctl.pki.SerialNumber;
import org.certctl.pki.Sha256;
import org.certctl.profile.ApprovedRequest;
import org.certctl.profile.PolicyDecision;
import org.certctl.profile.Violation;

/// The enrollment cycle: receive, authorize, decide, intend, issue, record, respond.
///
/// Two transactions are durable: the intent before the issuer is asked, the certificate before it
/// is handed out. A crash between any two steps loses nothing and doubles nothing, because a resent
/// message finds what was written. "Cannot tell" is never acceptance. Safe to call from many
/// threads; messages of one transaction walk one after the other.
public final class EnrollmentCycle {

  /// How long after an enrollment its repetition is answered with the same certificate.
  public static final Duration REPLAY_WINDOW = Duration.ofDays(7);

  private final EnrollmentStore store;
  private final AuditLog audit;
  private final ChallengeMac challengeMac;
  private final InFlight inFlight;
  private final Clock clock;
  private final SecureRandom random;
  private final EnrollmentObserver observer;

  /// @param store where enrollments are kept
  /// @param audit takes refusals
  /// @param challengeMac the form in which challenges are kept
  /// @param inFlight the transactions under way in this process
  /// @param clock the server's clock
  /// @param random makes serial numbers and ids
  /// @param observer is told of steps and ends
  public EnrollmentCycle(
      EnrollmentStore store,
      AuditLog audit,
      ChallengeMac challengeMac,
      InFlight inFlight,
      Clock clock,
      SecureRandom random,
      EnrollmentObserver observer) {
    this.store = store;
    this.audit = audit;
    this.challengeMac = challengeMac;
    this.inFlight = inFlight;
    this.clock = clock;
    this.random = random;
    this.observer = observer;
  }

  /// Walks a request through the cycle; what the requester sent never makes it throw.
  public EnrollmentOutcome enroll(EnrollmentRequest request) {
    EnrollmentOutcome outcome;
    TransactionKey key = request.key();
    if (inFlight.enter(key)) {
      try {
        outcome = walk(request, key);
      } catch (StoreUnavailableException e) {
        outcome = new EnrollmentOutcome.Unavailable("the store is unavailable: " + e.getMessage());
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
      case EnrollmentOutcome.Unavailable _ -> "unavailable";
    };
  }

  private EnrollmentOutcome walk(EnrollmentRequest request, TransactionKey key)
      throws StoreUnavailableException {
    long started = System.nanoTime();
    Sha256 mac = challengeMac.of(request.challenge());
    Optional<KnownEnrollment> known = store.find(key);
    started = completed(Step.RECEIVED, started);
    if (known.isPresent()) {
      Optional<EnrollmentOutcome> answer = answerAsBefore(request, mac, known.get());
      if (answer.isPresent()) {
        return answer.get();
      }
    }

    ChallengeVerdict verdict = request.endpoint().validator().judge(question(request));
    started = completed(Step.AUTHORIZED, started);
    ChallengeVerdict.Accepted accepted;
    switch (verdict) {
      case ChallengeVerdict.Accepted yes -> accepted = yes;
      case ChallengeVerdict.Refused no -> {
        return refuse(
            request,
            RefusalReason.CHALLENGE,
            no.reason().code(),
            no.explanation(),
            Optional.empty());
      }
      case ChallengeVerdict.Unavailable away -> {
        return new EnrollmentOutcome.Unavailable(away.explanation());
      }
    }

    Instant now = clock.instant();
    PolicyDecision decision =
        request.endpoint().gate().decide(request.request(), request.endpoint().issuerEnd(), now);
    started = completed(Step.DECIDED, started);
    return switch (decision) {
      case PolicyDecision.Violated violated ->
          refuse(
              request,
              RefusalReason.POLICY,
              violated.violations().getFirst().code().wireValue(),
              violated.violations().stream()
                  .map(Violation::explanation)
                  .collect(Collectors.joining("; ")),
              accepted.device());
      case PolicyDecision.Approved approved ->
          intend(request, key, mac, accepted, approved.request(), now, started);
    };
  }

  private EnrollmentOutcome intend(
      EnrollmentRequest request,
      TransactionKey key,
      Sha256 mac,
      ChallengeVerdict.Accepted accepted,
      ApprovedRequest approved,
      Instant now,
      long started)
      throws StoreUnavailableException {
    Intent intent =
        new Intent(
            IntentId.next(now, random),
            key,
            request.requesterKeyDigest(),
            mac,
            SerialNumber.random(random),
            ByteString.of(approved.encoded()),
            factsOf(request, accepted.device()),
            accepted.claims(),
            now);
    IntendResult result =
        store.intend(
            intent,
            true,
            List.of(
                new AuditEvent.EnrollmentIntended(
                    now, intent.facts(), intent.serialNumber().hex())));
    started = completed(Step.INTENDED, started);
    return switch (result) {
      case IntendResult.Intended() -> issue(request.endpoint(), intent, approved, started);
      case IntendResult.AlreadyKnown _ ->
          new EnrollmentOutcome.Unavailable("the same transaction is under way elsewhere");
      case IntendResult.ClaimTaken taken ->
          refuse(
              request,
              RefusalReason.CHALLENGE_USED,
              taken.claim().kind() + "_used",
              "the challenge is used up",
              accepted.device());
    };
  }

  private EnrollmentOutcome issue(
      Endpoint endpoint, Intent intent, ApprovedRequest approved, long started)
      throws StoreUnavailableException {
    IssueResult result =
        endpoint
            .issuer()
            .issue(new IssueOrder(intent.id().toString(), intent.serialNumber(), approved));
    started = completed(Step.ISSUED, started);
    EnrollmentOutcome outcome =
        switch (result) {
          case IssueResult.Issued issued -> {
            requireSameKey(approved, issued.certificate());
            store.record(
                intent.id(),
                issued.certificate(),
                List.of(issuedEvent(intent.facts(), issued.certificate())));
            yield new EnrollmentOutcome.Issued(issued.certificate(), false);
          }
          case IssueResult.Refused refused -> {
            release(intent, "issuer_refused", refused.explanation());
            yield new EnrollmentOutcome.Refused(
                RefusalReason.ISSUER, "issuer_refused", refused.explanation());
          }
          case IssueResult.Unavailable away -> {
            release(intent, "issuer_unavailable", away.explanation());
            yield new EnrollmentOutcome.Unavailable(away.explanation());
          }
        };
    completed(Step.RECORDED, started);
    return outcome;
  }

  /// Answers a transaction that was seen before, or says that it must be authorised anew: when it
  /// is not the same requester, when the window is over, or when the certificate has ended.
  private Optional<EnrollmentOutcome> answerAsBefore(
      EnrollmentRequest request, Sha256 mac, KnownEnrollment known)
      throws StoreUnavailableException {
    Instant now = clock.instant();
    if (!sameRequester(request, mac, known)) {
      return Optional.empty();
    }
    return switch (known) {
      case KnownEnrollment.Issued issued -> {
        if (known.at().plus(REPLAY_WINDOW).isBefore(now)
            || issued.certificate().notAfter().isBefore(now)) {
          yield Optional.empty();
        }
        audit.append(
            new AuditEvent.EnrollmentRepeated(
                now,
                factsOf(request, Optional.empty()),
                issued.certificate().serialNumber().hex()));
        yield Optional.of(new EnrollmentOutcome.Issued(issued.certificate(), true));
      }
      case KnownEnrollment.Open open -> Optional.of(resume(request.endpoint(), open.id()));
    };
  }

  /// Same key that signed the message, or same challenge, as the first time.
  private static boolean sameRequester(
      EnrollmentRequest request, Sha256 mac, KnownEnrollment known) {
    boolean sameChallenge =
        ChallengeMac.isPresent(mac)
            && MessageDigest.isEqual(mac.octets(), known.challengeMac().octets());
    return sameChallenge || request.requesterKeyDigest().equals(known.requesterKeyDigest());
  }

  private EnrollmentOutcome resume(Endpoint endpoint, IntentId id)
      throws StoreUnavailableException {
    for (Intent intent : store.openIntents()) {
      if (intent.id().equals(id)) {
        return issueAgain(endpoint, intent);
      }
    }
    return new EnrollmentOutcome.Unavailable("the transaction has just been resolved");
  }

  /// Finishes an intent that was left open: asks the issuer for the very same thing again.
  ///
  /// Does nothing when the transaction is under way in this process.
  EnrollmentOutcome resolve(Endpoint endpoint, Intent intent) throws StoreUnavailableException {
    if (!inFlight.enterNow(intent.key())) {
      return new EnrollmentOutcome.Unavailable("the transaction is under way");
    }
    try {
      return resume(endpoint, intent.id());
    } finally {
      inFlight.leave(intent.key());
    }
  }

  private EnrollmentOutcome issueAgain(Endpoint endpoint, Intent intent)
      throws StoreUnavailableException {
    ApprovedRequest approved = ApprovedRequest.restored(intent.approvedRequest().octets());
    return issue(endpoint, intent, approved, System.nanoTime());
  }

  private EnrollmentOutcome refuse(
      EnrollmentRequest request,
      RefusalReason reason,
      String code,
      String explanation,
      Optional<String> device)
      throws StoreUnavailableException {
    audit.append(
        new AuditEvent.EnrollmentRefused(
            clock.instant(), factsOf(request, device), code, explanation));
    return new EnrollmentOutcome.Refused(reason, code, explanation);
  }

  private void release(Intent intent, String code, String explanation)
      throws StoreUnavailableException {
    store.release(
        intent.id(),
        List.of(
            new AuditEvent.EnrollmentReleased(
                clock.instant(), intent.facts(), intent.serialNumber().hex(), code, explanation)));
  }

  private AuditEvent issuedEvent(EnrollmentFacts facts, IssuedCertificate certificate) {
    return new AuditEvent.CertificateIssued(
        clock.instant(),
        facts,
        certificate.serialNumber().hex(),
        certificate.fingerprint().hex(),
        certificate.notBefore(),
        certificate.notAfter());
  }

  private static void requireSameKey(ApprovedRequest approved, IssuedCertificate certificate) {
    if (!approved.subjectPublicKeyInfo().equals(certificate.holder().getSubjectPublicKeyInfo())) {
      throw new IllegalStateException("the issuer certified another key than it was asked for");
    }
  }

  private static ChallengeQuestion question(EnrollmentRequest request) {
    return new ChallengeQuestion(
        request.endpoint().name(),
        request.transactionText(),
        request.challenge(),
        request.request(),
        request.origin());
  }

  private static EnrollmentFacts factsOf(EnrollmentRequest request, Optional<String> device) {
    return new EnrollmentFacts(
        request.protocol(),
        request.action(),
        request.endpoint().name(),
        request.transactionText(),
        device.orElseGet(() -> Names.commonName(request.request().subject())),
        request.request().subjectText(),
        readableNames(request),
        keyDigest(request).hex(),
        request.requesterKeyDigest().hex(),
        request.endpoint().issuer().id(),
        request.endpoint().gate().profileId(),
        request.origin());
  }

  /// The names for the audit trail; a request may be refused just because they are unreadable.
  private static List<String> readableNames(EnrollmentRequest request) {
    try {
      return request.request().subjectAltNames().stream().map(Names::printable).toList();
    } catch (IllegalArgumentException | ClassCastException | IllegalStateException e) {
      return List.of("(unreadable)");
    }
  }

  private static Sha256 keyDigest(EnrollmentRequest request) {
    try {
      return Sha256.over(request.request().subjectPublicKeyInfo().getEncoded("DER"));
    } catch (java.io.IOException e) {
      throw new IllegalStateException("encoding in memory cannot fail", e);
    }
  }

  private long completed(Step step, long started) {
    long now = System.nanoTime();
    observer.completed(step, now - started);
    return now;
  }
}
