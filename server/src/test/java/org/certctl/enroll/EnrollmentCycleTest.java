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
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.certctl.audit.Actor;
import org.certctl.audit.AuditEntry;
import org.certctl.audit.AuditEvent;
import org.certctl.audit.Origin;
import org.certctl.challenge.ChallengeClaim;
import org.certctl.challenge.ChallengeRefusal;
import org.certctl.challenge.ChallengeVerdict;
import org.certctl.issuer.IssueOrder;
import org.certctl.issuer.IssueResult;
import org.certctl.issuer.Issuer;
import org.certctl.issuer.local.LocalCaIssuer;
import org.certctl.pki.CertificateRequest;
import org.certctl.pki.IssuedCertificate;
import org.certctl.pki.RevocationReason;
import org.certctl.pki.Sha256;
import org.certctl.pki.TestCa;
import org.certctl.pki.TestRequests;
import org.certctl.profile.CertificateProfile;
import org.certctl.profile.PolicyGate;
import org.certctl.secret.Secret;
import org.certctl.status.RevocationOrder;
import org.junit.jupiter.api.Test;

class EnrollmentCycleTest {

  private static final TestCa CA = TestCa.ec();
  private static final String RIGHT = "right challenge";
  private static final Sha256 SIGNER = digest("signer");
  private static final Sha256 OWNER = RequestFacts.keyDigest(TestRequests.P_256);
  private static final RenewalRules RENEWAL =
      new RenewalRules(true, Duration.ofDays(3650), Duration.ZERO, false);

  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-11-22T12:00:00Z"));
  private final Clock clock = new MovableClock(now::get);
  private final MemoryEnrollmentStore store = new MemoryEnrollmentStore(clock);
  private final MemoryPendingStore pending = new MemoryPendingStore(store);
  private final ScriptedIssuer issuer = new ScriptedIssuer();
  private final AtomicReference<Runnable> meanwhile = new AtomicReference<>(() -> {});
  private RenewalRules rules = RenewalRules.off();
  private final List<String> ends = new ArrayList<>();
  private final EnrollmentCycle cycle = newCycle();

  private EnrollmentCycle newCycle() {
    return new EnrollmentCycle(
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
  }

  @Test
  void issuesAndRecordsBeforeItAnswers() {
    IssuedCertificate certificate = issued(cycle.enroll(request("tx", "CN=a", RIGHT)));
    assertThat(certificates()).containsExactly(certificate);
    assertThat(store.events())
        .extracting(Object::getClass)
        .containsExactly(AuditEvent.EnrollmentIntended.class, AuditEvent.CertificateIssued.class);
    assertThat(store.openIntents()).isEmpty();
    assertThat(ends).containsExactly("issued");
  }

  @Test
  void a1_aRepetitionGetsTheSameCertificate() {
    IssuedCertificate first = issued(cycle.enroll(request("tx", "CN=a", RIGHT)));
    EnrollmentOutcome again = cycle.enroll(request("tx", "CN=a", RIGHT));
    assertThat(again).isEqualTo(new EnrollmentOutcome.Issued(first, true));
    assertThat(certificates()).hasSize(1);
    assertThat(store.events().getLast()).isInstanceOf(AuditEvent.EnrollmentRepeated.class);
  }

  @Test
  void a1_fiftyRepetitionsAtOnceGetOneCertificate() throws Exception {
    Set<IssuedCertificate> answers = new HashSet<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<EnrollmentOutcome>> outcomes = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        outcomes.add(threads.submit(() -> cycle.enroll(request("tx", "CN=a", RIGHT))));
      }
      for (Future<EnrollmentOutcome> outcome : outcomes) {
        answers.add(issued(outcome.get()));
      }
    }
    assertThat(answers).hasSize(1);
    assertThat(certificates()).hasSize(1);
  }

  @Test
  void aRepetitionByTheSameSignerNeedsNoChallenge() {
    IssuedCertificate first = issued(cycle.enroll(request("tx", "CN=a", RIGHT)));
    assertThat(issued(cycle.enroll(request("tx", "CN=a", "wrong")))).isEqualTo(first);
  }

  @Test
  void a3_aStrangerWithoutTheChallengeLearnsNothingOfATransaction() {
    var _ = issued(cycle.enroll(request("tx", "CN=a", RIGHT)));
    EnrollmentOutcome stranger = cycle.enroll(request("tx", "CN=a", "wrong", digest("stranger")));
    assertThat(stranger).isInstanceOf(EnrollmentOutcome.Refused.class);
  }

  @Test
  void theSameTransactionIdWithAnotherRequestIsANewTransaction() {
    IssuedCertificate first = issued(cycle.enroll(request("tx", "CN=a", RIGHT)));
    IssuedCertificate second = issued(cycle.enroll(request("tx", "CN=b", RIGHT)));
    assertThat(second).isNotEqualTo(first);
    assertThat(certificates()).hasSize(2);
  }

  @Test
  void po7_aNewTransactionForANameWithAValidCertificateIsANewEnrollment() {
    IssuedCertificate first = issued(cycle.enroll(request("t1", "CN=a", RIGHT)));
    assertThat(cycle.enroll(request("t2", "CN=a", "wrong")))
        .isInstanceOf(EnrollmentOutcome.Refused.class);
    IssuedCertificate second = issued(cycle.enroll(request("t2", "CN=a", RIGHT)));
    assertThat(second.subjectText()).isEqualTo(first.subjectText());
    assertThat(certificates()).containsExactlyInAnyOrder(first, second);
    assertThat(issued(cycle.enroll(request("t1", "CN=a", RIGHT)))).isEqualTo(first);
  }

  @Test
  void afterTheReplayWindowARequestIsAuthorisedAnew() {
    var _ = issued(cycle.enroll(request("tx", "CN=a", RIGHT)));
    now.updateAndGet(t -> t.plus(EnrollmentCycle.REPLAY_WINDOW).plusSeconds(1));
    assertThat(cycle.enroll(request("tx", "CN=a", "wrong")))
        .isInstanceOf(EnrollmentOutcome.Refused.class);
    assertThat(cycle.enroll(request("tx", "CN=a", RIGHT)))
        .isInstanceOfSatisfying(
            EnrollmentOutcome.Issued.class, issued -> assertThat(issued.repeated()).isFalse());
  }

  @Test
  void refusesAWrongChallengeAndSaysSoInTheTrail() {
    EnrollmentOutcome outcome = cycle.enroll(request("tx", "CN=a", "wrong"));
    assertThat(outcome)
        .isInstanceOfSatisfying(
            EnrollmentOutcome.Refused.class,
            refused -> assertThat(refused.code()).isEqualTo("challenge_wrong"));
    assertThat(store.events())
        .singleElement()
        .isInstanceOfSatisfying(
            AuditEvent.EnrollmentRefused.class,
            event -> {
              assertThat(event.reason()).isEqualTo("challenge_wrong");
              assertThat(event.facts().subject()).isEqualTo("CN=a");
              assertThat(event.toString()).doesNotContain("wrong challenge", RIGHT);
            });
    assertThat(certificates()).isEmpty();
    assertThat(issuer.orders).isEmpty();
  }

  @Test
  void refusesWhatTheProfileForbidsBeforeAnythingIsIntended() {
    CertificateRequest weak = TestRequests.of("CN=a", TestRequests.rsa(1024), null);
    EnrollmentOutcome outcome = cycle.enroll(request("tx", weak, RIGHT, SIGNER));
    assertThat(outcome)
        .isInstanceOfSatisfying(
            EnrollmentOutcome.Refused.class,
            refused -> {
              assertThat(refused.reason()).isEqualTo(RefusalReason.POLICY);
              assertThat(refused.code()).isEqualTo("key_not_allowed");
            });
    assertThat(store.events()).singleElement().isInstanceOf(AuditEvent.EnrollmentRefused.class);
  }

  @Test
  void aRefusalThatCannotBeAuditedIsNoRefusal() {
    store.fail(MemoryEnrollmentStore.Failure.BEFORE_EFFECT);
    assertThat(cycle.enroll(request("tx", "CN=a", "wrong")))
        .isInstanceOf(EnrollmentOutcome.Unavailable.class);
  }

  @Test
  void nothingIsIssuedWhenTheIntentCannotBeWritten() {
    store.fail(MemoryEnrollmentStore.Failure.BEFORE_EFFECT);
    assertThat(cycle.enroll(request("tx", "CN=a", RIGHT)))
        .isInstanceOf(EnrollmentOutcome.Unavailable.class);
    assertThat(issuer.orders).isEmpty();
    assertThat(store.events()).isEmpty();
  }

  @Test
  void a14_anIntentWhoseWriterHeardNothingIsFinishedByTheNextMessage() {
    store.fail(MemoryEnrollmentStore.Failure.AFTER_EFFECT);
    assertThat(cycle.enroll(request("tx", "CN=a", RIGHT)))
        .isInstanceOf(EnrollmentOutcome.Unavailable.class);
    Intent open = store.openIntents().getFirst();
    IssuedCertificate certificate = issued(cycle.enroll(request("tx", "CN=a", RIGHT)));
    assertThat(certificate.serialNumber()).isEqualTo(open.serialNumber());
    assertThat(certificates()).hasSize(1);
    assertThat(store.openIntents()).isEmpty();
  }

  @Test
  void a14_aCertificateThatCouldNotBeRecordedIsNotHandedOutAndComesAgain() {
    issuer.before = () -> store.fail(MemoryEnrollmentStore.Failure.BEFORE_EFFECT);
    assertThat(cycle.enroll(request("tx", "CN=a", RIGHT)))
        .isInstanceOf(EnrollmentOutcome.Unavailable.class);
    assertThat(certificates()).isEmpty();
    issuer.before = () -> {};
    IssuedCertificate certificate = issued(cycle.enroll(request("tx", "CN=a", RIGHT)));
    assertThat(certificate.serialNumber()).isEqualTo(issuer.orders.getFirst().serialNumber());
    assertThat(certificates()).hasSize(1);
  }

  @Test
  void a14_aRecordedCertificateWhoseWriterHeardNothingComesAgain() {
    issuer.before = () -> store.fail(MemoryEnrollmentStore.Failure.AFTER_EFFECT);
    assertThat(cycle.enroll(request("tx", "CN=a", RIGHT)))
        .isInstanceOf(EnrollmentOutcome.Unavailable.class);
    assertThat(cycle.enroll(request("tx", "CN=a", RIGHT)))
        .isInstanceOfSatisfying(
            EnrollmentOutcome.Issued.class, issued -> assertThat(issued.repeated()).isTrue());
    assertThat(certificates()).hasSize(1);
  }

  @Test
  void ch8_a15_anIssuerThatIsAwayFreesTheClaimForTheNextTry() {
    issuer.answer = Optional.of(new IssueResult.Unavailable("away"));
    assertThat(cycle.enroll(request("tx", "CN=a", "once")))
        .isInstanceOf(EnrollmentOutcome.Unavailable.class);
    assertThat(store.events().getLast()).isInstanceOf(AuditEvent.EnrollmentReleased.class);
    issuer.answer = Optional.empty();
    var _ = issued(cycle.enroll(request("tx", "CN=a", "once")));
  }

  @Test
  void anIssuerThatRefusesEndsTheTransaction() {
    issuer.answer = Optional.of(new IssueResult.Refused("not you"));
    assertThat(cycle.enroll(request("tx", "CN=a", RIGHT)))
        .isInstanceOfSatisfying(
            EnrollmentOutcome.Refused.class,
            refused -> assertThat(refused.reason()).isEqualTo(RefusalReason.ISSUER));
    assertThat(store.openIntents()).isEmpty();
  }

  @Test
  void sec10_fiftyUsesOfOneChallengeAtOnceGiveOneCertificate() throws Exception {
    int issuedCount = 0;
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<EnrollmentOutcome>> outcomes = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        String name = "device-" + i;
        outcomes.add(
            threads.submit(() -> cycle.enroll(request(name, "CN=" + name, "once", digest(name)))));
      }
      for (Future<EnrollmentOutcome> outcome : outcomes) {
        if (outcome.get() instanceof EnrollmentOutcome.Issued) {
          issuedCount++;
        }
      }
    }
    assertThat(issuedCount).isEqualTo(1);
    assertThat(certificates()).hasSize(1);
  }

  @Test
  void sec1_a4_aThiefOfAnEnvelopeDoesNotCostItsVictimTheCertificate() throws Exception {
    IssuedCertificate stolen = issued(cycle.enroll(request("th", "CN=a", "once", digest("thief"))));

    assertThat(cycle.enroll(request("tx", "CN=a", "once", OWNER)))
        .isEqualTo(new EnrollmentOutcome.Issued(stolen, true));
    assertThat(cycle.enroll(request("t3", "CN=a", "once", digest("another thief"))))
        .isInstanceOfSatisfying(
            EnrollmentOutcome.Refused.class,
            refused -> assertThat(refused.reason()).isEqualTo(RefusalReason.CHALLENGE_USED));
    assertThat(cycle.enroll(request("t4", "CN=b", "once", OWNER)))
        .isInstanceOf(EnrollmentOutcome.Refused.class);
    assertThat(certificates()).containsExactly(stolen);
    assertThat(store.events())
        .extracting(AuditEntry::of)
        .extracting(AuditEntry::outcome)
        .containsExactly("intended", "issued", "repeated", "refused", "refused");
    assertThat(store.events())
        .extracting(AuditEntry::of)
        .extracting(entry -> entry.details().getOrDefault("signer_key_differs", "false"))
        .containsExactly("true", "true", "false", "true", "false");

    store.apply(
        "iss-local",
        stolen.serialNumber(),
        RevocationOrder.hold(clock.instant(), Actor.system(), ""));
    assertThat(cycle.enroll(request("tx", "CN=a", "once", OWNER)))
        .isInstanceOf(EnrollmentOutcome.Refused.class);
  }

  @Test
  void sec1_whatAThiefHasUnderWayIsNoFinalRefusalForItsVictim() {
    store.fail(MemoryEnrollmentStore.Failure.AFTER_EFFECT);
    assertThat(cycle.enroll(request("th", "CN=a", "once", digest("thief"))))
        .isInstanceOf(EnrollmentOutcome.Unavailable.class);

    assertThat(cycle.enroll(request("tx", "CN=a", "once", OWNER)))
        .isInstanceOf(EnrollmentOutcome.Unavailable.class);
    IssuedCertificate stolen = issued(cycle.enroll(request("th", "CN=a", "once", digest("thief"))));
    assertThat(issued(cycle.enroll(request("tx", "CN=a", "once", OWNER)))).isEqualTo(stolen);
  }

  @Test
  void pr9_aCertificateOfOursAuthorisesItsRenewalWhateverTheChallenge() {
    rules = RENEWAL;
    IssuedCertificate old = issued(cycle.enroll(request("tx", "CN=a", "once")));
    for (String stale : List.of("once", "wrong")) {
      IssuedCertificate renewed =
          issued(cycle.enroll(signedBy(old, request("renew " + stale, "CN=a", stale))));
      assertThat(store.page(Long.MAX_VALUE, 1).getFirst().predecessor())
          .contains(old.fingerprint());
      assertThat(renewed).isNotEqualTo(old);
    }
    assertThat(store.events())
        .noneMatch(event -> event instanceof AuditEvent.EnrollmentRefused)
        .last()
        .isInstanceOfSatisfying(
            AuditEvent.CertificateIssued.class,
            event -> {
              assertThat(event.facts().renews()).isEqualTo(old.serialNumber().hex());
              assertThat(event.facts().device()).isEqualTo("a");
            });
  }

  @Test
  void pr9_whatMayNotBeRenewedNeedsAValidChallenge() {
    rules = RENEWAL;
    IssuedCertificate old = issued(cycle.enroll(request("tx", "CN=a", RIGHT)));
    EnrollmentOutcome other = cycle.enroll(signedBy(old, request("tx 2", "CN=b", "wrong")));
    assertThat(other)
        .isInstanceOfSatisfying(
            EnrollmentOutcome.Refused.class,
            refused -> {
              assertThat(refused.reason()).isEqualTo(RefusalReason.CHALLENGE);
              assertThat(refused.explanation()).contains("names more than the certificate");
            });
    var _ = issued(cycle.enroll(signedBy(old, request("tx 3", "CN=b", RIGHT))));
    assertThat(store.page(Long.MAX_VALUE, 1).getFirst().predecessor()).isEmpty();
  }

  @Test
  void rn4_aRenewalReqNeedsNoChallengeAndAStaleOneHarmsNothing() {
    rules = RENEWAL;
    IssuedCertificate old = issued(cycle.enroll(request("tx", "CN=a", RIGHT)));
    var _ = issued(cycle.enroll(renewalReq(signedBy(old, request("r 1", "CN=a", "wrong")))));
    var _ = issued(cycle.enroll(renewalReq(signedBy(old, request("r 2", "CN=a", "")))));
  }

  @Test
  void rn4_aRenewalNeedsAChallengeBesidesWhereTheEndpointSaysSo() {
    rules = new RenewalRules(true, Duration.ofDays(3650), Duration.ZERO, true);
    IssuedCertificate old = issued(cycle.enroll(request("tx", "CN=a", RIGHT)));
    for (String wrong : List.of("", "wrong")) {
      assertThat(cycle.enroll(renewalReq(signedBy(old, request("r" + wrong, "CN=a", wrong)))))
          .isInstanceOfSatisfying(
              EnrollmentOutcome.Refused.class,
              refused -> assertThat(refused.reason()).isEqualTo(RefusalReason.CHALLENGE));
    }
    var _ = issued(cycle.enroll(renewalReq(signedBy(old, request("r 1", "CN=a", "once")))));
    assertThat(store.page(Long.MAX_VALUE, 1).getFirst().predecessor()).contains(old.fingerprint());
    assertThat(cycle.enroll(renewalReq(signedBy(old, request("r 2", "CN=a", "once")))))
        .isInstanceOfSatisfying(
            EnrollmentOutcome.Refused.class,
            refused -> assertThat(refused.reason()).isEqualTo(RefusalReason.CHALLENGE_USED));
  }

  @Test
  void rn7_aRenewalReqIsNeverAuthorisedByAChallengeAlone() {
    rules = RENEWAL;
    assertThat(cycle.enroll(renewalReq(request("tx", "CN=a", RIGHT))))
        .isInstanceOfSatisfying(
            EnrollmentOutcome.Refused.class,
            refused -> {
              assertThat(refused.reason()).isEqualTo(RefusalReason.RENEWAL);
              assertThat(refused.code()).isEqualTo("renewal_signer_self_signed");
            });
    assertThat(store.events())
        .singleElement()
        .isInstanceOfSatisfying(
            AuditEvent.EnrollmentRefused.class,
            event -> assertThat(event.facts().action()).isEqualTo("scep_renewalreq"));
  }

  @Test
  void rn9_aRenewalReqIsRefusedWhereRenewalIsOff() {
    IssuedCertificate old = issued(cycle.enroll(request("tx", "CN=a", RIGHT)));
    assertThat(cycle.enroll(renewalReq(signedBy(old, request("r", "CN=a", RIGHT)))))
        .isInstanceOfSatisfying(
            EnrollmentOutcome.Refused.class,
            refused -> assertThat(refused.code()).isEqualTo("renewal_off"));
  }

  @Test
  void a3_whatIsUnderWayForSomebodyElseIsRefused() {
    rules = RENEWAL;
    IssuedCertificate old = issued(cycle.enroll(request("first", "CN=a", RIGHT)));
    store.fail(MemoryEnrollmentStore.Failure.AFTER_EFFECT);
    assertThat(cycle.enroll(renewalReq(signedBy(old, request("tx", "CN=a", "")))))
        .isInstanceOf(EnrollmentOutcome.Unavailable.class);
    assertThat(store.openIntents()).hasSize(1);

    assertThat(cycle.enroll(request("tx", "CN=a", "", digest("hijacker"))))
        .isInstanceOfSatisfying(
            EnrollmentOutcome.Refused.class,
            refused -> assertThat(refused.code()).isEqualTo("transaction_of_another"));
    var _ = issued(cycle.enroll(renewalReq(signedBy(old, request("tx", "CN=a", "")))));
    assertThat(store.successors(old.fingerprint())).hasSize(1);
  }

  @Test
  void sec10_aReplayAfterRevocationMintsNothingFromTheSameOneTimeChallenge() throws Exception {
    IssuedCertificate certificate = issued(cycle.enroll(request("tx", "CN=a", "once")));
    store.apply(
        "iss-local",
        certificate.serialNumber(),
        RevocationOrder.revoke(
            RevocationReason.KEY_COMPROMISE, clock.instant(), Actor.system(), ""));

    assertThat(cycle.enroll(request("tx", "CN=a", "once")))
        .isInstanceOfSatisfying(
            EnrollmentOutcome.Refused.class,
            refused -> assertThat(refused.reason()).isEqualTo(RefusalReason.CHALLENGE_USED));
    assertThat(certificates()).hasSize(1);
  }

  @Test
  void aRevokedCertificateIsNotHandedOutAgain() throws Exception {
    IssuedCertificate certificate = issued(cycle.enroll(request("tx", "CN=a", RIGHT)));
    store.apply(
        "iss-local",
        certificate.serialNumber(),
        RevocationOrder.hold(clock.instant(), Actor.system(), ""));
    assertThat(issued(cycle.enroll(request("tx", "CN=a", RIGHT)))).isNotEqualTo(certificate);
  }

  @Test
  void a1_whatAnotherNodeFinishedMeanwhileIsNotIssuedAgain() {
    AtomicReference<Optional<IssuedCertificate>> theirs = new AtomicReference<>(Optional.empty());
    meanwhile.set(
        () -> theirs.set(Optional.of(issued(newCycle().enroll(request("tx", "CN=a", "race"))))));

    assertThat(cycle.enroll(request("tx", "CN=a", "race")))
        .isEqualTo(new EnrollmentOutcome.Issued(theirs.get().orElseThrow(), true));
    assertThat(certificates()).hasSize(1);
  }

  @Test
  void recoveryFinishesARenewalWithItsLink() throws Exception {
    rules = RENEWAL;
    IssuedCertificate old = issued(cycle.enroll(request("tx", "CN=a", RIGHT)));
    store.fail(MemoryEnrollmentStore.Failure.AFTER_EFFECT);
    assertThat(cycle.enroll(renewalReq(signedBy(old, request("r", "CN=a", "")))))
        .isInstanceOf(EnrollmentOutcome.Unavailable.class);
    assertThat(
            new IntentRecovery(store, newCycle(), EndpointDirectory.of(List.of(endpoint())), clock)
                .run()
                .issued())
        .isEqualTo(1);
    assertThat(store.successors(old.fingerprint())).hasSize(1);
  }

  private static EnrollmentRequest signedBy(IssuedCertificate signer, EnrollmentRequest request) {
    return new EnrollmentRequest(
        request.protocol(),
        request.kind(),
        request.action(),
        request.endpoint(),
        request.transactionId(),
        request.transactionText(),
        request.request(),
        digest("key of " + signer.serialNumber()),
        Optional.of(new SignerCertificate(ByteString.of(signer.encoded()), false)),
        request.challenge(),
        request.origin());
  }

  private static EnrollmentRequest renewalReq(EnrollmentRequest request) {
    return new EnrollmentRequest(
        request.protocol(),
        EnrollmentRequest.Kind.RENEWAL,
        "scep_renewalreq",
        request.endpoint(),
        request.transactionId(),
        request.transactionText(),
        request.request(),
        request.requesterKeyDigest(),
        request.signer(),
        request.challenge(),
        request.origin());
  }

  @Test
  void recoveryFinishesWhatACrashLeftOpen() throws Exception {
    store.fail(MemoryEnrollmentStore.Failure.AFTER_EFFECT);
    var _ = cycle.enroll(request("tx", "CN=a", RIGHT));
    IntentRecovery recovery =
        new IntentRecovery(store, newCycle(), EndpointDirectory.of(List.of(endpoint())), clock);
    assertThat(recovery.run()).isEqualTo(new IntentRecovery.Report(1, 0, 0));
    assertThat(recovery.run()).isEqualTo(new IntentRecovery.Report(0, 0, 0));
    assertThat(issued(cycle.enroll(request("tx", "CN=a", RIGHT))))
        .isEqualTo(certificates().getFirst());
  }

  @Test
  void recoveryReleasesWhatNoEndpointAnswersForAnyMore() throws Exception {
    store.fail(MemoryEnrollmentStore.Failure.AFTER_EFFECT);
    var _ = cycle.enroll(request("tx", "CN=a", RIGHT));
    assertThat(new IntentRecovery(store, newCycle(), EndpointDirectory.of(List.of()), clock).run())
        .isEqualTo(new IntentRecovery.Report(0, 1, 0));
    assertThat(store.openIntents()).isEmpty();
  }

  private List<IssuedCertificate> certificates() {
    return store.page(Long.MAX_VALUE, 100).stream()
        .map(CertificateInventory.Entry::certificate)
        .toList();
  }

  private static IssuedCertificate issued(EnrollmentOutcome outcome) {
    assertThat(outcome).isInstanceOf(EnrollmentOutcome.Issued.class);
    return ((EnrollmentOutcome.Issued) outcome).certificate();
  }

  private EnrollmentRequest request(String transaction, String subject, String challenge) {
    return request(transaction, subject, challenge, SIGNER);
  }

  private EnrollmentRequest request(
      String transaction, String subject, String challenge, Sha256 signer) {
    return request(transaction, TestRequests.of(subject), challenge, signer);
  }

  private EnrollmentRequest request(
      String transaction, CertificateRequest request, String challenge, Sha256 signer) {
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
        Optional.of(challenge).filter(text -> !text.isEmpty()).map(Secret::of),
        new Origin("r-1", "192.0.2.1", "test"));
  }

  private Endpoint endpoint() {
    return new Endpoint(
        "default",
        question ->
            switch (question.challenge().map(Secret::revealText).orElse("")) {
              case RIGHT -> new ChallengeVerdict.Accepted("static", Optional.empty(), List.of());
              case "once" ->
                  new ChallengeVerdict.Accepted(
                      "onetime",
                      Optional.empty(),
                      List.of(
                          new ChallengeClaim(
                              "onetime", digest("once"), clock.instant().plusSeconds(3600))));
              case "race" -> {
                meanwhile.getAndSet(() -> {}).run();
                yield new ChallengeVerdict.Accepted("static", Optional.empty(), List.of());
              }
              default -> new ChallengeVerdict.Refused(ChallengeRefusal.WRONG, "not right");
            },
        rules,
        ApprovalRules.off(),
        new PolicyGate(CertificateProfile.defaults(), Set.of()),
        issuer,
        CA.certificate().notAfter());
  }

  private static Sha256 digest(String text) {
    return Sha256.over(text.getBytes(StandardCharsets.UTF_8));
  }

  /// A local CA that can be told to answer otherwise, and remembers its orders.
  private static final class ScriptedIssuer implements Issuer {

    private final LocalCaIssuer ca =
        new LocalCaIssuer("iss-local", List.of(CA.certificate()), CA.signer());
    private final List<IssueOrder> orders = new ArrayList<>();
    private Optional<IssueResult> answer = Optional.empty();
    private Runnable before = () -> {};

    @Override
    public String id() {
      return ca.id();
    }

    @Override
    public synchronized IssueResult issue(IssueOrder order) {
      orders.add(order);
      before.run();
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
