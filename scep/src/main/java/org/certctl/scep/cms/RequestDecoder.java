package org.certctl.scep.cms;

import java.security.interfaces.RSAKey;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.cms.IssuerAndSerialNumber;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.scep.AlgorithmPolicy;
import org.certctl.scep.ContentCipher;
import org.certctl.scep.DigestAlgorithm;
import org.certctl.scep.KeyTransport;
import org.certctl.scep.MessageType;
import org.certctl.scep.ScepFormatException;
import org.certctl.scep.ScepRequest;
import org.certctl.scep.TransactionId;

/// Takes a requester's message apart: parse, verify, open (RFC 8894, section 3).
///
/// Cheap checks come before costly ones, and the private key is used only for messages whose
/// signature verified. From there on every failure looks the same. Safe for use by many threads.
public final class RequestDecoder {
  private final ScepCrypto crypto;
  private final Limits limits;

  /// Makes a decoder.
  public RequestDecoder(ScepCrypto crypto, Limits limits) {
    this.crypto = crypto;
    this.limits = limits;
  }

  /// Decodes one message.
  ///
  /// @param body the message as it came, BER or DER
  /// @param policy which algorithms are accepted
  /// @param recipients our keys that an envelope may be for
  /// @throws ScepFormatException if the message cannot be answered in SCEP, which is so without a
  ///   usable transactionID
  /// @throws KeyUnavailableException if the private key cannot be used now; a repeat may help
  public DecodedRequest decode(byte[] body, AlgorithmPolicy policy, List<RecipientKey> recipients)
      throws ScepFormatException, KeyUnavailableException {
    return decode(body, policy, recipients, Optional.empty());
  }

  /// The same, and takes envelopes by password from requesters whose key cannot encrypt (RFC 8894,
  /// section 3.1).
  ///
  /// @param password what such an envelope is opened with; absent when none is taken
  public DecodedRequest decode(
      byte[] body,
      AlgorithmPolicy policy,
      List<RecipientKey> recipients,
      Optional<EnvelopePassword> password)
      throws ScepFormatException, KeyUnavailableException {
    SignedMessage parsed = SignedMessage.parse(body, limits);
    TransactionId transactionId =
        parsed
            .attributes()
            .transactionId()
            .orElseThrow(
                () -> new ScepFormatException("transaction_id_missing", "no usable transactionID"));
    var context = new ReplyContext.Builder(transactionId);
    try {
      VerifiedMessage verified = verify(parsed, policy, context);
      return open(verified, policy, recipients, password, context);
    } catch (RefusedException e) {
      return new DecodedRequest.Rejected(context.build(), e.reason());
    }
  }

  /// A message whose signature verified and whose type is one of a requester.
  ///
  /// @param type the messageType
  /// @param requester the signer
  /// @param message the message it was
  private record VerifiedMessage(MessageType type, Requester requester, SignedMessage message) {}

  private VerifiedMessage verify(
      SignedMessage parsed, AlgorithmPolicy policy, ReplyContext.Builder context)
      throws RefusedException {
    SignedAttributes attributes = parsed.attributes();
    context.signingTime = attributes.signingTime().orElse(null);
    context.senderNonce = attributes.nonce(ScepOid.SENDER_NONCE).orElse(null);
    Optional<MessageType> type =
        attributes.text(ScepOid.MESSAGE_TYPE).flatMap(MessageType::ofWireValue);
    context.messageType = type.orElse(null);
    Optional<DigestAlgorithm> digest = parsed.digestAlgorithm().filter(policy.digests()::contains);
    digest.ifPresent(allowed -> context.digest = allowed);
    refuseIf(attributes.repeatsRelevant(), RejectReason.ATTRIBUTE_REPEATED);
    refuseIf(digest.isEmpty(), RejectReason.DIGEST_NOT_ALLOWED);
    Optional<SignatureScheme> scheme = digest.flatMap(parsed::signatureScheme);
    refuseIf(scheme.isEmpty(), RejectReason.SIGNATURE_ALGORITHM_NOT_ALLOWED);
    Requester requester = requester(parsed);
    context.requester = requester;
    refuseIf(!parsed.verifies(requester.publicKey(), crypto), RejectReason.SIGNATURE_INVALID);
    refuseIf(context.senderNonce == null, RejectReason.SENDER_NONCE_UNUSABLE);
    MessageType known =
        type.filter(MessageType::isRequest)
            .orElseThrow(() -> new RefusedException(RejectReason.MESSAGE_TYPE_UNKNOWN));
    refuseIf(!policy.allows(context.digest, known), RejectReason.DIGEST_NOT_ALLOWED);
    return new VerifiedMessage(known, requester, parsed);
  }

  private Requester requester(SignedMessage parsed) throws RefusedException {
    X509CertificateHolder certificate =
        parsed
            .signerCertificate()
            .orElseThrow(() -> new RefusedException(RejectReason.SIGNER_CERTIFICATE_MISSING));
    return crypto
        .publicKey(certificate.getSubjectPublicKeyInfo())
        .map(key -> new Requester(certificate, key))
        .orElseThrow(() -> new RefusedException(RejectReason.REQUESTER_KEY_NOT_ALLOWED));
  }

  private DecodedRequest open(
      VerifiedMessage verified,
      AlgorithmPolicy policy,
      List<RecipientKey> recipients,
      Optional<EnvelopePassword> password,
      ReplyContext.Builder context)
      throws RefusedException, KeyUnavailableException {
    Envelope envelope = envelope(verified);
    Optional<ContentCipher> cipher = envelope.cipher().filter(policy.ciphers()::contains);
    cipher.ifPresent(allowed -> context.cipher = allowed);
    refuseIf(cipher.isEmpty(), RejectReason.CIPHER_NOT_ALLOWED);
    OpenedEnvelope opened =
        verified.requester().publicKey() instanceof RSAKey
            ? openByKey(envelope, verified, policy, recipients, context)
            : openByPassword(envelope, password, context);
    return request(verified, opened, policy, context);
  }

  /// A requester whose key cannot encrypt could not read an answer to its key; without the password
  /// it is refused before anything is opened, let alone used up (RE-16).
  private OpenedEnvelope openByPassword(
      Envelope envelope, Optional<EnvelopePassword> password, ReplyContext.Builder context)
      throws RefusedException {
    PasswordRecipient recipient =
        envelope
            .passwordRecipient()
            .filter(_ -> password.isPresent())
            .orElseThrow(() -> new RefusedException(RejectReason.REQUESTER_KEY_NOT_ALLOWED));
    context.password = password.orElseThrow();
    return envelope.open(recipient, context.password, crypto);
  }

  private OpenedEnvelope openByKey(
      Envelope envelope,
      VerifiedMessage verified,
      AlgorithmPolicy policy,
      List<RecipientKey> recipients,
      ReplyContext.Builder context)
      throws RefusedException, KeyUnavailableException {
    refuseIf(envelope.hasOnlyOtherRecipients(), RejectReason.KEY_TRANSPORT_NOT_ALLOWED);
    Envelope.Match match =
        envelope
            .match(recipients)
            .orElseThrow(() -> new RefusedException(RejectReason.RECIPIENT_UNKNOWN));
    context.openedBy = match.key();
    Optional<KeyTransport> transport =
        match.transport().filter(used -> policy.keyTransports().contains(used.kind()));
    transport.ifPresent(allowed -> context.keyTransport = allowed);
    refuseIf(transport.isEmpty(), RejectReason.KEY_TRANSPORT_NOT_ALLOWED);
    refuseIf(!mayReceive(verified.requester(), policy), RejectReason.REQUESTER_KEY_NOT_ALLOWED);
    return envelope.open(match, crypto);
  }

  private DecodedRequest request(
      VerifiedMessage verified,
      OpenedEnvelope envelope,
      AlgorithmPolicy policy,
      ReplyContext.Builder context)
      throws RefusedException {
    return switch (verified.type()) {
      case PKCS_REQ, RENEWAL_REQ -> csr(verified, envelope, policy, context);
      case CERT_POLL ->
          opened(
              context,
              verified,
              new ScepRequest.CertPoll(names(envelope.octets()).filter(_ -> envelope.sound())));
      case GET_CERT, GET_CRL -> {
        IssuerAndSerialNumber which =
            issuerAndSerialNumber(envelope.octets())
                .filter(_ -> envelope.sound())
                .orElseThrow(() -> new RefusedException(RejectReason.ENVELOPE_UNREADABLE));
        var serialNumber = which.getSerialNumber().getValue();
        yield opened(
            context,
            verified,
            verified.type() == MessageType.GET_CERT
                ? new ScepRequest.GetCert(which.getName(), serialNumber)
                : new ScepRequest.GetCrl(which.getName(), serialNumber));
      }
      case CERT_REP -> throw new IllegalStateException("refused before");
    };
  }

  private Envelope envelope(VerifiedMessage verified) throws RefusedException {
    byte[] content =
        verified
            .message()
            .content()
            .filter(octets -> Envelope.isEnveloped(octets, limits))
            .orElseThrow(() -> new RefusedException(RejectReason.CONTENT_NOT_ENVELOPED));
    try {
      return Envelope.parse(content, limits);
    } catch (ScepFormatException e) {
      throw new RefusedException(RejectReason.ENVELOPE_UNREADABLE);
    }
  }

  /// Whether a reply can be encrypted to the requester (RFC 8894, section 3.1).
  private static boolean mayReceive(Requester requester, AlgorithmPolicy policy) {
    if (!(requester.publicKey() instanceof RSAKey key)) {
      return false;
    }
    int bits = key.getModulus().bitLength();
    return bits >= policy.minRsaBits() && bits <= policy.maxRsaBits();
  }

  private DecodedRequest csr(
      VerifiedMessage verified,
      OpenedEnvelope envelope,
      AlgorithmPolicy policy,
      ReplyContext.Builder context)
      throws RefusedException {
    byte[] element = firstElement(envelope.octets());
    Optional<Pkcs10> parsed = pkcs10(element);
    if (parsed.isEmpty()) {
      StandInRequest.process(crypto, limits);
      throw new RefusedException(RejectReason.ENVELOPE_UNREADABLE);
    }
    Pkcs10 csr = parsed.get();
    boolean proved = csr.verify(crypto);
    boolean whole = element.length == envelope.octets().length;
    refuseIf(!(envelope.sound() && whole && proved), RejectReason.ENVELOPE_UNREADABLE);
    Optional<DigestAlgorithm> digest = csr.signatureDigest();
    refuseIf(
        digest.isPresent() && !policy.csrDigests().contains(digest.get()),
        RejectReason.CSR_DIGEST_NOT_ALLOWED);
    ScepRequest request =
        verified.type() == MessageType.RENEWAL_REQ
            ? new ScepRequest.RenewalReq(csr.encoded())
            : new ScepRequest.PkcsReq(csr.encoded());
    return new DecodedRequest.Opened(context.build(), verified.type(), request, Optional.of(csr));
  }

  /// The first element of what came out of an envelope, so that a request is read and its signature
  /// verified whether good padding was removed after it or bad padding still follows.
  private byte[] firstElement(byte[] octets) {
    try {
      int end = Tlv.scan(octets, limits).end();
      return end == octets.length ? octets : Arrays.copyOf(octets, end);
    } catch (ScepFormatException e) {
      return octets;
    }
  }

  private Optional<Pkcs10> pkcs10(byte[] plaintext) {
    try {
      return Optional.of(Pkcs10.parse(plaintext, limits));
    } catch (ScepFormatException e) {
      return Optional.empty();
    }
  }

  private Optional<ScepRequest.IssuerAndSubject> names(byte[] plaintext) {
    try {
      ASN1Primitive parsed = Asn1.parseWhole(plaintext, "not_issuer_and_subject", limits);
      return Asn1.read(
          "not_issuer_and_subject",
          () -> {
            ASN1Sequence sequence = ASN1Sequence.getInstance(parsed);
            return sequence.size() == 2
                ? Optional.of(
                    new ScepRequest.IssuerAndSubject(
                        Asn1.name(sequence.getObjectAt(0)), Asn1.name(sequence.getObjectAt(1))))
                : Optional.empty();
          });
    } catch (ScepFormatException e) {
      return Optional.empty();
    }
  }

  private Optional<IssuerAndSerialNumber> issuerAndSerialNumber(byte[] plaintext) {
    try {
      ASN1Primitive parsed = Asn1.parseWhole(plaintext, "not_issuer_and_serial", limits);
      return Asn1.read(
          "not_issuer_and_serial",
          () -> {
            ASN1Sequence sequence = ASN1Sequence.getInstance(parsed);
            if (sequence.size() != 2) {
              return Optional.empty();
            }
            X500Name issuer = Asn1.name(sequence.getObjectAt(0));
            return Optional.of(
                new IssuerAndSerialNumber(
                    issuer, ASN1Integer.getInstance(sequence.getObjectAt(1)).getValue()));
          });
    } catch (ScepFormatException e) {
      return Optional.empty();
    }
  }

  private static DecodedRequest opened(
      ReplyContext.Builder context, VerifiedMessage verified, ScepRequest request) {
    return new DecodedRequest.Opened(context.build(), verified.type(), request, Optional.empty());
  }

  private static void refuseIf(boolean condition, RejectReason reason) throws RefusedException {
    if (condition) {
      throw new RefusedException(reason);
    }
  }
}
