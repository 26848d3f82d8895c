package org.certctl.enroll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.certctl.enroll.Enrollments.NOW;
import static org.certctl.enroll.Enrollments.certificate;
import static org.certctl.enroll.Enrollments.claim;
import static org.certctl.enroll.Enrollments.digest;
import static org.certctl.enroll.Enrollments.facts;
import static org.certctl.enroll.Enrollments.intended;
import static org.certctl.enroll.Enrollments.intent;
import static org.certctl.enroll.Enrollments.issued;
import static org.certctl.enroll.Enrollments.key;
import static org.certctl.enroll.Enrollments.released;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.certctl.audit.Actor;
import org.certctl.audit.AuditEvent;
import org.certctl.challenge.ChallengeClaim;
import org.certctl.enroll.PendingStore.Claims;
import org.certctl.pki.CertificateRequest;
import org.certctl.pki.Sha256;
import org.certctl.pki.TestRequests;
import org.junit.jupiter.api.Test;

/// What every {@link PendingStore} with its {@link PendingDecisions} promises.
public abstract class PendingStoreContractTest {

  private static final Instant END = NOW.plus(Duration.ofDays(7));
  private static final ApprovalRules BOUNDS =
      new ApprovalRules(ApprovalRules.Mode.REQUIRED, Duration.ofDays(7), 1000, 1000);
  private static final PendingState.Refused EXPIRED =
      new PendingState.Refused("approval_expired", "", "certctl", NOW);

  private static final ApprovalRules ONE =
      new ApprovalRules(ApprovalRules.Mode.REQUIRED, Duration.ofDays(7), 1, 1);
  private static final PendingState.Refused REPLACED =
      new PendingState.Refused("approval_replaced", "", "certctl", NOW);

  /// The store, empty at the start of each test.
  protected abstract PendingStore pending();

  /// The decisions over the same data.
  protected abstract PendingDecisions decisions();

  /// The enrollments over the same data.
  protected abstract EnrollmentStore enrollments();

  /// The outcomes of all audit events so far, in order.
  protected abstract List<String> auditedOutcomes() throws Exception;

  private static PendingEnrollment waiting(String name, ChallengeClaim... claims) {
    Sha256 digest = key(name).requestDigest();
    CertificateRequest request = TestRequests.of("CN=" + name);
    return new PendingEnrollment(
        new PendingId(UUID.randomUUID()),
        key(name),
        digest(name + " requester"),
        digest(name + " challenge"),
        "static",
        new CertificateRequest(
            digest, request.subject(), request.subjectPublicKeyInfo(), request.extensions()),
        facts(name),
        List.of(claims),
        NOW,
        END);
  }

  private static List<AuditEvent> deferred(String name) {
    return List.of(new AuditEvent.EnrollmentDeferred(NOW, facts(name), "static", END));
  }

  private static List<AuditEvent> approved(String name) {
    return List.of(new AuditEvent.EnrollmentApproved(NOW, facts(name), Actor.user("anna")));
  }

  private static List<AuditEvent> rejected(String name) {
    return List.of(new AuditEvent.EnrollmentRejected(NOW, facts(name), Actor.user("bert"), "no"));
  }

  private PendingEntry newest(String name) throws Exception {
    return pending().newest("default", ByteString.of(key(name).transactionId())).orElseThrow();
  }

  private PendingEnrollment queued(String name, ChallengeClaim... claims) throws Exception {
    PendingEnrollment enrollment = waiting(name, claims);
    assertThat(pending().queue(enrollment, BOUNDS, deferred(name)))
        .isInstanceOf(QueueResult.Queued.class);
    return enrollment;
  }

  private PendingEnrollment agreed(String name, ChallengeClaim... claims) throws Exception {
    PendingEnrollment enrollment = queued(name, claims);
    assertThat(decisions().approve(enrollment.id(), "anna", NOW, approved(name))).isTrue();
    return enrollment;
  }

  @Test
  void knowsNothingAtFirst() throws Exception {
    assertThat(pending().newest("default", ByteString.of(new byte[] {1}))).isEmpty();
    assertThat(pending().approved(0, 10)).isEmpty();
    assertThat(pending().overdue(END, 10)).isEmpty();
    assertThat(pending().waiting()).isEmpty();
    assertThat(decisions().page(0, 10, true)).isEmpty();
    assertThat(decisions().find(1)).isEmpty();
  }

  @Test
  void keepsAllThatIsNeededToIssueLater() throws Exception {
    PendingEnrollment enrollment = waiting("a", claim("one"), claim("two"));

    QueueResult result = pending().queue(enrollment, BOUNDS, deferred("a"));

    long number = ((QueueResult.Queued) result).number();
    PendingEntry entry = decisions().find(number).orElseThrow();
    assertThat(entry.state()).isEqualTo(new PendingState.Waiting());
    assertThat(entry.enrollment())
        .usingRecursiveComparison()
        .ignoringCollectionOrder()
        .ignoringFields("request.extensions", "request.subject", "request.subjectPublicKeyInfo")
        .isEqualTo(enrollment);
    assertThat(entry.enrollment().request().encoded()).isEqualTo(enrollment.request().encoded());
    assertThat(newest("a").number()).isEqualTo(number);
    assertThat(pending().waiting()).containsExactly(java.util.Map.entry("default", 1L));
    assertThat(auditedOutcomes()).containsExactly("pending");
  }

  @Test
  void po9_aTransactionHasOneOpenEntry() throws Exception {
    PendingEnrollment first = queued("a");

    assertThat(pending().queue(waiting("a"), BOUNDS, deferred("a")))
        .isInstanceOfSatisfying(
            QueueResult.AlreadyPending.class,
            there -> assertThat(there.entry().enrollment().id()).isEqualTo(first.id()));
    assertThat(auditedOutcomes()).containsExactly("pending");
  }

  @Test
  void a3_anEntryGivesWayWithItsClaimsAndItsPlace() throws Exception {
    PendingEnrollment old = queued("a", claim("one"));

    assertThat(
            pending()
                .queue(waiting("b", claim("one")), ONE, Optional.of(replacing(old)), deferred("b")))
        .isInstanceOf(QueueResult.Queued.class);
    assertThat(newest("a").state()).isEqualTo(REPLACED);
    assertThat(newest("b").enrollment().claims()).containsExactly(claim("one"));
    assertThat(
            enrollments()
                .intend(
                    intent("c", claim("one")),
                    false,
                    Optional.of(replacing(newest("b").enrollment())),
                    intended("c")))
        .isEqualTo(new IntendResult.Intended());
    assertThat(newest("b").state()).isEqualTo(REPLACED);
    assertThat(auditedOutcomes())
        .containsExactly("pending", "refused", "pending", "refused", "intended");
  }

  @Test
  void a3_anEntryStaysWhenWhatWasToReplaceItCannotBeWritten() throws Exception {
    PendingEnrollment old = queued("a", claim("one"));
    var _ = queued("b", claim("two"));
    Optional<Replacement> replacing = Optional.of(replacing(old));

    assertThat(pending().queue(waiting("c", claim("two")), BOUNDS, replacing, deferred("c")))
        .isEqualTo(new QueueResult.ClaimTaken(claim("two")));
    assertThat(pending().queue(waiting("c"), ONE, replacing, deferred("c")))
        .isEqualTo(new QueueResult.Full(QueueResult.Limit.ENDPOINT));
    assertThat(enrollments().intend(intent("c", claim("two")), false, replacing, intended("c")))
        .isEqualTo(new IntendResult.ClaimTaken(claim("two")));
    assertThat(newest("a").state()).isEqualTo(new PendingState.Waiting());
    assertThat(pending().queue(waiting("c", claim("one")), BOUNDS, deferred("c")))
        .isEqualTo(new QueueResult.ClaimTaken(claim("one")));
    assertThat(auditedOutcomes()).containsExactly("pending", "pending");
  }

  @Test
  void a3_nothingIsWrittenForAnEntryThatDoesNotWaitAnyMore() throws Exception {
    Optional<Replacement> replacing = Optional.of(replacing(agreed("a")));

    assertThat(pending().queue(waiting("b"), BOUNDS, replacing, deferred("b")))
        .isEqualTo(new QueueResult.NotReplaced());
    assertThat(enrollments().intend(intent("b"), false, replacing, intended("b")))
        .isEqualTo(new IntendResult.NotReplaced());
    assertThat(auditedOutcomes()).containsExactly("pending", "approved");
  }

  private static Replacement replacing(PendingEnrollment old) {
    return new Replacement(
        old.id(),
        REPLACED,
        List.of(
            new AuditEvent.EnrollmentRefused(
                NOW, old.facts(), "approval_replaced", "the same key asked anew")));
  }

  @Test
  void po3_onlyTheTwoKeysOfARequestFindIt() throws Exception {
    PendingEnrollment enrollment = queued("a");
    ByteString transaction = ByteString.of(key("a").transactionId());

    assertThat(pending().newestKnownTo("default", transaction, digest("a requester"))).isPresent();
    assertThat(pending().newestKnownTo("default", transaction, enrollment.subjectKeyDigest()))
        .isPresent();
    assertThat(pending().newestKnownTo("default", transaction, digest("stranger"))).isEmpty();
    assertThat(pending().newestKnownTo("other", transaction, digest("a requester"))).isEmpty();
    assertThat(
            pending()
                .newestKnownTo(
                    "default",
                    ByteString.of("A".getBytes(StandardCharsets.US_ASCII)),
                    digest("a requester")))
        .isEmpty();
  }

  @Test
  void a19_theQueueOfAnEndpointIsBounded() throws Exception {
    ApprovalRules two = new ApprovalRules(ApprovalRules.Mode.REQUIRED, Duration.ofDays(7), 2, 1000);
    pending().queue(waiting("a"), two, deferred("a"));
    PendingEnrollment second = waiting("b");
    pending().queue(second, two, deferred("b"));

    assertThat(pending().queue(waiting("c", claim("one")), two, deferred("c")))
        .isEqualTo(new QueueResult.Full(QueueResult.Limit.ENDPOINT));
    assertThat(auditedOutcomes()).containsExactly("pending", "pending");

    decisions().reject(second.id(), "", "bert", NOW, rejected("b"));
    assertThat(pending().queue(waiting("c", claim("one")), two, deferred("c")))
        .isInstanceOf(QueueResult.Queued.class);
  }

  @Test
  void po11_theQueueOfAnAddressIsBounded() throws Exception {
    ApprovalRules one = new ApprovalRules(ApprovalRules.Mode.REQUIRED, Duration.ofDays(7), 1000, 1);
    pending().queue(waiting("a"), one, deferred("a"));

    assertThat(pending().queue(waiting("b"), one, deferred("b")))
        .isEqualTo(new QueueResult.Full(QueueResult.Limit.ADDRESS));
  }

  @Test
  void ch8_claimsAreTakenWhenARequestBeginsToWait() throws Exception {
    queued("a", claim("one"));

    assertThat(pending().queue(waiting("b", claim("one")), BOUNDS, deferred("b")))
        .isEqualTo(new QueueResult.ClaimTaken(claim("one")));
    assertThat(enrollments().intend(intent("c", claim("one")), false, List.of()))
        .isEqualTo(new IntendResult.ClaimTaken(claim("one")));
    assertThat(pending().newest("default", ByteString.of(key("b").transactionId()))).isEmpty();
  }

  @Test
  void ch8_aRejectionKeepsTheClaimsAndAnExpiryFreesThem() throws Exception {
    PendingEnrollment rejected = queued("a", claim("one"));
    PendingEnrollment expired = queued("b", claim("two"));
    decisions().reject(rejected.id(), "no", "bert", NOW, rejected("a"));
    pending().refuseWaiting(expired.id(), EXPIRED, Claims.FREED, List.of());

    assertThat(enrollments().intend(intent("c", claim("one")), false, List.of()))
        .isEqualTo(new IntendResult.ClaimTaken(claim("one")));
    assertThat(enrollments().intend(intent("d", claim("two")), false, List.of()))
        .isEqualTo(new IntendResult.Intended());
  }

  @Test
  void aDecisionIsKeptWithWhoMadeItAndWhy() throws Exception {
    PendingEnrollment yes = agreed("a");
    PendingEnrollment no = queued("b");
    assertThat(decisions().reject(no.id(), "not yours", "bert", NOW, rejected("b"))).isTrue();

    assertThat(newest("a").state()).isEqualTo(new PendingState.Approved("anna", NOW));
    assertThat(newest("b").state())
        .isEqualTo(new PendingState.Refused("approval_rejected", "not yours", "bert", NOW));
    assertThat(pending().approved(0, 10))
        .extracting(entry -> entry.enrollment().id())
        .containsExactly(yes.id());
    assertThat(decisions().page(0, 10, false))
        .extracting(entry -> entry.enrollment().id())
        .containsExactly(yes.id());
    assertThat(decisions().page(0, 10, true)).hasSize(2);
    assertThat(decisions().page(newest("a").number(), 10, true)).hasSize(1);
    assertThat(auditedOutcomes()).containsExactly("pending", "approved", "pending", "rejected");
  }

  @Test
  void aRefusalStandsAndAnApprovalUntilItIsTakenBack() throws Exception {
    PendingEnrollment yes = agreed("a");
    PendingEnrollment no = queued("b");
    decisions().reject(no.id(), "", "bert", NOW, rejected("b"));

    assertThat(decisions().reject(no.id(), "", "anna", NOW, rejected("b"))).isFalse();
    assertThat(decisions().approve(yes.id(), "bert", NOW, approved("a"))).isFalse();
    assertThat(decisions().approve(no.id(), "anna", NOW, approved("b"))).isFalse();
    assertThat(pending().refuseWaiting(yes.id(), EXPIRED, Claims.FREED, List.of())).isFalse();
    assertThat(auditedOutcomes()).containsExactly("pending", "approved", "pending", "rejected");

    assertThat(decisions().reject(yes.id(), "", "bert", NOW, rejected("a"))).isTrue();
    assertThat(decisions().approve(yes.id(), "anna", NOW, approved("a"))).isFalse();
    assertThat(pending().redeem(yes.id(), intent("a"), intended("a"))).isFalse();
    PendingEnrollment done = agreed("c");
    assertThat(pending().redeem(done.id(), intent("c"), intended("c"))).isTrue();
    assertThat(decisions().reject(done.id(), "", "bert", NOW, rejected("c"))).isFalse();
  }

  @Test
  void whatIsApprovedIsOverdueLater() throws Exception {
    PendingEnrollment approved = queued("a");
    Instant decided = END.minusMillis(1);
    decisions().approve(approved.id(), "anna", decided, approved("a"));
    var _ = queued("b");

    assertThat(newest("a").enrollment().expiresAt()).isEqualTo(decided.plus(Duration.ofDays(7)));
    assertThat(pending().overdue(END, 10)).extracting(PendingEntry::number).containsExactly(2L);
    assertThat(pending().overdue(decided.plus(Duration.ofDays(7)), 10))
        .extracting(PendingEntry::number)
        .containsExactly(2L, 1L);
  }

  @Test
  void whatIsOverdueCannotBeApproved() throws Exception {
    PendingEnrollment late = queued("a");

    assertThat(decisions().approve(late.id(), "anna", END, approved("a"))).isFalse();
    assertThat(pending().overdue(END.minusMillis(1), 10)).isEmpty();
    assertThat(pending().overdue(END, 10)).hasSize(1);
  }

  @Test
  void anApprovedEntryIsRedeemedOnceAndItsClaimsPassToTheIntent() throws Exception {
    PendingEnrollment enrollment = agreed("a", claim("one"));
    Intent intent = intent("a");

    assertThat(pending().redeem(enrollment.id(), intent, intended("a"))).isTrue();
    assertThat(pending().redeem(enrollment.id(), intent("a"), intended("a"))).isFalse();

    assertThat(newest("a").state()).isEqualTo(new PendingState.Redeemed(intent.id()));
    assertThat(pending().approved(0, 10)).isEmpty();
    assertThat(enrollments().find(key("a"))).isPresent();
    enrollments().record(intent.id(), certificate("a"), issued("a"));
    assertThat(enrollments().intend(intent("b", claim("one")), false, List.of()))
        .isEqualTo(new IntendResult.ClaimTaken(claim("one")));
    assertThat(auditedOutcomes()).containsExactly("pending", "approved", "intended", "issued");
  }

  @Test
  void whatWaitsOrIsRefusedCannotBeRedeemed() throws Exception {
    PendingEnrollment waits = queued("a");
    PendingEnrollment refused = queued("b");
    decisions().reject(refused.id(), "", "bert", NOW, rejected("b"));

    assertThat(pending().redeem(waits.id(), intent("a"), intended("a"))).isFalse();
    assertThat(pending().redeem(refused.id(), intent("b"), intended("b"))).isFalse();
    assertThat(enrollments().openIntents()).isEmpty();
  }

  @Test
  void po10_aReleasedIntentGivesTheEntryBackWithItsClaims() throws Exception {
    PendingEnrollment enrollment = agreed("a", claim("one"));
    Intent first = intent("a");
    pending().redeem(enrollment.id(), first, intended("a"));

    enrollments().release(first.id(), released("a"));

    assertThat(newest("a").isOpen()).isTrue();
    assertThat(pending().approved(0, 10)).hasSize(1);
    assertThat(enrollments().intend(intent("b", claim("one")), false, List.of()))
        .isEqualTo(new IntendResult.ClaimTaken(claim("one")));
    assertThat(pending().redeem(enrollment.id(), intent("a"), intended("a"))).isTrue();
  }

  @Test
  void anApprovedEntryCanStillBeRefusedByTheServer() throws Exception {
    PendingEnrollment enrollment = agreed("a", claim("one"));
    PendingState.Refused refused = new PendingState.Refused("key_not_allowed", "", "certctl", NOW);

    assertThat(pending().refuseApproved(enrollment.id(), refused, List.of())).isTrue();
    assertThat(pending().refuseApproved(enrollment.id(), refused, List.of())).isFalse();

    assertThat(newest("a").state()).isEqualTo(refused);
    assertThat(enrollments().intend(intent("b", claim("one")), false, List.of()))
        .isEqualTo(new IntendResult.Intended());
  }

  @Test
  void aRefusedTransactionMayBeQueuedAnew() throws Exception {
    PendingEnrollment old = queued("a");
    decisions().reject(old.id(), "", "bert", NOW, rejected("a"));

    PendingEnrollment anew = queued("a");

    assertThat(newest("a").enrollment().id()).isEqualTo(anew.id());
  }

  @Test
  void forgetsOnlyWhatIsDone() throws Exception {
    queued("a");
    agreed("b");
    PendingEnrollment refused = queued("c");
    decisions().reject(refused.id(), "", "bert", NOW, rejected("c"));
    PendingEnrollment redeemed = agreed("d");
    pending().redeem(redeemed.id(), intent("d"), intended("d"));

    assertThat(pending().forgetClosed(NOW)).isZero();
    assertThat(pending().forgetClosed(NOW.plusMillis(1))).isEqualTo(2);
    assertThat(decisions().page(0, 10, true)).hasSize(2);
  }

  @Test
  void refusesWordsThatAreTooLongAndPagesOutOfRange() throws Exception {
    PendingEnrollment enrollment = queued("a");
    String words = "x".repeat(PendingDecisions.MAX_WORDS + 1);

    assertThatThrownBy(() -> decisions().reject(enrollment.id(), words, "bert", NOW, rejected("a")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> decisions().page(0, 1001, true))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> pending().approved(0, 0)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void a16_ofManyWhoDecideOrIssueAtOnceEachStepHasOneWinner() throws Exception {
    for (int round = 0; round < 10; round++) {
      String name = "r" + round;
      PendingEnrollment enrollment = queued(name);
      List<Callable<String>> racers = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        racers.add(
            () ->
                decisions().approve(enrollment.id(), "anna", NOW, approved(name)) ? "yes" : "late");
        racers.add(
            () ->
                decisions().reject(enrollment.id(), "", "bert", NOW, rejected(name))
                    ? "no"
                    : "late");
        racers.add(
            () ->
                pending().refuseWaiting(enrollment.id(), EXPIRED, Claims.FREED, List.of())
                    ? "over"
                    : "late");
        racers.add(
            () ->
                pending().redeem(enrollment.id(), intent(name), intended(name))
                    ? "redeemed"
                    : "late");
      }

      List<String> results = race(racers);

      List<String> decided =
          results.stream().filter(r -> List.of("yes", "no", "over").contains(r)).toList();
      boolean takenBack = decided.contains("yes") && decided.contains("no");
      assertThat(decided).doesNotHaveDuplicates().hasSize(takenBack ? 2 : 1);
      long redeemed = results.stream().filter("redeemed"::equals).count();
      boolean later = pending().redeem(enrollment.id(), intent(name), intended(name));
      assertThat(redeemed + (later ? 1 : 0))
          .isEqualTo(decided.contains("yes") && !takenBack ? 1 : 0);
    }
  }

  private static <T> List<T> race(List<Callable<T>> runners) throws Exception {
    CountDownLatch start = new CountDownLatch(1);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<T>> futures = new ArrayList<>();
      for (Callable<T> runner : runners) {
        futures.add(
            threads.submit(
                () -> {
                  start.await();
                  return runner.call();
                }));
      }
      start.countDown();
      List<T> results = new ArrayList<>();
      for (Future<T> future : futures) {
        results.add(future.get());
      }
      return results;
    }
  }
}
