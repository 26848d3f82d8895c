package org.certctl.front.scep;

import org.certctl.enroll.EnrollmentOutcome;
import org.certctl.enroll.RefusalReason;
import org.certctl.scep.FailInfo;

/// The one table from a reason to what a device is told.
///
/// Everything about challenges reads the same, so that nobody learns which of unknown, expired,
/// used or wrong it was (CH-7). What the device itself can mend is named by its stable code.
final class FailureAnswers {

  /// What a CertRep FAILURE says.
  record Answer(FailInfo failInfo, String text) {}

  /// A message type that this server does not serve.
  static final Answer NOT_SUPPORTED = new Answer(FailInfo.BAD_REQUEST, "operation_not_supported");

  /// A poll, or a question for a certificate, that matches nothing.
  static final Answer NOT_FOUND = new Answer(FailInfo.BAD_CERT_ID, "transaction_unknown");

  private FailureAnswers() {}

  static Answer to(EnrollmentOutcome.Refused refused) {
    return switch (refused.reason()) {
      case RefusalReason.CHALLENGE, RefusalReason.CHALLENGE_USED ->
          new Answer(FailInfo.BAD_REQUEST, "challenge_refused");
      case RefusalReason.POLICY -> new Answer(FailInfo.BAD_REQUEST, refused.code());
      case RefusalReason.ISSUER -> new Answer(FailInfo.BAD_REQUEST, "issuer_refused");
    };
  }
}
