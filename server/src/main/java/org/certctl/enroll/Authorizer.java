package org.certctl.enroll;

import java.util.List;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.challenge.ChallengeEvidence;
import org.certctl.challenge.ChallengeQuestion;
import org.certctl.challenge.ChallengeRefusal;
import org.certctl.challenge.ChallengeVerdict;
import org.certctl.pki.CertificateRequest;

/// Step 2 of the cycle: who may have a certificate, by challenge or by the certificate to be
/// renewed.
///
/// Writes nothing; whatever may be used only once comes back as a claim. Safe to call from many
/// threads.
public final class Authorizer {

  private final RenewalPolicy renewals;

  /// @param renewals says when a certificate authorises its own renewal
  public Authorizer(RenewalPolicy renewals) {
    this.renewals = renewals;
  }

  private static boolean mayBeLeftToHuman(EnrollmentRequest request) {
    return request.endpoint().approval().mode() == ApprovalRules.Mode.WITHOUT_CHALLENGE
        && request.challenge().isEmpty();
  }

  /// A human compares one key, so there must be but one: the same key signed the message and is to
  /// be certified (PR-5).
  private static Authorization leftToHuman(EnrollmentRequest request) {
    return request.isSignedByItsKey()
        ? new Authorization.LeftToHuman(request.request())
        : new Authorization.Refused(
            RefusalReason.CHALLENGE,
            "signer_key_differs",
            "without a challenge the message must be signed by the key to be certified");
  }

  /// Judges; never throws for what a requester sent.
  ///
  /// A RenewalReq needs a certificate that may be renewed. An initial request may be the renewal of
  /// an older client: if the certificate that signed it may be renewed, it is authorised, and the
  /// old challenge that such clients send along is not looked at (RFC 8894, section 2.4); if not,
  /// only a challenge can authorise it, or, where the endpoint says so, a human later.
  public Authorization authorize(EnrollmentRequest request) throws StoreUnavailableException {
    RenewalPolicy.Verdict verdict = renewals.judge(request);
    return switch (verdict) {
      case RenewalPolicy.Verdict.Allowed allowed -> byCertificate(request, allowed);
      case RenewalPolicy.Verdict.Refused no ->
          switch (request.kind()) {
            case RENEWAL ->
                new Authorization.Refused(
                    RefusalReason.RENEWAL, no.reason().code(), no.explanation());
            case INITIAL ->
                mayBeLeftToHuman(request) ? leftToHuman(request) : byChallenge(request, no);
          };
    };
  }

  private static Authorization byCertificate(
      EnrollmentRequest request, RenewalPolicy.Verdict.Allowed allowed) {
    if (!request.endpoint().renewal().challengeRequired()) {
      return new Authorization.ByCertificate(
          allowed.request(), allowed.predecessor(), List.of(), ChallengeEvidence.none());
    }
    return switch (judge(request, allowed.request())) {
      case ChallengeVerdict.Accepted yes ->
          new Authorization.ByCertificate(
              allowed.request(), allowed.predecessor(), yes.claims(), yes.evidence());
      case ChallengeVerdict.Refused no -> refused(no, "");
      case ChallengeVerdict.Unavailable away -> new Authorization.Unavailable(away.explanation());
    };
  }

  private static Authorization byChallenge(
      EnrollmentRequest request, RenewalPolicy.Verdict.Refused renewal) {
    return switch (judge(request, request.request())) {
      case ChallengeVerdict.Accepted yes ->
          new Authorization.ByChallenge(
              request.request(), yes.method(), yes.device(), yes.claims(), yes.evidence());
      case ChallengeVerdict.Refused no ->
          refused(
              no,
              switch (renewal.reason()) {
                case OFF, SIGNER_SELF_SIGNED -> "";
                default -> "; nor does the certificate authorise it: " + renewal.explanation();
              });
      case ChallengeVerdict.Unavailable away -> new Authorization.Unavailable(away.explanation());
    };
  }

  private static Authorization refused(ChallengeVerdict.Refused no, String addition) {
    return new Authorization.Refused(
        RefusalReason.CHALLENGE,
        no.reason().code(),
        no.explanation() + addition,
        no.challengeId().filter(_ -> no.reason() == ChallengeRefusal.REUSED),
        no.device(),
        no.evidence());
  }

  private static ChallengeVerdict judge(EnrollmentRequest request, CertificateRequest wanted) {
    return request
        .endpoint()
        .validator()
        .judge(
            new ChallengeQuestion(
                request.endpoint().name(),
                request.transactionText(),
                request.challenge(),
                wanted,
                request.origin()));
  }
}
