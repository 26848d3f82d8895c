package org.certctl.enroll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.certctl.issuer.IssueResult;
import org.certctl.pki.IssuedCertificate;
import org.junit.jupiter.api.Test;

/// What becomes of requests that wait: expiry, issuance once a human has agreed, and what may go
/// wrong in between.
class ApprovedWorkTest extends ApprovalFixture {

  @Test
  void po11_whatNobodyDecidesOnInTimeIsRefused() throws Exception {
    enroll("tx", "CN=a");
    clock.advance(TIMEOUT);

    assertThat(poll("tx", DEVICE)).contains(new EnrollmentOutcome.Declined("approval_expired", ""));
    assertThat(outcomes()).containsExactly("pending", "refused");
  }

  @Test
  void po11_theServerRefusesOverdueRequestsUnasked() throws Exception {
    enroll("tx", "CN=a");
    assertThat(work().run()).isEqualTo(new PendingWork.Report(0, 0));
    clock.advance(TIMEOUT);

    assertThat(work().run()).isEqualTo(new PendingWork.Report(0, 1));
    assertThat(work().run()).isEqualTo(new PendingWork.Report(0, 0));
    assertThat(cycle.enroll(request("tx", "CN=a", RIGHT)))
        .isEqualTo(new EnrollmentOutcome.Declined("approval_expired", ""));
  }

  @Test
  void theServerIssuesWhatIsApprovedUnasked() throws Exception {
    enroll("tx", "CN=a");
    approve();

    assertThat(work().run()).isEqualTo(new PendingWork.Report(1, 0));
    assertThat(work().run()).isEqualTo(new PendingWork.Report(0, 0));
    assertThat(poll("tx", DEVICE))
        .contains(new EnrollmentOutcome.Issued(certificates().getFirst(), true));
  }

  @Test
  void whatIsDoneIsForgottenAfterAWeek() throws Exception {
    enroll("tx", "CN=a");
    reject("");
    clock.advance(PendingWork.MEMORY);
    assertThat(work().forget()).isZero();
    clock.advance(Duration.ofMillis(1));
    assertThat(work().forget()).isEqualTo(1);
    assertThat(poll("tx", DEVICE)).isEmpty();
  }

  @Test
  void po10_anIssuerThatIsAwayKeepsTheRequestPendingAndTheApprovalStands() throws Exception {
    enroll("tx", "CN=a");
    approve();
    issuer.answer = Optional.of(new IssueResult.Unavailable("away"));
    assertThat(poll("tx", DEVICE)).contains(new EnrollmentOutcome.Deferred(true));
    assertThat(work().run()).isEqualTo(new PendingWork.Report(0, 0));
    assertThat(store.openIntents()).isEmpty();
    issuer.answer = Optional.empty();

    var _ = issued(poll("tx", DEVICE));
    assertThat(certificates()).hasSize(1);
  }

  @Test
  void theServerLeavesAnIssuerInPeaceForAMinuteWhenItIsAway() throws Exception {
    enroll("t1", "CN=a");
    enroll("t2", "CN=b");
    approve();
    issuer.answer = Optional.of(new IssueResult.Unavailable("away"));
    PendingWork work = work();
    var _ = work.run();
    var _ = work.run();
    assertThat(issuer.orders).hasSize(1);
    issuer.answer = Optional.empty();
    clock.advance(Duration.ofSeconds(61));
    assertThat(work.run()).isEqualTo(new PendingWork.Report(2, 0));
  }

  @Test
  void anIssuerThatRefusesEndsTheRequest() throws Exception {
    enroll("tx", "CN=a");
    approve();
    issuer.answer = Optional.of(new IssueResult.Refused("not you"));
    EnrollmentOutcome refused = new EnrollmentOutcome.Declined("issuer_refused", "");
    assertThat(poll("tx", DEVICE)).contains(refused);
    issuer.answer = Optional.empty();
    assertThat(poll("tx", DEVICE)).contains(refused);
    assertThat(certificates()).isEmpty();
  }

  @Test
  void theProfileJudgesAgainWhenItIsIssued() throws Exception {
    enroll("tx", "CN=a");
    approve();
    reserved = Set.of(DEVICE);
    assertThat(poll("tx", DEVICE)).contains(new EnrollmentOutcome.Declined("key_reserved", ""));
    assertThat(issuer.orders).isEmpty();
  }

  @Test
  void validityCountsFromTheIssuanceNotFromTheRequest() throws Exception {
    enroll("tx", "CN=a");
    clock.advance(Duration.ofDays(6));
    approve();
    assertThat(issued(poll("tx", DEVICE)).notBefore())
        .isAfter(clock.instant().minus(Duration.ofDays(1)));
  }

  @Test
  void ch8_aOneTimeChallengeIsFreeAgainWhenNobodyDecided() throws Exception {
    var _ = cycle.enroll(request("t1", "CN=a", "once"));
    clock.advance(TIMEOUT);
    var _ = work().run();
    assertThat(cycle.enroll(request("t2", "CN=b", "once")))
        .isEqualTo(new EnrollmentOutcome.Deferred(false));
  }

  @Test
  void a14_aRedemptionWhoseWriterHeardNothingIsFinishedByTheNextPoll() throws Exception {
    enroll("tx", "CN=a");
    approve();
    store.fail(MemoryEnrollmentStore.Failure.AFTER_EFFECT);
    assertThat(poll("tx", DEVICE).orElseThrow()).isInstanceOf(EnrollmentOutcome.Unavailable.class);
    Intent open = Enrollments.open(store).getFirst();

    assertThat(issued(poll("tx", DEVICE)).serialNumber()).isEqualTo(open.serialNumber());
    assertThat(certificates()).hasSize(1);
    assertThat(store.openIntents()).isEmpty();
  }

  @Test
  void a16_pollsDecisionsAndTheServerAtOnceMakeAtMostOneCertificate() throws Exception {
    for (int round = 0; round < 20; round++) {
      String tx = "t" + round;
      enroll(tx, "CN=d" + round);
      int before = certificates().size();
      List<Callable<Object>> racers = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        racers.add(() -> poll(tx, DEVICE));
        racers.add(() -> work().run());
        racers.add(
            () -> {
              approve();
              return true;
            });
        racers.add(
            () -> {
              reject("no");
              return true;
            });
      }
      try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        List<Future<Object>> futures = racers.stream().map(threads::submit).toList();
        for (Future<Object> future : futures) {
          assertThat(future.get()).isNotNull();
        }
      }
      EnrollmentOutcome end = poll(tx, DEVICE).orElseThrow();
      boolean granted = end instanceof EnrollmentOutcome.Issued;
      assertThat(granted || end instanceof EnrollmentOutcome.Declined).isTrue();
      assertThat(certificates()).hasSize(before + (granted ? 1 : 0));
    }
  }

  @Test
  void po11_whatIsApprovedHasAsLongAgainToBeIssued() throws Exception {
    assertThat(cycle.enroll(request("t1", "CN=a", "once")))
        .isEqualTo(new EnrollmentOutcome.Deferred(false));
    enroll("t2", "CN=b");
    clock.advance(TIMEOUT.minusMillis(1));
    approve();
    issuer.answer = Optional.of(new IssueResult.Unavailable("away"));
    clock.advance(TIMEOUT.minusMillis(1));
    assertThat(poll("t1", DEVICE)).contains(new EnrollmentOutcome.Deferred(true));
    clock.advance(Duration.ofMillis(1));
    issuer.answer = Optional.empty();

    assertThat(poll("t1", DEVICE)).contains(new EnrollmentOutcome.Declined("approval_expired", ""));
    assertThat(new PendingWork(pending, cycle, _ -> Optional.empty(), clock).run())
        .as("also where the profile is gone")
        .isEqualTo(new PendingWork.Report(0, 1));
    assertThat(pending.page(0, 10, false)).isEmpty();
    assertThat(certificates()).isEmpty();
    assertThat(cycle.enroll(request("t3", "CN=c", "once")))
        .isEqualTo(new EnrollmentOutcome.Deferred(false));
  }

  @Test
  void anApprovalCanBeTakenBackUntilItIsIssued() throws Exception {
    enroll("t1", "CN=a");
    enroll("t2", "CN=b");
    approve();
    var _ = issued(poll("t1", DEVICE));
    reject("on second thoughts");

    assertThat(poll("t2", DEVICE))
        .contains(new EnrollmentOutcome.Declined("approval_rejected", "on second thoughts"));
    assertThat(issued(poll("t1", DEVICE)).subjectText()).isEqualTo("CN=a");
    assertThat(work().run()).isEqualTo(new PendingWork.Report(0, 0));
  }

  @Test
  void po10_anIntentThatWasLeftOpenEndsAsItsRequestDoes() throws Exception {
    enroll("tx", "CN=a");
    approve();
    store.fail(MemoryEnrollmentStore.Failure.AFTER_EFFECT);
    assertThat(poll("tx", DEVICE).orElseThrow()).isInstanceOf(EnrollmentOutcome.Unavailable.class);
    assertThat(store.openIntents()).hasSize(1);
    issuer.answer = Optional.of(new IssueResult.Unavailable("away"));
    assertThat(cycle.enroll(request("tx", "CN=a", RIGHT)))
        .isEqualTo(new EnrollmentOutcome.Deferred(true));
    assertThat(store.openIntents()).isEmpty();

    issuer.answer = Optional.empty();
    store.fail(MemoryEnrollmentStore.Failure.AFTER_EFFECT);
    assertThat(poll("tx", DEVICE).orElseThrow()).isInstanceOf(EnrollmentOutcome.Unavailable.class);
    issuer.answer = Optional.of(new IssueResult.Refused("not you"));
    EnrollmentOutcome refused = new EnrollmentOutcome.Declined("issuer_refused", "");
    assertThat(cycle.enroll(request("tx", "CN=a", RIGHT))).isEqualTo(refused);
    issuer.answer = Optional.empty();
    assertThat(work().run()).isEqualTo(new PendingWork.Report(0, 0));
    assertThat(poll("tx", DEVICE)).contains(refused);
    assertThat(certificates()).isEmpty();
  }

  @Test
  void whoRejectsWhatTheIssuerRefusesHasTheLastWord() throws Exception {
    enroll("tx", "CN=a");
    approve();
    issuer.answer = Optional.of(new IssueResult.Refused("not you"));
    onceRecorded =
        () -> {
          for (PendingEntry entry : pending.page(0, 10, false)) {
            assertThatNoException()
                .isThrownBy(
                    () ->
                        pending.reject(
                            entry.enrollment().id(), "no", "bert", clock.instant(), List.of()));
          }
        };

    assertThat(poll("tx", DEVICE)).contains(new EnrollmentOutcome.Deferred(true));
    assertThat(poll("tx", DEVICE))
        .contains(new EnrollmentOutcome.Declined("approval_rejected", "no"));
  }

  @Test
  void po6_aRefusalHidesNoLaterCertificate() throws Exception {
    enroll("tx", "CN=a");
    reject("not yet");
    clock.advance(ApprovalQueue.REFUSAL_WINDOW.plusSeconds(1));
    approval = ApprovalRules.off();
    IssuedCertificate certificate = issued(cycle.enroll(request("tx", "CN=a", RIGHT)));

    assertThat(poll("tx", DEVICE)).contains(new EnrollmentOutcome.Issued(certificate, true));
  }

  @Test
  void aRequestInOtherHandsHoldsUpNoOther() throws Exception {
    enroll("t1", "CN=a");
    enroll("t2", "CN=b");
    approve();
    TransactionKey busy = pending.page(0, 1, false).getFirst().enrollment().key();
    assertThat(inFlight.enterNow(busy)).isTrue();
    assertThat(work().run()).isEqualTo(new PendingWork.Report(1, 0));
    inFlight.leave(busy);
    assertThat(work().run()).isEqualTo(new PendingWork.Report(1, 0));
  }
}
