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
import java.util.List;
import java.util.Optional;
import java.util.Set;
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

/// Requests that wait for a human: store, issuer and clock of one test, and what humans do.
abstract class ApprovalFixture {

  static final TestCa CA = TestCa.ec();
  static final String RIGHT = "right challenge";
  static final SubjectPublicKeyInfo OTHER_KEY = TestRequests.ec("secp256r1");
  static final Sha256 DEVICE = RequestFacts.keyDigest(TestRequests.P_256);
  static final Duration TIMEOUT = Duration.ofDays(7);

  final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-22T12:00:00Z"));
  final Clock clock = new MovableClock(now::get);
  final MemoryEnrollmentStore store = new MemoryEnrollmentStore(clock);
  final MemoryPendingStore pending = new MemoryPendingStore(store);
  final SwitchableIssuer issuer = new SwitchableIssuer();
  final List<String> ends = new ArrayList<>();
  ApprovalRules rules = new ApprovalRules(ApprovalRules.Mode.REQUIRED, TIMEOUT, 1000, 1000);
  Set<Sha256> reserved = Set.of();
  ChallengeEvidence evidence = ChallengeEvidence.none();
  Runnable onceRecorded = () -> {};
  final InFlight inFlight = new InFlight(Duration.ofSeconds(20));
  final EnrollmentCycle cycle =
      new EnrollmentCycle(
          store,
          pending,
          new Authorizer(new RenewalPolicy(store, clock)),
          store,
          new ChallengeMac(Secret.of("0123456789abcdef0123456789abcdef")),
          inFlight,
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

  PendingWork work() {
    return new PendingWork(
        pending,
        cycle,
        name -> name.equals("default") ? Optional.of(endpoint()) : Optional.empty(),
        clock);
  }

  static void assertRefused(EnrollmentOutcome outcome, String code) {
    assertThat(outcome)
        .isInstanceOfSatisfying(
            EnrollmentOutcome.Refused.class, refused -> assertThat(refused.code()).isEqualTo(code));
  }

  static CertificateRequest large(String subject) {
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

  EnrollmentRequest request(String transaction, CertificateRequest wanted) {
    return request(transaction, wanted, Optional.of(RIGHT), DEVICE);
  }

  void enroll(String transaction, String subject) {
    assertThat(cycle.enroll(request(transaction, subject, RIGHT)))
        .isEqualTo(new EnrollmentOutcome.Deferred(false));
  }

  /// A human agrees to all that waits.
  void approve() throws Exception {
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
  void reject(String words) throws Exception {
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

  EnrollmentRequest request(String transaction, String subject, String challenge) {
    return request(transaction, TestRequests.of(subject), Optional.of(challenge), DEVICE);
  }

  EnrollmentRequest unauthorised(String transaction, String subject, Sha256 signer) {
    return request(transaction, TestRequests.of(subject), Optional.empty(), signer);
  }

  EnrollmentRequest request(
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

  Endpoint endpoint() {
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

  static Sha256 digest(String text) {
    return Enrollments.digest(text);
  }

  /// A local CA that can be told to answer otherwise, and remembers its orders.
  static final class SwitchableIssuer implements Issuer {

    private final LocalCaIssuer ca =
        new LocalCaIssuer("iss-local", List.of(CA.certificate()), CA.signer());
    final List<IssueOrder> orders = new ArrayList<>();
    Optional<IssueResult> answer = Optional.empty();

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

  static final class MovableClock extends Clock {

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
