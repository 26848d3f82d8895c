package org.certctl.enroll;

import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.certctl.audit.AuditEvent;
import org.certctl.audit.EnrollmentFacts;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.enroll.EnrollmentObserver.Step;
import org.certctl.issuer.IssueOrder;
import org.certctl.issuer.IssueResult;
import org.certctl.pki.IssuedCertificate;
import org.certctl.profile.ApprovedRequest;
import org.certctl.profile.Violation;

/// Steps 5 and 6 of the cycle: from an intent on disk to a certificate on disk, or to a release.
final class Issuance {

  static final String ISSUER_REFUSED = "issuer_refused";

  private final EnrollmentStore store;
  private final Clock clock;
  private final EnrollmentObserver observer;

  Issuance(EnrollmentStore store, Clock clock, EnrollmentObserver observer) {
    this.store = store;
    this.clock = clock;
    this.observer = observer;
  }

  Steps steps() {
    return new Steps(observer);
  }

  /// Asks the issuer for what an intent says.
  EnrollmentOutcome issue(Endpoint endpoint, Intent intent, ApprovedRequest approved, Steps steps)
      throws StoreUnavailableException {
    IssueResult result =
        endpoint
            .issuer()
            .issue(new IssueOrder(intent.id().toString(), intent.serialNumber(), approved));
    steps.completed(Step.ISSUED);
    EnrollmentOutcome outcome =
        switch (result) {
          case IssueResult.Issued issued -> {
            requireSameKey(approved, issued.certificate());
            IssuedCertificate recorded =
                store.record(
                    intent.id(),
                    issued.certificate(),
                    List.of(issuedEvent(intent.facts(), issued.certificate())));
            yield new EnrollmentOutcome.Issued(recorded, false);
          }
          case IssueResult.Refused refused -> {
            release(intent, ISSUER_REFUSED, refused.explanation());
            yield new EnrollmentOutcome.Refused(
                RefusalReason.ISSUER, ISSUER_REFUSED, refused.explanation());
          }
          case IssueResult.Unavailable away -> {
            release(intent, "issuer_unavailable", away.explanation());
            yield new EnrollmentOutcome.Unavailable(away.explanation());
          }
        };
    steps.completed(Step.RECORDED);
    return outcome;
  }

  /// Asks again for an intent that was left open, under the same serial number.
  EnrollmentOutcome resume(Endpoint endpoint, IntentId id) throws StoreUnavailableException {
    Optional<Intent> found = store.findOpen(id);
    if (found.isEmpty()) {
      return new EnrollmentOutcome.Unavailable("the transaction has just been resolved");
    }
    Intent intent = found.get();
    if (!endpoint.issuer().id().equals(intent.facts().issuerId())) {
      return new EnrollmentOutcome.Unavailable("an issuer that is no longer current has to finish");
    }
    ApprovedRequest approved = ApprovedRequest.restored(intent.approvedRequest().octets());
    return issue(endpoint, intent, approved, steps());
  }

  /// The event that goes with an intent.
  static List<AuditEvent> intendedEvent(Intent intent) {
    return List.of(
        new AuditEvent.EnrollmentIntended(
            intent.at(), intent.facts(), intent.serialNumber().hex()));
  }

  /// All violations as one explanation.
  static String explanation(List<Violation> violations) {
    return violations.stream().map(Violation::explanation).collect(Collectors.joining("; "));
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
}
