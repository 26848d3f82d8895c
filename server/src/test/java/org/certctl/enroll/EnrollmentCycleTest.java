package org.certctl.enroll;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.certctl.audit.Actor;
import org.certctl.audit.AuditEntry;
import org.certctl.audit.AuditEvent;
import org.certctl.issuer.IssueResult;
import org.certctl.pki.CertificateRequest;
import org.certctl.pki.IssuedCertificate;
import org.certctl.pki.RevocationReason;
import org.certctl.pki.TestRequests;
import org.certctl.status.RevocationOrder;
import org.junit.jupiter.api.Test;

class EnrollmentCycleTest extends CycleFixture {

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
    clock.advance(EnrollmentCycle.REPLAY_WINDOW.plusSeconds(1));
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
  void a14_anIntentWhoseWriterHeardNothingIsFinishedByTheNextMessage() throws Exception {
    store.fail(MemoryEnrollmentStore.Failure.AFTER_EFFECT);
    assertThat(cycle.enroll(request("tx", "CN=a", RIGHT)))
        .isInstanceOf(EnrollmentOutcome.Unavailable.class);
    Intent open = Enrollments.open(store).getFirst();
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
  void recoveryFinishesWhatACrashLeftOpen() throws Exception {
    store.fail(MemoryEnrollmentStore.Failure.AFTER_EFFECT);
    var _ = cycle.enroll(request("tx", "CN=a", RIGHT));
    IntentRecovery recovery =
        new IntentRecovery(store, newCycle(), EndpointDirectory.of(List.of(endpoint())), clock);
    assertThat(recovery.run()).isEqualTo(new IntentRecovery.Report(1, 0, 0, List.of()));
    assertThat(recovery.run()).isEqualTo(new IntentRecovery.Report(0, 0, 0, List.of()));
    assertThat(issued(cycle.enroll(request("tx", "CN=a", RIGHT))))
        .isEqualTo(certificates().getFirst());
  }

  @Test
  void recoveryJudgesEachIntentByItself() throws Exception {
    for (String name : List.of("before", "broken", "after")) {
      store.fail(MemoryEnrollmentStore.Failure.AFTER_EFFECT);
      var _ = cycle.enroll(request(name, "CN=" + name, RIGHT));
    }
    IntentId broken = store.openIntents().get(1);
    AtomicInteger asked = new AtomicInteger();
    issuer.before =
        () -> {
          if (asked.incrementAndGet() == 2) {
            throw new IllegalArgumentException("cannot be read");
          }
        };
    IntentRecovery recovery =
        new IntentRecovery(store, newCycle(), EndpointDirectory.of(List.of(endpoint())), clock);

    IntentRecovery.Report report = recovery.run();

    assertThat(report.issued()).isEqualTo(2);
    assertThat(report.stuck())
        .singleElement()
        .satisfies(
            stuck -> {
              assertThat(stuck.intent()).isEqualTo(broken);
              assertThat(stuck.cause()).hasMessage("cannot be read");
            });
    assertThat(store.openIntents()).containsExactly(broken);
  }

  @Test
  void recoveryReleasesWhatNoEndpointAnswersForAnyMore() throws Exception {
    store.fail(MemoryEnrollmentStore.Failure.AFTER_EFFECT);
    var _ = cycle.enroll(request("tx", "CN=a", RIGHT));
    assertThat(new IntentRecovery(store, newCycle(), EndpointDirectory.of(List.of()), clock).run())
        .isEqualTo(new IntentRecovery.Report(0, 1, 0, List.of()));
    assertThat(store.openIntents()).isEmpty();
  }

  private EnrollmentRequest request(String transaction, String subject, String challenge) {
    return request(transaction, subject, challenge, SIGNER);
  }
}
