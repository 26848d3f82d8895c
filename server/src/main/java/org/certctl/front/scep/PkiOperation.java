package org.certctl.front.scep;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.audit.AuditEvent;
import org.certctl.audit.AuditLog;
import org.certctl.audit.Origin;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.challenge.FailureLimiter;
import org.certctl.enroll.ByteString;
import org.certctl.enroll.EnrollmentCycle;
import org.certctl.enroll.EnrollmentOutcome;
import org.certctl.enroll.EnrollmentRequest;
import org.certctl.pki.CertificateRequest;
import org.certctl.pki.IssuedCertificate;
import org.certctl.pki.Names;
import org.certctl.pki.Sha256;
import org.certctl.scep.FailInfo;
import org.certctl.scep.MessageType;
import org.certctl.scep.ScepFormatException;
import org.certctl.scep.cms.CertRepEncoder;
import org.certctl.scep.cms.DecodedRequest;
import org.certctl.scep.cms.KeyUnavailableException;
import org.certctl.scep.cms.Pkcs10;
import org.certctl.scep.cms.RejectReason;
import org.certctl.scep.cms.ReplyContext;
import org.certctl.scep.cms.ReplyOptions;
import org.certctl.scep.cms.RequestDecoder;
import org.certctl.secret.Secret;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Answers one SCEP message: bytes → request → enrollment cycle → bytes.
///
/// Once the message's transactionID can be read, every refusal is a signed CertRep; "cannot tell"
/// is left to HTTP, because FAILURE is final for a client. Safe to call from many threads.
public final class PkiOperation {

  /// What goes back.
  sealed interface Reply {
    /// A CertRep.
    @SuppressWarnings("ArrayRecordComponent") // handed straight to the wire
    record Message(byte[] body) implements Reply {}

    /// Not a SCEP message that could be answered.
    record BadRequest() implements Reply {}

    /// We cannot tell just now.
    record Unavailable() implements Reply {}
  }

  private static final Logger log = LoggerFactory.getLogger(PkiOperation.class);
  private static final String PROTOCOL = "SCEP";

  private final RequestDecoder decoder;
  private final CertRepEncoder encoder;
  private final EnrollmentCycle cycle;
  private final AuditLog audit;
  private final FailureLimiter unreadableEnvelopes;
  private final ScepObserver observer;
  private final Clock clock;

  /// @param decoder takes messages apart
  /// @param encoder makes replies
  /// @param cycle walks requests
  /// @param audit takes rejected messages
  /// @param unreadableEnvelopes slows those who probe our key with bad envelopes (SEC-3)
  /// @param observer is told of rejected messages
  /// @param clock the server's clock
  public PkiOperation(
      RequestDecoder decoder,
      CertRepEncoder encoder,
      EnrollmentCycle cycle,
      AuditLog audit,
      FailureLimiter unreadableEnvelopes,
      ScepObserver observer,
      Clock clock) {
    this.decoder = decoder;
    this.encoder = encoder;
    this.cycle = cycle;
    this.audit = audit;
    this.unreadableEnvelopes = unreadableEnvelopes;
    this.observer = observer;
    this.clock = clock;
  }

  Reply answer(ScepEndpoint endpoint, byte[] message, Origin origin) {
    if (unreadableEnvelopes.blocks(origin.sourceAddress())) {
      log(endpoint, origin, "throttled", "too many unreadable envelopes from this address");
      return new Reply.Unavailable();
    }
    try {
      return switch (decoder.decode(message, endpoint.policy(), endpoint.recipients())) {
        case DecodedRequest.Rejected rejected -> reject(endpoint, rejected, origin);
        case DecodedRequest.Opened opened -> open(endpoint, opened, origin);
      };
    } catch (ScepFormatException e) {
      observer.rejected(endpoint.name(), "not_a_scep_message");
      log(endpoint, origin, "not_a_scep_message", e.getMessage());
      return new Reply.BadRequest();
    } catch (KeyUnavailableException e) {
      log(endpoint, origin, "key_unavailable", e.getMessage());
      return new Reply.Unavailable();
    } catch (StoreUnavailableException e) {
      log(endpoint, origin, "store_unavailable", e.getMessage());
      return new Reply.Unavailable();
    }
  }

  private Reply reject(ScepEndpoint endpoint, DecodedRequest.Rejected rejected, Origin origin)
      throws StoreUnavailableException, KeyUnavailableException {
    RejectReason reason = rejected.reason();
    if (reason == RejectReason.ENVELOPE_UNREADABLE) {
      unreadableEnvelopes.failed(origin.sourceAddress());
    }
    return failure(
        endpoint,
        rejected.context(),
        origin,
        new FailureAnswers.Answer(reason.failInfo(), reason.code()),
        reason.code());
  }

  private Reply open(ScepEndpoint endpoint, DecodedRequest.Opened opened, Origin origin)
      throws StoreUnavailableException, KeyUnavailableException {
    if (opened.type() == MessageType.PKCS_REQ && opened.csr().isPresent()) {
      return enroll(endpoint, opened, opened.csr().get(), origin);
    }
    FailureAnswers.Answer answer =
        opened.type() == MessageType.CERT_POLL
            ? FailureAnswers.NOT_FOUND
            : FailureAnswers.NOT_SUPPORTED;
    return failure(endpoint, opened.context(), origin, answer, answer.text());
  }

  private Reply enroll(
      ScepEndpoint endpoint, DecodedRequest.Opened opened, Pkcs10 csr, Origin origin)
      throws StoreUnavailableException, KeyUnavailableException {
    ReplyContext context = opened.context();
    List<String> challenges = csr.challengePasswords();
    if (challenges.size() > 1) {
      return failure(
          endpoint,
          context,
          origin,
          new FailureAnswers.Answer(FailInfo.BAD_REQUEST, "challenge_repeated"),
          "challenge_repeated");
    }
    Optional<Secret> challenge =
        challenges.stream().filter(text -> !text.isEmpty()).findFirst().map(Secret::of);
    EnrollmentOutcome outcome =
        cycle.enroll(
            new EnrollmentRequest(
                PROTOCOL,
                "scep_pkcsreq",
                endpoint.enrollment(),
                ByteString.of(context.transactionId().octets()),
                context.transactionId().text(),
                new CertificateRequest(
                    Sha256.over(csr.encoded()),
                    csr.subject(),
                    csr.subjectPublicKeyInfo(),
                    csr.requestedExtensions()),
                Sha256.over(opened.requester().subjectPublicKeyInfo()),
                challenge,
                origin));
    return switch (outcome) {
      case EnrollmentOutcome.Issued issued -> success(endpoint, context, issued, origin);
      case EnrollmentOutcome.Refused refused -> {
        log(endpoint, origin, refused.code(), refused.explanation());
        yield encodedFailure(endpoint, context, FailureAnswers.to(refused));
      }
      case EnrollmentOutcome.Unavailable away -> {
        log(endpoint, origin, "unavailable", away.explanation());
        yield new Reply.Unavailable();
      }
    };
  }

  private Reply success(
      ScepEndpoint endpoint, ReplyContext context, EnrollmentOutcome.Issued issued, Origin origin)
      throws KeyUnavailableException {
    IssuedCertificate certificate = issued.certificate();
    List<X509CertificateHolder> certificates = new ArrayList<>();
    certificates.add(certificate.holder());
    if (endpoint.chainInReply()) {
      certificates.addAll(endpoint.caChain());
    }
    byte[] reply =
        encoder.success(
            context, endpoint.signer(), certificates, clock.instant(), ReplyOptions.defaults());
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

  private Reply failure(
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
    return encodedFailure(endpoint, context, answer);
  }

  private Reply encodedFailure(
      ScepEndpoint endpoint, ReplyContext context, FailureAnswers.Answer answer)
      throws KeyUnavailableException {
    return new Reply.Message(
        encoder.failure(
            context,
            endpoint.signer(),
            answer.failInfo(),
            endpoint.failInfoText() ? Optional.of(answer.text()) : Optional.empty(),
            clock.instant()));
  }

  private static void log(
      ScepEndpoint endpoint, Origin origin, String code, @Nullable String explanation) {
    log.atInfo()
        .addKeyValue("request_id", origin.requestId())
        .addKeyValue("endpoint", endpoint.name())
        .addKeyValue("source", origin.sourceAddress())
        .addKeyValue("reason", code)
        .log("refused: {}", explanation);
  }
}
