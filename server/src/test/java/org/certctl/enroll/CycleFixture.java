package org.certctl.enroll;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.certctl.audit.AuditEntry;
import org.certctl.audit.Origin;
import org.certctl.challenge.ChallengeClaim;
import org.certctl.challenge.ChallengeEvidence;
import org.certctl.challenge.ChallengeQuestion;
import org.certctl.challenge.ChallengeRefusal;
import org.certctl.challenge.ChallengeVerdict;
import org.certctl.issuer.local.ScriptedIssuer;
import org.certctl.pki.CertificateRequest;
import org.certctl.pki.IssuedCertificate;
import org.certctl.pki.Sha256;
import org.certctl.pki.TestCa;
import org.certctl.pki.TestClock;
import org.certctl.pki.TestRequests;
import org.certctl.profile.CertificateProfile;
import org.certctl.profile.IssuerLimits;
import org.certctl.profile.PolicyGate;
import org.certctl.secret.Secret;

/// The enrollment cycle over stores in memory, an issuer that does as it is told, and a clock that
/// stands until it is moved.
abstract class CycleFixture {

  static final TestCa CA = TestCa.ec();
  static final String RIGHT = "right challenge";
  static final Sha256 SIGNER = digest("signer");

  /// Of the key that is certified.
  static final Sha256 OWNER = RequestFacts.keyDigest(TestRequests.P_256);

  final TestClock clock = new TestClock(Instant.parse("2026-11-22T12:00:00Z"));
  final MemoryEnrollmentStore store = new MemoryEnrollmentStore(clock);
  final MemoryPendingStore pending = new MemoryPendingStore(store);
  final ScriptedIssuer issuer = new ScriptedIssuer(CA);
  final List<String> ends = new ArrayList<>();

  /// Runs while the challenge `race` is judged, once.
  final AtomicReference<Runnable> meanwhile = new AtomicReference<>(() -> {});

  RenewalRules renewal = RenewalRules.off();
  ApprovalRules approval = ApprovalRules.off();
  Set<Sha256> reserved = Set.of();
  ChallengeEvidence evidence = ChallengeEvidence.none();

  /// Runs whenever an intent is closed.
  Runnable onceRecorded = () -> {};

  final InFlight inFlight = new InFlight(Duration.ofSeconds(20));
  final EnrollmentCycle cycle = newCycle(inFlight);

  /// Another node over the same data.
  EnrollmentCycle newCycle() {
    return newCycle(new InFlight(Duration.ofSeconds(20)));
  }

  private EnrollmentCycle newCycle(InFlight transactions) {
    return new EnrollmentCycle(
        store,
        pending,
        new Authorizer(new RenewalPolicy(store, clock)),
        store,
        new ChallengeMac(Secret.of("0123456789abcdef0123456789abcdef")),
        transactions,
        clock,
        new SecureRandom(),
        new EnrollmentObserver() {
          @Override
          public void completed(Step step, long nanos) {
            if (step == Step.RECORDED) {
              onceRecorded.run();
            }
          }

          @Override
          public synchronized void ended(String endpoint, String code) {
            ends.add(code);
          }
        });
  }

  Optional<EnrollmentOutcome> poll(String transaction, Sha256 signer) {
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

  List<String> outcomes() {
    return store.events().stream().map(event -> AuditEntry.of(event).outcome()).toList();
  }

  List<IssuedCertificate> certificates() {
    return store.page(Long.MAX_VALUE, 100).stream()
        .map(CertificateInventory.Entry::certificate)
        .toList();
  }

  static IssuedCertificate issued(Optional<EnrollmentOutcome> outcome) {
    assertThat(outcome).containsInstanceOf(EnrollmentOutcome.Issued.class);
    return ((EnrollmentOutcome.Issued) outcome.orElseThrow()).certificate();
  }

  static IssuedCertificate issued(EnrollmentOutcome outcome) {
    return issued(Optional.of(outcome));
  }

  static void assertRefused(EnrollmentOutcome outcome, String code) {
    assertThat(outcome)
        .isInstanceOfSatisfying(
            EnrollmentOutcome.Refused.class, refused -> assertThat(refused.code()).isEqualTo(code));
  }

  EnrollmentRequest request(String transaction, String subject, String challenge, Sha256 signer) {
    return request(transaction, TestRequests.of(subject), challenge, signer);
  }

  /// @param challenge empty for none
  EnrollmentRequest request(
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

  static EnrollmentRequest signedBy(IssuedCertificate signer, EnrollmentRequest request) {
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

  static EnrollmentRequest renewalReq(EnrollmentRequest request) {
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

  Endpoint endpoint() {
    return new Endpoint(
        "default",
        this::judge,
        renewal,
        approval,
        new PolicyGate(CertificateProfile.defaults(), reserved),
        issuer,
        IssuerLimits.until(CA.certificate().notAfter()));
  }

  private ChallengeVerdict judge(ChallengeQuestion question) {
    return switch (question.challenge().map(Secret::revealText).orElse("")) {
      case RIGHT -> new ChallengeVerdict.Accepted("static", Optional.empty(), List.of(), evidence);
      case "once" ->
          new ChallengeVerdict.Accepted(
              "onetime",
              Optional.empty(),
              List.of(
                  new ChallengeClaim(
                      "onetime", digest("once"), clock.instant().plus(Duration.ofDays(100)))));
      case "race" -> {
        meanwhile.getAndSet(() -> {}).run();
        yield new ChallengeVerdict.Accepted("static", Optional.empty(), List.of());
      }
      default -> new ChallengeVerdict.Refused(ChallengeRefusal.WRONG, "not right");
    };
  }

  static Sha256 digest(String text) {
    return Enrollments.digest(text);
  }
}
