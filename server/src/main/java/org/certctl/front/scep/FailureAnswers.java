package org.certctl.front.scep;

import org.certctl.challenge.ChallengeRefusal;
import org.certctl.enroll.EnrollmentOutcome;
import org.certctl.enroll.RefusalReason;
import org.certctl.scep.FailInfo;

/// The one table from a reason to what a device is told.
///
/// Everything about challenges that can be guessed reads the same, so that nobody learns which of
/// unknown, expired, used or wrong it was (CH-7). What the device itself can mend is named by its
/// stable code, and so is what is wrong with a signed challenge, which cannot be guessed.
final class FailureAnswers {

  /// What a CertRep FAILURE says.
  record Answer(FailInfo failInfo, String text) {}

  /// A message type that this server does not serve.
  static final Answer NOT_SUPPORTED = new Answer(FailInfo.BAD_REQUEST, "operation_not_supported");

  /// A poll, or a question for a certificate, that matches nothing.
  static final Answer NOT_FOUND = new Answer(FailInfo.BAD_CERT_ID, "transaction_unknown");

  /// A signingTime outside the endpoint's window, or none where one is wanted.
  static final Answer BAD_TIME = new Answer(FailInfo.BAD_TIME, "signing_time_not_allowed");

  /// GetCert or GetCRL names no certificate, or no issuer, of this endpoint.
  static final Answer NO_SUCH_CERTIFICATE = new Answer(FailInfo.BAD_CERT_ID, "certificate_unknown");

  /// GetCert names a certificate that is not the requester's own.
  static final Answer NOT_YOURS = new Answer(FailInfo.BAD_REQUEST, "certificate_not_yours");

  /// The issuer publishes no CRL, or has not yet.
  static final Answer NO_CRL = new Answer(FailInfo.BAD_REQUEST, "crl_not_available");

  /// The CRL is too large for a reply; it is to be had over HTTP.
  static final Answer CRL_TOO_LARGE = new Answer(FailInfo.BAD_REQUEST, "crl_too_large");

  private static final Answer CHALLENGE_REFUSED =
      new Answer(FailInfo.BAD_REQUEST, "challenge_refused");

  private FailureAnswers() {}

  static Answer to(EnrollmentOutcome.Refused refused) {
    return switch (refused.reason()) {
      case RefusalReason.CHALLENGE, RefusalReason.CHALLENGE_USED ->
          ChallengeRefusal.ofCode(refused.code()).map(FailureAnswers::to).orElse(CHALLENGE_REFUSED);
      case RefusalReason.RENEWAL, RefusalReason.TRANSACTION, RefusalReason.POLICY ->
          new Answer(FailInfo.BAD_REQUEST, refused.code());
      case RefusalReason.ISSUER -> new Answer(FailInfo.BAD_REQUEST, "issuer_refused");
    };
  }

  /// What a human said goes to the requester in the human's words; who else decided, by its code.
  static Answer to(EnrollmentOutcome.Declined declined) {
    return new Answer(
        FailInfo.BAD_REQUEST, declined.words().isEmpty() ? declined.code() : declined.words());
  }

  private static Answer to(ChallengeRefusal refusal) {
    return switch (refusal) {
      case ChallengeRefusal.MISSING,
          ChallengeRefusal.WRONG,
          ChallengeRefusal.TOO_MANY_FAILURES,
          ChallengeRefusal.OTHER_ENDPOINT,
          ChallengeRefusal.EXPIRED,
          ChallengeRefusal.REVOKED,
          ChallengeRefusal.IDENTITY_MISMATCH,
          ChallengeRefusal.USED,
          ChallengeRefusal.REUSED ->
          CHALLENGE_REFUSED;
      case ChallengeRefusal.TOKEN_SIGNATURE_INVALID,
          ChallengeRefusal.TOKEN_EXPIRED,
          ChallengeRefusal.TOKEN_NOT_YET_VALID,
          ChallengeRefusal.TOKEN_AUDIENCE_WRONG,
          ChallengeRefusal.TOKEN_REPLAYED ->
          new Answer(FailInfo.BAD_MESSAGE_CHECK, refusal.code());
      case ChallengeRefusal.TOKEN_MALFORMED,
          ChallengeRefusal.TOKEN_VERSION_UNKNOWN,
          ChallengeRefusal.TOKEN_CLAIM_MISMATCH,
          ChallengeRefusal.TOKEN_RATE_LIMITED,
          ChallengeRefusal.TOKEN_COMPLIANCE_FAILED ->
          new Answer(FailInfo.BAD_REQUEST, refusal.code());
    };
  }
}
