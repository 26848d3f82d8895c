package org.certctl.enroll;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.certctl.audit.Actor;
import org.certctl.audit.AuditEntry;
import org.certctl.audit.AuditEvent;
import org.certctl.audit.Origin;
import org.certctl.challenge.ChallengeClaim;
import org.certctl.challenge.ChallengeEvidence;
import org.certctl.challenge.ChallengeRefusal;
import org.certctl.challenge.ChallengeVerdict;
import org.certctl.issuer.IssueOrder;
import org.certctl.issuer.IssueResult;
import org.certctl.issuer.Issuer;
import org.certctl.issuer.local.LocalCaIssuer;
import org.certctl.pki.CertificateRequest;
import org.certctl.pki.IssuedCertificate;
import org.certctl.pki.Sha256;
import org.certctl.pki.TestCa;
import org.certctl.pki.TestRequests;
import org.certctl.profile.CertificateProfile;
import org.certctl.profile.PolicyGate;
import org.certctl.secret.Secret;
import org.junit.jupiter.api.Test;

/// Requests that wait for a human, from the first message to the certificate.
class ApprovalCycleTest {

  private static final TestCa CA = TestCa.ec();
  private static final String RIGHT = "right challenge";
  private static final SubjectPublicKeyInfo OTHER_KEY = TestRequests.ec("secp256r1");
  private static final Sha256 DEVICE = RequestFacts.keyDigest(TestRequests.P_256);
  private static final Duration TIMEOUT = Duration.ofDays(7);

  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-11-22T12:00:00Z"));
  private final Clock clock = new MovableClock(now::get);
  private final MemoryEnrollmentStore store = new MemoryEnrollmentStore(clock);
  private final MemoryPendingStore pending = new MemoryPendingStore(store);
  private final SwitchableIssuer issuer = new SwitchableIssuer();
  private final List<String> ends = new ArrayList<>();
  private ApprovalRules rules = new ApprovalRules(ApprovalRules.Mode.REQUIRED, TIMEOUT, 1000, 1000);
  private Set<Sha256> reserved = Set.of();
  private ChallengeEvidence evidence = ChallengeEvidence.none();
  private final EnrollmentCycle cycle =
      new EnrollmentCycle(
          store,
          pending,
          new Authorizer(new RenewalPolicy(store, clock)),
          store,
          new ChallengeMac(Secret.of("0123456789abcdef0123456789abcdef")),
          new InFlight(Duration.ofSeconds(20)),
          clock,
          new SecureRandom(),
          new EnrollmentObserver() {
            @Override
            public void completed(Step step, long nanos) {}

            @Override
            public synchronized void ended(String endpoint, String code) {
              ends.add(code);
            }
          });

  private PendingWork work() {
    return new PendingWork(
        pending,
        cycle,
        name -> name.equals("default") ? Optional.of(endpoint()) : Optional.empty(),
        clock);
  }

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
    rules = ApprovalRules.off();
    IssuedCertificate certificate = issued(Optional.of(cycle.enroll(request("tx", "CN=a", RIGHT))));

    assertThat(poll("tx", DEVICE)).contains(new EnrollmentOutcome.Issued(certificate, true));
    assertThat(poll("tx", digest("stranger"))).isEmpty();
    now.updateAndGet(t -> t.plus(EnrollmentCycle.REPLAY_WINDOW).plusSeconds(1));
    assertThat(poll("tx", DEVICE)).isEmpty();
  }

  @Test
  void po9_micromdmResendsTheSameMessageAndStaysOneEntry() throws Exception {
    enroll("tx", "CN=a");
    assertThat(cycle.enroll(request("tx", "CN=a", RIGHT)))
        .isEqualTo(new EnrollmentOutcome.Deferred(true));
    assertThat(pending.page(0, 10, true)).hasSize(1);
    approve();

    IssuedCertificate certificate = issued(Optional.of(cycle.enroll(request("tx", "CN=a", RIGHT))));

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
    assertThat(cycle.enroll(request("tx", TestRequests.of("CN=a"), Optional.of(RIGHT), signer)))
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
    now.updateAndGet(t -> t.plus(ApprovalQueue.REFUSAL_WINDOW).plusSeconds(1));

    assertThat(cycle.enroll(request("tx", "CN=a", RIGHT)))
        .isEqualTo(new EnrollmentOutcome.Deferred(false));
    assertThat(poll("tx", DEVICE)).contains(new EnrollmentOutcome.Deferred(true));
  }

  @Test
  void po11_whatNobodyDecidesOnInTimeIsRefused() throws Exception {
    enroll("tx", "CN=a");
    now.updateAndGet(t -> t.plus(TIMEOUT));

    assertThat(poll("tx", DEVICE)).contains(new EnrollmentOutcome.Declined("approval_expired", ""));
    assertThat(outcomes()).containsExactly("pending", "refused");
  }

  @Test
  void po11_theServerRefusesOverdueRequestsUnasked() throws Exception {
    enroll("tx", "CN=a");
    assertThat(work().run()).isEqualTo(new PendingWork.Report(0, 0));
    now.updateAndGet(t -> t.plus(TIMEOUT));

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
    now.updateAndGet(t -> t.plus(PendingWork.MEMORY));
    assertThat(work().forget()).isZero();
    now.updateAndGet(t -> t.plusMillis(1));
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
    now.updateAndGet(t -> t.plusSeconds(61));
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
    now.updateAndGet(t -> t.plus(Duration.ofDays(6)));
    approve();
    assertThat(issued(poll("tx", DEVICE)).notBefore()).isAfter(now.get().minus(Duration.ofDays(1)));
  }

  @Test
  void a3_anotherKeyUnderAPendingTransactionIdIsRefusedAndTheOldRequestStays() throws Exception {
    enroll("tx", "CN=a");
    CertificateRequest hijack = TestRequests.of("CN=b", OTHER_KEY, null);
    assertThat(cycle.enroll(request("tx", hijack, Optional.of(RIGHT), digest("hijacker"))))
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
    rules = ApprovalRules.off();
    assertRefused(cycle.enroll(request("tx", "CN=b", "once")), "onetime_used");

    assertThat(poll("tx", DEVICE)).contains(new EnrollmentOutcome.Deferred(true));
    approve();
    assertThat(issued(poll("tx", DEVICE)).subjectText()).isEqualTo("CN=a");
  }

  @Test
  void a3_aReplacementMayUseTheChallengeOfWhatItReplacesAndItsPlace() throws Exception {
    rules = new ApprovalRules(ApprovalRules.Mode.REQUIRED, TIMEOUT, 1, 1);
    assertThat(cycle.enroll(request("tx", "CN=a", "once")))
        .isEqualTo(new EnrollmentOutcome.Deferred(false));
    assertThat(cycle.enroll(request("tx", "CN=b", "once")))
        .isEqualTo(new EnrollmentOutcome.Deferred(false));
    rules = ApprovalRules.off();
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
        cycle.enroll(request("tx", hijack, Optional.of(RIGHT), digest("hijacker"))),
        "transaction_pending");
    assertThat(AuditEntry.of(store.events().getLast()))
        .satisfies(
            entry -> {
              assertThat(entry.action()).isEqualTo("scep_pkcsreq_intune");
              assertThat(entry.details()).containsEntry("claim_subject", "d");
            });
  }

  private static void assertRefused(EnrollmentOutcome outcome, String code) {
    assertThat(outcome)
        .isInstanceOfSatisfying(
            EnrollmentOutcome.Refused.class, refused -> assertThat(refused.code()).isEqualTo(code));
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
  void ch8_aOneTimeChallengeIsFreeAgainWhenNobodyDecided() throws Exception {
    var _ = cycle.enroll(request("t1", "CN=a", "once"));
    now.updateAndGet(t -> t.plus(TIMEOUT));
    var _ = work().run();
    assertThat(cycle.enroll(request("t2", "CN=b", "once")))
        .isEqualTo(new EnrollmentOutcome.Deferred(false));
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
    rules = new ApprovalRules(ApprovalRules.Mode.WITHOUT_CHALLENGE, TIMEOUT, 10, 10);
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
    rules = new ApprovalRules(ApprovalRules.Mode.WITHOUT_CHALLENGE, TIMEOUT, 10, 10);
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
    rules = new ApprovalRules(ApprovalRules.Mode.WITHOUT_CHALLENGE, TIMEOUT, 100, 1000);
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

  private static CertificateRequest large(String subject) {
    GeneralNames names =
        new GeneralNames(
            new GeneralName(
                GeneralName.uniformResourceIdentifier,
                "urn:" + "x".repeat(ApprovalQueue.MAX_REQUEST_BYTES)));
    return TestRequests.of(
        subject,
        TestRequests.P_256,
        TestRequests.extension(Extension.subjectAlternativeName, names));
  }

  private EnrollmentRequest request(String transaction, CertificateRequest wanted) {
    return request(transaction, wanted, Optional.of(RIGHT), DEVICE);
  }

  @Test
  void a14_aRedemptionWhoseWriterHeardNothingIsFinishedByTheNextPoll() throws Exception {
    enroll("tx", "CN=a");
    approve();
    store.fail(MemoryEnrollmentStore.Failure.AFTER_EFFECT);
    assertThat(poll("tx", DEVICE).orElseThrow()).isInstanceOf(EnrollmentOutcome.Unavailable.class);
    Intent open = store.openIntents().getFirst();

    assertThat(issued(poll("tx", DEVICE)).serialNumber()).isEqualTo(open.serialNumber());
    assertThat(certificates()).hasSize(1);
    assertThat(store.openIntents()).isEmpty();
  }

  @Test
  void a14_aRequestThatCouldNotBeQueuedIsNotPending() {
    store.fail(MemoryEnrollmentStore.Failure.BEFORE_EFFECT);
    assertThat(cycle.enroll(request("tx", "CN=a", RIGHT)))
        .isInstanceOf(EnrollmentOutcome.Unavailable.class);
    assertThat(poll("tx", DEVICE)).isEmpty();
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

  private void enroll(String transaction, String subject) {
    assertThat(cycle.enroll(request(transaction, subject, RIGHT)))
        .isEqualTo(new EnrollmentOutcome.Deferred(false));
  }

  /// A human agrees to all that waits.
  private void approve() throws Exception {
    for (PendingEntry entry : pending.page(0, 100, false)) {
      pending.approve(
          entry.enrollment().id(),
          "anna",
          clock.instant(),
          List.of(
              new AuditEvent.EnrollmentApproved(
                  clock.instant(), entry.enrollment().facts(), Actor.user("anna"))));
    }
  }

  /// A human refuses all that waits.
  private void reject(String words) throws Exception {
    for (PendingEntry entry : pending.page(0, 100, false)) {
      pending.reject(
          entry.enrollment().id(),
          words,
          "bert",
          clock.instant(),
          List.of(
              new AuditEvent.EnrollmentRejected(
                  clock.instant(), entry.enrollment().facts(), Actor.user("bert"), words)));
    }
  }

  private Optional<EnrollmentOutcome> poll(String transaction, Sha256 signer) {
    return cycle.poll(
        new Poll(
            "SCEP",
            "scep_certpoll",
            endpoint(),
            ByteString.of(transaction.getBytes(StandardCharsets.UTF_8)),
            transaction,
            signer,
            new Origin("r-2", "192.0.2.1", "test")));
  }

  private List<String> outcomes() {
    return store.events().stream().map(event -> AuditEntry.of(event).outcome()).toList();
  }

  private List<IssuedCertificate> certificates() {
    return store.page(Long.MAX_VALUE, 100).stream()
        .map(CertificateInventory.Entry::certificate)
        .toList();
  }

  private static IssuedCertificate issued(Optional<EnrollmentOutcome> outcome) {
    assertThat(outcome).containsInstanceOf(EnrollmentOutcome.Issued.class);
    return ((EnrollmentOutcome.Issued) outcome.orElseThrow()).certificate();
  }

  private EnrollmentRequest request(String transaction, String subject, String challenge) {
    return request(transaction, TestRequests.of(subject), Optional.of(challenge), DEVICE);
  }

  private EnrollmentRequest unauthorised(String transaction, String subject, Sha256 signer) {
    return request(transaction, TestRequests.of(subject), Optional.empty(), signer);
  }

  private EnrollmentRequest request(
      String transaction, CertificateRequest request, Optional<String> challenge, Sha256 signer) {
    return new EnrollmentRequest(
        "SCEP",
        EnrollmentRequest.Kind.INITIAL,
        "scep_pkcsreq",
        endpoint(),
        ByteString.of(transaction.getBytes(StandardCharsets.UTF_8)),
        transaction,
        request,
        signer,
        Optional.empty(),
        challenge.map(Secret::of),
        new Origin("r-1", "192.0.2.1", "test"));
  }

  private Endpoint endpoint() {
    return new Endpoint(
        "default",
        question ->
            switch (question.challenge().map(Secret::revealText).orElse("")) {
              case RIGHT ->
                  new ChallengeVerdict.Accepted("static", Optional.empty(), List.of(), evidence);
              case "once" ->
                  new ChallengeVerdict.Accepted(
                      "onetime",
                      Optional.empty(),
                      List.of(
                          new ChallengeClaim(
                              "onetime",
                              digest("once"),
                              clock.instant().plus(Duration.ofDays(100)))));
              default -> new ChallengeVerdict.Refused(ChallengeRefusal.WRONG, "not right");
            },
        RenewalRules.off(),
        rules,
        new PolicyGate(CertificateProfile.defaults(), reserved),
        issuer,
        CA.certificate().notAfter());
  }

  private static Sha256 digest(String text) {
    return Enrollments.digest(text);
  }

  /// A local CA that can be told to answer otherwise, and remembers its orders.
  private static final class SwitchableIssuer implements Issuer {

    private final LocalCaIssuer ca =
        new LocalCaIssuer("iss-local", List.of(CA.certificate()), CA.signer());
    private final List<IssueOrder> orders = new ArrayList<>();
    private Optional<IssueResult> answer = Optional.empty();

    @Override
    public String id() {
      return ca.id();
    }

    @Override
    public synchronized IssueResult issue(IssueOrder order) {
      orders.add(order);
      return answer.orElseGet(() -> ca.issue(order));
    }
  }

  private static final class MovableClock extends Clock {

    private final InstantSource source;

    MovableClock(InstantSource source) {
      this.source = source;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }

    @Override
    public Instant instant() {
      return source.instant();
    }
  }
}
