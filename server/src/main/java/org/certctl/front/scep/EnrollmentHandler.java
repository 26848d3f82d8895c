package org.certctl.front.scep;

import java.util.List;
import java.util.Optional;
import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.audit.Origin;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.enroll.ByteString;
import org.certctl.enroll.EnrollmentCycle;
import org.certctl.enroll.EnrollmentRequest;
import org.certctl.enroll.SignerCertificate;
import org.certctl.pki.CertificateRequest;
import org.certctl.pki.Sha256;
import org.certctl.scep.DigestAlgorithm;
import org.certctl.scep.FailInfo;
import org.certctl.scep.MessageType;
import org.certctl.scep.cms.DecodedRequest;
import org.certctl.scep.cms.KeyUnavailableException;
import org.certctl.scep.cms.Pkcs10;
import org.certctl.scep.cms.ReplyContext;
import org.certctl.secret.Secret;

/// Answers messages that carry a PKCS#10 (RFC 8894, sections 3.3.1 and 2.5).
final class EnrollmentHandler implements MessageHandler {

  private final EnrollmentCycle cycle;
  private final Replies replies;

  EnrollmentHandler(EnrollmentCycle cycle, Replies replies) {
    this.cycle = cycle;
    this.replies = replies;
  }

  @Override
  public Reply answer(ScepEndpoint endpoint, DecodedRequest.Opened message, Origin origin)
      throws StoreUnavailableException, KeyUnavailableException {
    ReplyContext context = message.context();
    Pkcs10 csr =
        message.csr().orElseThrow(() -> new IllegalStateException("such a message has a PKCS#10"));
    List<String> challenges = csr.challengePasswords();
    if (challenges.size() > 1) {
      return replies.rejected(
          endpoint,
          context,
          origin,
          new FailureAnswers.Answer(FailInfo.BAD_REQUEST, "challenge_repeated"),
          "challenge_repeated");
    }
    Optional<Secret> challenge =
        challenges.stream().filter(text -> !text.isEmpty()).findFirst().map(Secret::of);
    boolean renewal = message.type() == MessageType.RENEWAL_REQ;
    EnrollmentRequest request =
        new EnrollmentRequest(
            Replies.PROTOCOL,
            renewal ? EnrollmentRequest.Kind.RENEWAL : EnrollmentRequest.Kind.INITIAL,
            renewal ? "scep_renewalreq" : "scep_pkcsreq",
            endpoint.authorityFor(context).enrollment(),
            ByteString.of(context.transactionId().octets()),
            context.transactionId().text(),
            new CertificateRequest(
                Sha256.over(csr.encoded()),
                csr.subject(),
                csr.subjectPublicKeyInfo(),
                csr.requestedExtensions(),
                csr.requestedValidity()),
            Sha256.over(message.requester().subjectPublicKeyInfo()),
            signer(message),
            challenge,
            origin);
    return replies.to(cycle.enroll(request), endpoint, context, origin);
  }

  /// A certificate that its own key issued proves nothing; most first enrollments come with one.
  private static Optional<SignerCertificate> signer(DecodedRequest.Opened message) {
    X509CertificateHolder certificate = message.requester().certificate();
    if (certificate.getIssuer().equals(certificate.getSubject())) {
      return Optional.empty();
    }
    return Optional.of(
        new SignerCertificate(
            ByteString.of(message.requester().encodedCertificate()),
            message.context().digest() == DigestAlgorithm.SHA1));
  }
}
