package org.certctl.enroll;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.certctl.audit.Actor;
import org.certctl.audit.AuditEvent;
import org.certctl.pki.CertificateRequest;
import org.certctl.pki.Sha256;
import org.certctl.pki.TestRequests;

/// Requests that wait for a human, and what humans do.
abstract class ApprovalFixture extends CycleFixture {

  static final SubjectPublicKeyInfo OTHER_KEY = TestRequests.ec("secp256r1");
  static final Sha256 DEVICE = OWNER;
  static final Duration TIMEOUT = Duration.ofDays(7);

  ApprovalFixture() {
    approval = new ApprovalRules(ApprovalRules.Mode.REQUIRED, TIMEOUT, 1000, 1000);
  }

  PendingWork work() {
    return new PendingWork(
        pending,
        cycle,
        name -> name.equals("default") ? Optional.of(endpoint()) : Optional.empty(),
        clock);
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
    return request(transaction, wanted, RIGHT, DEVICE);
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

  EnrollmentRequest unauthorised(String transaction, String subject, Sha256 signer) {
    return request(transaction, subject, "", signer);
  }

  EnrollmentRequest request(String transaction, String subject, String challenge) {
    return request(transaction, subject, challenge, DEVICE);
  }
}
