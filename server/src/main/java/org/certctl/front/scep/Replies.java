package org.certctl.front.scep;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.cert.X509CRLHolder;
import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.audit.AuditEvent;
import org.certctl.audit.AuditLog;
import org.certctl.audit.Origin;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.enroll.EnrollmentOutcome;
import org.certctl.pki.IssuedCertificate;
import org.certctl.pki.Names;
import org.certctl.scep.cms.CertRepEncoder;
import org.certctl.scep.cms.KeyUnavailableException;
import org.certctl.scep.cms.MessageSigner;
import org.certctl.scep.cms.ReplyContext;
import org.certctl.scep.cms.ReplyOptions;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/// Writes replies, and tells log, metrics and audit trail of them.
///
/// "Cannot tell" is left to HTTP, because FAILURE is final for a client.
final class Replies {

  static final String PROTOCOL = "SCEP";

  private static final Logger log = LoggerFactory.getLogger(Replies.class);

  private final CertRepEncoder encoder;
  private final AuditLog audit;
  private final ScepObserver observer;
  private final Clock clock;

  Replies(CertRepEncoder encoder, AuditLog audit, ScepObserver observer, Clock clock) {
    this.encoder = encoder;
    this.audit = audit;
    this.observer = observer;
    this.clock = clock;
  }

  /// What the enrollment cycle came to, as a CertRep.
  Reply to(EnrollmentOutcome outcome, ScepEndpoint endpoint, ReplyContext context, Origin origin)
      throws KeyUnavailableException {
    return switch (outcome) {
      case EnrollmentOutcome.Issued issued -> success(endpoint, context, issued, origin);
      case EnrollmentOutcome.Deferred deferred -> pending(endpoint, context, deferred, origin);
      case EnrollmentOutcome.Refused refused -> {
        log(endpoint, origin, refused.code(), refused.explanation());
        yield failure(endpoint, context, FailureAnswers.to(refused));
      }
      case EnrollmentOutcome.Declined declined -> {
        log(endpoint, origin, declined.code(), declined.words());
        yield failure(endpoint, context, FailureAnswers.to(declined));
      }
      case EnrollmentOutcome.Unavailable away -> {
        log(endpoint, origin, "unavailable", away.explanation());
        yield new Reply.Unavailable();
      }
    };
  }

  /// What GetCert or GetCRL found, as a CertRep.
  Reply to(Fetched fetched, ScepEndpoint endpoint, ReplyContext context, Origin origin)
      throws StoreUnavailableException, KeyUnavailableException {
    MessageSigner signer = endpoint.signerFor(context);
    ReplyOptions options = ReplyOptions.defaults();
    Instant now = clock.instant();
    return switch (fetched) {
      case Fetched.Refused refused ->
          rejected(endpoint, context, origin, refused.answer(), refused.answer().text());
      case Fetched.Certificate(IssuedCertificate certificate) ->
          new Reply.Message(
              encoder.success(context, signer, List.of(certificate.holder()), now, options));
      case Fetched.Crl(X509CRLHolder crl) ->
          new Reply.Message(encoder.success(context, signer, crl, now, options));
    };
  }

  /// The next CA as GetCACert will tell it, signed by the present one (RFC 8894, section 4.7.1).
  ///
  /// @throws IllegalStateException when there is no next CA
  Reply nextCaCert(ScepEndpoint endpoint) throws KeyUnavailableException {
    ScepAuthority next =
        endpoint.next().orElseThrow(() -> new IllegalStateException("there is no next CA"));
    return new Reply.Message(
        encoder.nextCaCert(
            endpoint.signer(),
            next.certificates(),
            endpoint.manner().nextCaOutside(),
            clock.instant()));
  }

  /// FAILURE for a message that became no request; goes to the audit trail.
  Reply rejected(
      ScepEndpoint endpoint,
      ReplyContext context,
      Origin origin,
      FailureAnswers.Answer answer,
      String code)
      throws StoreUnavailableException, KeyUnavailableException {
    audit.append(
        new AuditEvent.MessageRejected(
            clock.instant(),
            PROTOCOL,
            endpoint.name(),
            context.transactionId().text(),
            context
                .requester()
                .map(requester -> Names.text(requester.certificate().getSubject()))
                .orElse(""),
            code,
            origin));
    observer.rejected(endpoint.name(), code);
    log(endpoint, origin, code, "the message was refused");
    return failure(endpoint, context, answer);
  }

  /// HTTP 400 for what cannot be answered in SCEP.
  Reply unreadable(ScepEndpoint endpoint, Origin origin, @Nullable String explanation) {
    String code = "not_a_scep_message";
    observer.rejected(endpoint.name(), code);
    log(endpoint, origin, code, explanation);
    return new Reply.BadRequest();
  }

  /// HTTP 503 for what may go better later.
  Reply unavailable(
      ScepEndpoint endpoint, Origin origin, String code, @Nullable String explanation) {
    log(endpoint, origin, code, explanation);
    return new Reply.Unavailable();
  }

  private Reply success(
      ScepEndpoint endpoint, ReplyContext context, EnrollmentOutcome.Issued issued, Origin origin)
      throws KeyUnavailableException {
    IssuedCertificate certificate = issued.certificate();
    List<X509CertificateHolder> certificates = new ArrayList<>();
    certificates.add(certificate.holder());
    if (endpoint.chainInReply()) {
      certificates.addAll(endpoint.authorityFor(context).caChain());
    }
    byte[] reply =
        encoder.success(
            context,
            endpoint.signerFor(context),
            certificates,
            clock.instant(),
            ReplyOptions.defaults());
    log.atInfo()
        .addKeyValue("request_id", origin.requestId())
        .addKeyValue("endpoint", endpoint.name())
        .addKeyValue("source", origin.sourceAddress())
        .addKeyValue("transaction", context.transactionId().text())
        .addKeyValue("subject", certificate.subjectText())
        .addKeyValue("serial", certificate.serialNumber().hex())
        .log(issued.repeated() ? "answered again" : "issued");
    return new Reply.Message(reply);
  }

  private Reply pending(
      ScepEndpoint endpoint,
      ReplyContext context,
      EnrollmentOutcome.Deferred deferred,
      Origin origin)
      throws KeyUnavailableException {
    log.atLevel(deferred.repeated() ? Level.DEBUG : Level.INFO)
        .addKeyValue("request_id", origin.requestId())
        .addKeyValue("endpoint", endpoint.name())
        .addKeyValue("source", origin.sourceAddress())
        .addKeyValue("transaction", context.transactionId().text())
        .log(deferred.repeated() ? "still pending" : "pending: waits for approval");
    return new Reply.Message(
        encoder.pending(context, endpoint.signerFor(context), clock.instant()));
  }

  private Reply failure(ScepEndpoint endpoint, ReplyContext context, FailureAnswers.Answer answer)
      throws KeyUnavailableException {
    return new Reply.Message(
        encoder.failure(
            context,
            endpoint.signerFor(context),
            answer.failInfo(),
            endpoint.failInfoText() ? Optional.of(answer.text()) : Optional.empty(),
            clock.instant()));
  }

  /// The explanation may quote the request, and goes on one line.
  private static void log(
      ScepEndpoint endpoint, Origin origin, String code, @Nullable String explanation) {
    log.atInfo()
        .addKeyValue("request_id", origin.requestId())
        .addKeyValue("endpoint", endpoint.name())
        .addKeyValue("source", origin.sourceAddress())
        .addKeyValue("reason", code)
        .log("refused: {}", explanation == null ? null : Names.printable(explanation));
  }
}
