package org.certctl.enroll;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.certctl.audit.AuditEntry;
import org.certctl.challenge.ChallengeEvidence;
import org.certctl.pki.CertificateRequest;
import org.certctl.pki.IssuedCertificate;
import org.certctl.pki.Sha256;
import org.certctl.pki.TestRequests;
import org.junit.jupiter.api.Test;

/// Requests that wait for a human, from the first message to the certificate.
class ApprovalCycleTest extends ApprovalFixture {

  @Test
  void whatNeedsApprovalWaitsAndIsIssuedOnceAHumanHasAgreed() throws Exception {
    assertThat(cycle.enroll(request("tx", "CN=a", RIGHT)))
        .isEqualTo(new EnrollmentOutcome.Deferred(false));
    assertThat(issuer.orders).isEmpty();
    approve();

    IssuedCertificate certificate = issued(poll("tx", DEVICE));

    assertThat(certificate.subjectText()).isEqualTo("CN=a");
    assertThat(outcomes()).containsExactly("pending", "approved", "intended", "issued");
    assertThat(ends).containsExactly("pending", "issued");
  }

  @Test
  void po5_eachPollIsAnsweredWithPendingUntilTheDecision() {
    enroll("tx", "CN=a");
    for (int i = 0; i < 3; i++) {
      assertThat(poll("tx", DEVICE)).contains(new EnrollmentOutcome.Deferred(true));
    }
    assertThat(outcomes()).containsExactly("pending");
  }

  @Test
  void po6_aLostSuccessCanBeFetchedAgainAndAgain() throws Exception {
    enroll("tx", "CN=a");
    approve();
    IssuedCertificate certificate = issued(poll("tx", DEVICE));

    assertThat(poll("tx", DEVICE)).contains(new EnrollmentOutcome.Issued(certificate, true));
    assertThat(cycle.enroll(request("tx", "CN=a", RIGHT)))
        .isEqualTo(new EnrollmentOutcome.Issued(certificate, true));
    assertThat(certificates()).containsExactly(certificate);
  }

  @Test
  void po6_aSuccessThatNeverWaitedCanBePolledForToo() {
    approval = ApprovalRules.off();
    IssuedCertificate certificate = issued(cycle.enroll(request("tx", "CN=a", RIGHT)));

    assertThat(poll("tx", DEVICE)).contains(new EnrollmentOutcome.Issued(certificate, true));
    assertThat(poll("tx", digest("stranger"))).isEmpty();
    clock.advance(EnrollmentCycle.REPLAY_WINDOW.plusSeconds(1));
    assertThat(poll("tx", DEVICE)).isEmpty();
  }

  @Test
  void po9_micromdmResendsTheSameMessageAndStaysOneEntry() throws Exception {
    enroll("tx", "CN=a");
    assertThat(cycle.enroll(request("tx", "CN=a", RIGHT)))
        .isEqualTo(new EnrollmentOutcome.Deferred(true));
    assertThat(pending.page(0, 10, true)).hasSize(1);
    approve();

    IssuedCertificate certificate = issued(cycle.enroll(request("tx", "CN=a", RIGHT)));

    assertThat(issued(poll("tx", DEVICE))).isEqualTo(certificate);
    assertThat(certificates()).hasSize(1);
  }

  @Test
  void po1_a6_aPollOfAnUnknownTransactionFindsNothing() {
    enroll("tx", "CN=a");
    assertThat(poll("TX", DEVICE)).isEmpty();
    assertThat(poll("other", DEVICE)).isEmpty();
  }

  @Test
  void po3_a5_aPollByAnotherKeyFindsNothingWhateverTheState() throws Exception {
    Sha256 stranger = digest("stranger");
    enroll("tx", "CN=a");
    assertThat(poll("tx", stranger)).isEmpty();
    approve();
    assertThat(poll("tx", stranger)).isEmpty();
    var _ = issued(poll("tx", DEVICE));
    assertThat(poll("tx", stranger)).isEmpty();
  }

  @Test
  void po3_theSignersKeyAndTheKeyToBeCertifiedMayBothAsk() throws Exception {
    Sha256 signer = digest("transient signer of iOS");
    assertThat(cycle.enroll(request("tx", "CN=a", RIGHT, signer)))
        .isEqualTo(new EnrollmentOutcome.Deferred(false));
    assertThat(poll("tx", signer)).contains(new EnrollmentOutcome.Deferred(true));
    assertThat(poll("tx", DEVICE)).contains(new EnrollmentOutcome.Deferred(true));
    approve();
    assertThat(issued(poll("tx", DEVICE))).isEqualTo(issued(poll("tx", signer)));
  }

  @Test
  void aRejectionReachesTheDeviceInTheWordsOfWhoMadeIt() throws Exception {
    enroll("tx", "CN=a");
    reject("not your device");

    EnrollmentOutcome declined =
        new EnrollmentOutcome.Declined("approval_rejected", "not your device");
    assertThat(poll("tx", DEVICE)).contains(declined);
    assertThat(cycle.enroll(request("tx", "CN=a", RIGHT))).isEqualTo(declined);
    assertThat(poll("tx", digest("stranger"))).isEmpty();
    assertThat(issuer.orders).isEmpty();
  }

  @Test
  void aRejectedMessageIsANewRequestADayLater() throws Exception {
    enroll("tx", "CN=a");
    reject("");
    clock.advance(ApprovalQueue.REFUSAL_WINDOW.plusSeconds(1));

    assertThat(cycle.enroll(request("tx", "CN=a", RIGHT)))
        .isEqualTo(new EnrollmentOutcome.Deferred(false));
    assertThat(poll("tx", DEVICE)).contains(new EnrollmentOutcome.Deferred(true));
  }

  @Test
  void a3_anotherKeyUnderAPendingTransactionIdIsRefusedAndTheOldRequestStays() throws Exception {
    enroll("tx", "CN=a");
    CertificateRequest hijack = TestRequests.of("CN=b", OTHER_KEY, null);
    assertThat(cycle.enroll(request("tx", hijack, RIGHT, digest("hijacker"))))
        .isInstanceOfSatisfying(
            EnrollmentOutcome.Refused.class,
            refused -> assertThat(refused.code()).isEqualTo("transaction_pending"));
    approve();
    assertThat(issued(poll("tx", DEVICE)).subjectText()).isEqualTo("CN=a");
    assertThat(poll("tx", digest("hijacker"))).isEmpty();
  }

  @Test
  void a3_theSameKeyMayReplaceItsPendingRequest() throws Exception {
    enroll("tx", "CN=a");
    assertThat(cycle.enroll(request("tx", "CN=b", RIGHT)))
        .isEqualTo(new EnrollmentOutcome.Deferred(false));
    assertThat(pending.page(0, 10, false)).hasSize(1);
    approve();
    assertThat(issued(poll("tx", DEVICE)).subjectText()).isEqualTo("CN=b");
    assertThat(outcomes())
        .containsExactly("pending", "refused", "pending", "approved", "intended", "issued");
  }

  @Test
  void a3_aReplacementNeedsItsOwnAuthorisation() {
    enroll("tx", "CN=a");
    assertThat(cycle.enroll(request("tx", "CN=b", "wrong")))
        .isInstanceOf(EnrollmentOutcome.Refused.class);
    assertThat(poll("tx", DEVICE)).contains(new EnrollmentOutcome.Deferred(true));
  }

  @Test
  void a3_aReplacementThatIsRefusedLeavesTheOldRequestWaiting() throws Exception {
    enroll("tx", "CN=a");
    assertThat(cycle.enroll(request("t2", "CN=other", "once")))
        .isEqualTo(new EnrollmentOutcome.Deferred(false));
    reserved = Set.of(DEVICE);
    assertRefused(cycle.enroll(request("tx", "CN=b", RIGHT)), "key_reserved");
    reserved = Set.of();
    assertRefused(cycle.enroll(request("tx", large("CN=b"))), "request_too_large");
    assertRefused(cycle.enroll(request("tx", "CN=b", "once")), "onetime_used");
    approval = ApprovalRules.off();
    assertRefused(cycle.enroll(request("tx", "CN=b", "once")), "onetime_used");

    assertThat(poll("tx", DEVICE)).contains(new EnrollmentOutcome.Deferred(true));
    approve();
    assertThat(issued(poll("tx", DEVICE)).subjectText()).isEqualTo("CN=a");
  }

  @Test
  void a3_aReplacementMayUseTheChallengeOfWhatItReplacesAndItsPlace() throws Exception {
    approval = new ApprovalRules(ApprovalRules.Mode.REQUIRED, TIMEOUT, 1, 1);
    assertThat(cycle.enroll(request("tx", "CN=a", "once")))
        .isEqualTo(new EnrollmentOutcome.Deferred(false));
    assertThat(cycle.enroll(request("tx", "CN=b", "once")))
        .isEqualTo(new EnrollmentOutcome.Deferred(false));
    approval = ApprovalRules.off();
    assertThat(cycle.enroll(request("tx", "CN=c", "once")))
        .isInstanceOf(EnrollmentOutcome.Issued.class);
    assertThat(pending.page(0, 10, false)).isEmpty();
    assertThat(outcomes())
        .containsExactly("pending", "refused", "pending", "refused", "intended", "issued");
  }

  @Test
  void a3_aRefusalForAnOpenTransactionTellsWhatTheChallengeProved() {
    evidence = new ChallengeEvidence("_intune", new LinkedHashMap<>(Map.of("claim_subject", "d")));
    enroll("tx", "CN=a");
    CertificateRequest hijack = TestRequests.of("CN=b", OTHER_KEY, null);
    assertRefused(
        cycle.enroll(request("tx", hijack, RIGHT, digest("hijacker"))), "transaction_pending");
    assertThat(AuditEntry.of(store.events().getLast()))
        .satisfies(
            entry -> {
              assertThat(entry.action()).isEqualTo("scep_pkcsreq_intune");
              assertThat(entry.details()).containsEntry("claim_subject", "d");
            });
  }

  @Test
  void a3_whatIsApprovedIsNotReplaced() throws Exception {
    enroll("tx", "CN=a");
    approve();
    assertThat(cycle.enroll(request("tx", "CN=b", RIGHT)))
        .isInstanceOfSatisfying(
            EnrollmentOutcome.Refused.class,
            refused -> assertThat(refused.code()).isEqualTo("transaction_pending"));
    assertThat(issued(poll("tx", DEVICE)).subjectText()).isEqualTo("CN=a");
  }

  @Test
  void a3_afterTheIssuanceTheTransactionIdIsFreeForAnotherRequest() throws Exception {
    enroll("tx", "CN=a");
    approve();
    var _ = issued(poll("tx", DEVICE));
    assertThat(cycle.enroll(request("tx", "CN=b", RIGHT)))
        .isEqualTo(new EnrollmentOutcome.Deferred(false));
  }

  @Test
  void ch8_aOneTimeChallengeIsUsedUpByWaitingAndStaysSoWhenRejected() throws Exception {
    assertThat(cycle.enroll(request("t1", "CN=a", "once")))
        .isEqualTo(new EnrollmentOutcome.Deferred(false));
    assertThat(cycle.enroll(request("t2", "CN=b", "once")))
        .isInstanceOfSatisfying(
            EnrollmentOutcome.Refused.class,
            refused -> assertThat(refused.code()).isEqualTo("onetime_used"));
    reject("no");
    assertThat(cycle.enroll(request("t2", "CN=b", "once")))
        .isInstanceOf(EnrollmentOutcome.Refused.class);
  }

  @Test
  void pr7_requiredApprovalIsNoSubstituteForTheChallenge() {
    assertThat(cycle.enroll(request("tx", "CN=a", "wrong")))
        .isInstanceOf(EnrollmentOutcome.Refused.class);
    assertThat(cycle.enroll(unauthorised("tx", "CN=a", DEVICE)))
        .isInstanceOf(EnrollmentOutcome.Refused.class);
    assertThat(pending.page(0, 10, true)).isEmpty();
  }

  @Test
  void pr8_withoutChallengeARequestWaitsAndWithOneItIsIssuedAtOnce() throws Exception {
    approval = new ApprovalRules(ApprovalRules.Mode.WITHOUT_CHALLENGE, TIMEOUT, 10, 10);
    assertThat(cycle.enroll(unauthorised("t1", "CN=a", DEVICE)))
        .isEqualTo(new EnrollmentOutcome.Deferred(false));
    assertThat(cycle.enroll(request("t2", "CN=b", RIGHT)))
        .isInstanceOf(EnrollmentOutcome.Issued.class);
    assertThat(cycle.enroll(request("t3", "CN=c", "wrong")))
        .isInstanceOf(EnrollmentOutcome.Refused.class);
    approve();
    assertThat(issued(poll("t1", DEVICE)).subjectText()).isEqualTo("CN=a");
  }

  @Test
  void pr5_withoutChallengeTheMessageMustBeSignedByTheKeyToBeCertified() {
    approval = new ApprovalRules(ApprovalRules.Mode.WITHOUT_CHALLENGE, TIMEOUT, 10, 10);
    assertThat(cycle.enroll(unauthorised("tx", "CN=a", digest("another key"))))
        .isInstanceOfSatisfying(
            EnrollmentOutcome.Refused.class,
            refused -> {
              assertThat(refused.code()).isEqualTo("signer_key_differs");
              assertThat(refused.reason()).isEqualTo(RefusalReason.CHALLENGE);
            });
  }

  @Test
  void a19_aFloodOfTenThousandStaysBoundedAndIsToldOnce() {
    approval = new ApprovalRules(ApprovalRules.Mode.WITHOUT_CHALLENGE, TIMEOUT, 100, 1000);
    for (int i = 0; i < 10_000; i++) {
      EnrollmentOutcome outcome = cycle.enroll(unauthorised("t" + i, "CN=d" + i, DEVICE));
      assertThat(outcome)
          .isInstanceOf(
              i < 100 ? EnrollmentOutcome.Deferred.class : EnrollmentOutcome.Unavailable.class);
    }
    assertThat(pending.waiting()).containsEntry("default", 100L);
    assertThat(outcomes()).filteredOn("full"::equals).hasSize(1);
    assertThat(outcomes()).hasSize(101);
  }

  @Test
  void aRequestThatIsTooLargeMayNotWait() {
    assertRefused(cycle.enroll(request("tx", large("CN=a"))), "request_too_large");
  }

  @Test
  void a14_aRequestThatCouldNotBeQueuedIsNotPending() {
    store.fail(MemoryEnrollmentStore.Failure.BEFORE_EFFECT);
    assertThat(cycle.enroll(request("tx", "CN=a", RIGHT)))
        .isInstanceOf(EnrollmentOutcome.Unavailable.class);
    assertThat(poll("tx", DEVICE)).isEmpty();
  }
}
