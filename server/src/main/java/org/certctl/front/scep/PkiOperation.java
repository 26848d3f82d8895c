package org.certctl.front.scep;

import java.time.Clock;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.certctl.audit.AuditLog;
import org.certctl.audit.Origin;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.challenge.FailureLimiter;
import org.certctl.enroll.CertificateInventory;
import org.certctl.enroll.EnrollmentCycle;
import org.certctl.scep.MessageType;
import org.certctl.scep.ScepFormatException;
import org.certctl.scep.ScepRequest;
import org.certctl.scep.cms.CertRepEncoder;
import org.certctl.scep.cms.DecodedRequest;
import org.certctl.scep.cms.KeyUnavailableException;
import org.certctl.scep.cms.RejectReason;
import org.certctl.scep.cms.RequestDecoder;
import org.certctl.status.PublishedCrls;

/// Answers one SCEP message: bytes → request → the handler of its message type → bytes.
///
/// Once the message's transactionID can be read, every refusal is a signed CertRep; "cannot tell"
/// is left to HTTP, because FAILURE is final for a client. Safe to call from many threads.
public final class PkiOperation {

  private final RequestDecoder decoder;
  private final Replies replies;
  private final FailureLimiter unreadableEnvelopes;
  private final FailureLimiter wrongChallenges;
  private final Clock clock;
  private final Map<MessageType, MessageHandler> handlers = new EnumMap<>(MessageType.class);

  /// @param decoder takes messages apart
  /// @param encoder makes replies
  /// @param cycle walks requests
  /// @param audit takes rejected messages
  /// @param unreadableEnvelopes slows those who probe our key with bad envelopes (SEC-3)
  /// @param wrongChallenges counts wrong challenges; the password of an envelope is one
  /// @param certificates where GetCert looks
  /// @param crls where GetCRL looks
  /// @param observer is told of rejected messages
  /// @param clock the server's clock
  public PkiOperation(
      RequestDecoder decoder,
      CertRepEncoder encoder,
      EnrollmentCycle cycle,
      AuditLog audit,
      FailureLimiter unreadableEnvelopes,
      FailureLimiter wrongChallenges,
      CertificateInventory certificates,
      PublishedCrls crls,
      ScepObserver observer,
      Clock clock) {
    this.decoder = decoder;
    this.replies = new Replies(encoder, audit, observer, clock);
    this.unreadableEnvelopes = unreadableEnvelopes;
    this.wrongChallenges = wrongChallenges;
    this.clock = clock;
    MessageHandler enrollment = new EnrollmentHandler(cycle, replies);
    handlers.put(MessageType.PKCS_REQ, enrollment);
    handlers.put(MessageType.RENEWAL_REQ, enrollment);
    handlers.put(MessageType.CERT_POLL, new CertPollHandler(cycle, replies));
    MessageHandler fetch =
        new FetchHandler(new CertificateFetch(certificates, clock), new CrlFetch(crls), replies);
    handlers.put(MessageType.GET_CERT, fetch);
    handlers.put(MessageType.GET_CRL, fetch);
  }

  private PkiOperation(PkiOperation other, Trouble trouble) {
    this.decoder = other.decoder;
    this.replies = other.replies;
    this.unreadableEnvelopes = other.unreadableEnvelopes;
    this.wrongChallenges = other.wrongChallenges;
    this.clock = other.clock;
    handlers.putAll(other.handlers);
    for (MessageType type : List.of(MessageType.PKCS_REQ, MessageType.RENEWAL_REQ)) {
      MessageHandler handler = handlers.get(type);
      if (handler != null) {
        handlers.put(type, new TroubleHandler(trouble, handler, replies));
      }
    }
  }

  /// The same, but requests for certificates meet trouble.
  public PkiOperation with(Trouble trouble) {
    return new PkiOperation(this, trouble);
  }

  Reply answer(ScepEndpoint endpoint, byte[] message, Origin origin) {
    if (unreadableEnvelopes.blocks(origin.sourceAddress())) {
      return replies.unavailable(
          endpoint, origin, "throttled", "too many unreadable envelopes from this address");
    }
    boolean mayGuess = !wrongChallenges.blocks(origin.sourceAddress());
    try {
      DecodedRequest decoded =
          decoder
              .decode(message, endpoint.policy(), endpoint.recipients(), endpoint.password())
              .in(endpoint.manner().style());
      countUnreadable(decoded, origin);
      if (decoded.context().password().isPresent() && !mayGuess) {
        // Right or wrong, the answer is the same.
        return replies.unavailable(
            endpoint, origin, "throttled", "too many wrong challenges from this address");
      }
      return switch (decoded) {
        case DecodedRequest.Rejected rejected -> reject(endpoint, rejected, origin);
        case DecodedRequest.Opened opened -> open(endpoint, opened, origin);
      };
    } catch (ScepFormatException e) {
      return replies.unreadable(endpoint, origin, e.getMessage());
    } catch (KeyUnavailableException e) {
      return replies.unavailable(endpoint, origin, "key_unavailable", e.getMessage());
    } catch (StoreUnavailableException e) {
      return replies.unavailable(endpoint, origin, "store_unavailable", e.getMessage());
    }
  }

  /// Answers GetNextCACert.
  ///
  /// @throws IllegalStateException when there is no next CA
  Reply nextCaCert(ScepEndpoint endpoint, Origin origin) {
    try {
      return replies.nextCaCert(endpoint);
    } catch (KeyUnavailableException e) {
      return replies.unavailable(endpoint, origin, "key_unavailable", e.getMessage());
    }
  }

  /// A wrong password is a guess at the static challenge. A poll is answered whatever its envelope
  /// holds (PO-2), and must not be the way to guess, or to have us compute, without end.
  private void countUnreadable(DecodedRequest decoded, Origin origin) {
    boolean byPassword = decoded.context().password().isPresent();
    boolean unreadable =
        switch (decoded) {
          case DecodedRequest.Rejected rejected ->
              rejected.reason() == RejectReason.ENVELOPE_UNREADABLE;
          case DecodedRequest.Opened opened ->
              byPassword
                  && opened.request() instanceof ScepRequest.CertPoll poll
                  && poll.issuerAndSubject().isEmpty();
        };
    if (unreadable) {
      unreadableEnvelopes.failed(origin.sourceAddress());
      if (byPassword) {
        wrongChallenges.failed(origin.sourceAddress());
      }
    }
  }

  private Reply reject(ScepEndpoint endpoint, DecodedRequest.Rejected rejected, Origin origin)
      throws StoreUnavailableException, KeyUnavailableException {
    RejectReason reason = rejected.reason();
    return replies.rejected(
        endpoint,
        rejected.context(),
        origin,
        new FailureAnswers.Answer(reason.failInfo(), reason.code()),
        reason.code());
  }

  private Reply open(ScepEndpoint endpoint, DecodedRequest.Opened opened, Origin origin)
      throws StoreUnavailableException, KeyUnavailableException {
    if (!endpoint
        .manner()
        .signingTimeWindow()
        .takes(opened.context().signingTime(), clock.instant())) {
      FailureAnswers.Answer badTime = FailureAnswers.BAD_TIME;
      return replies.rejected(endpoint, opened.context(), origin, badTime, badTime.text());
    }
    MessageHandler handler = handlers.get(opened.type());
    if (handler == null) {
      FailureAnswers.Answer answer = FailureAnswers.NOT_SUPPORTED;
      return replies.rejected(endpoint, opened.context(), origin, answer, answer.text());
    }
    return handler.answer(endpoint, opened, origin);
  }
}
