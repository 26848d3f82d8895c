package org.certctl.enroll;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.certctl.audit.AuditEvent;
import org.certctl.audit.AuditLog;
import org.certctl.audit.EnrollmentFacts;
import org.certctl.audit.StoreUnavailableException;

/// Answers again what was answered before.
final class Repetitions {

  private final EnrollmentStore store;
  private final AuditLog audit;
  private final Clock clock;
  private final Duration window;

  /// @param window how long after an enrollment it may be answered again
  Repetitions(EnrollmentStore store, AuditLog audit, Clock clock, Duration window) {
    this.store = store;
    this.audit = audit;
    this.clock = clock;
    this.window = window;
  }

  /// The certificate again; empty when the window is over, or when it has ended or been revoked.
  Optional<EnrollmentOutcome> repeat(KnownEnrollment.Issued issued, EnrollmentFacts facts)
      throws StoreUnavailableException {
    Instant now = clock.instant();
    if (issued.revoked()
        || issued.at().plus(window).isBefore(now)
        || issued.certificate().notAfter().isBefore(now)) {
      return Optional.empty();
    }
    audit.append(
        new AuditEvent.EnrollmentRepeated(now, facts, issued.certificate().serialNumber().hex()));
    return Optional.of(new EnrollmentOutcome.Issued(issued.certificate(), true));
  }

  /// The answer to a request whose challenge is used up by the very same PKCS#10, if the key in it
  /// signed this message (SEC-1).
  ///
  /// An envelope proves nothing of who sent it: another may have sent this one first, under a
  /// transactionID and a signature of its own, and got a certificate that serves none but the key's
  /// owner.
  ///
  /// @return empty when there is none; the challenge is then used up indeed
  Optional<EnrollmentOutcome> answerOwner(EnrollmentRequest request)
      throws StoreUnavailableException {
    if (!request.isSignedByItsKey()) {
      return Optional.empty();
    }
    Optional<KnownEnrollment> known =
        store.newestFor(request.endpoint().name(), request.request().digest());
    if (known.isEmpty()) {
      return Optional.empty();
    }
    return switch (known.get()) {
      case KnownEnrollment.Issued issued -> repeat(issued, RequestFacts.of(request));
      case KnownEnrollment.Open _ ->
          Optional.of(
              new EnrollmentOutcome.Unavailable(
                  "the same request is under way under another transactionID"));
    };
  }
}
