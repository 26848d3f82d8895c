package org.certctl.front.scep;

import java.util.Optional;
import org.certctl.audit.Origin;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.enroll.ByteString;
import org.certctl.enroll.EnrollmentCycle;
import org.certctl.enroll.EnrollmentOutcome;
import org.certctl.enroll.Poll;
import org.certctl.pki.Sha256;
import org.certctl.scep.cms.DecodedRequest;
import org.certctl.scep.cms.KeyUnavailableException;
import org.certctl.scep.cms.ReplyContext;

/// Answers CertPoll (RFC 8894, section 3.3.3).
///
/// The transactionID and the signer's key say what is asked for. The IssuerAndSubject inside says
/// the same once more, wrongly as often as not, and is not looked at (PO-2).
final class CertPollHandler implements MessageHandler {

  private final EnrollmentCycle cycle;
  private final Replies replies;

  CertPollHandler(EnrollmentCycle cycle, Replies replies) {
    this.cycle = cycle;
    this.replies = replies;
  }

  @Override
  public Reply answer(ScepEndpoint endpoint, DecodedRequest.Opened message, Origin origin)
      throws StoreUnavailableException, KeyUnavailableException {
    ReplyContext context = message.context();
    Optional<EnrollmentOutcome> outcome =
        cycle.poll(
            new Poll(
                Replies.PROTOCOL,
                "scep_certpoll",
                endpoint.authorityFor(context).enrollment(),
                ByteString.of(context.transactionId().octets()),
                context.transactionId().text(),
                Sha256.over(message.requester().subjectPublicKeyInfo()),
                origin));
    if (outcome.isEmpty()) {
      FailureAnswers.Answer unknown = FailureAnswers.NOT_FOUND;
      return replies.rejected(endpoint, context, origin, unknown, unknown.text());
    }
    return replies.to(outcome.get(), endpoint, context, origin);
  }
}
