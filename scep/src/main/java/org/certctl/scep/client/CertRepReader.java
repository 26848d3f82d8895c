package org.certctl.scep.client;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.PublicKey;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.scep.FailInfo;
import org.certctl.scep.MessageType;
import org.certctl.scep.Nonce;
import org.certctl.scep.PkiStatus;
import org.certctl.scep.ScepFormatException;
import org.certctl.scep.TransactionId;
import org.certctl.scep.cms.CertsOnly;
import org.certctl.scep.cms.Envelope;
import org.certctl.scep.cms.EnvelopePassword;
import org.certctl.scep.cms.KeyUnavailableException;
import org.certctl.scep.cms.Limits;
import org.certctl.scep.cms.RecipientKey;
import org.certctl.scep.cms.ScepCrypto;
import org.certctl.scep.cms.ScepOid;
import org.certctl.scep.cms.SignedMessage;

/// Reads and checks the answers of a CA.
public final class CertRepReader {
  /// The pkiStatus attribute up to its value: type, SET and PrintableString of one character.
  private static final byte[] STATUS_PREFIX = {
    0x06,
    0x0a,
    0x60,
    (byte) 0x86,
    0x48,
    0x01,
    (byte) 0x86,
    (byte) 0xf8,
    0x45,
    0x01,
    0x09,
    0x03,
    0x31,
    0x03,
    0x13,
    0x01
  };

  private final ScepCrypto crypto;
  private final Limits limits;
  private final boolean strict;

  /// Makes a reader that holds CAs to the standard.
  public CertRepReader(ScepCrypto crypto, Limits limits) {
    this(crypto, limits, true);
  }

  private CertRepReader(ScepCrypto crypto, Limits limits, boolean strict) {
    this.crypto = crypto;
    this.limits = limits;
    this.strict = strict;
  }

  /// The same, but a CA need not send a senderNonce of its own: some send none, others ours.
  /// Nothing that proves the answer is ours and the CA's depends on it.
  public CertRepReader tolerant() {
    return new CertRepReader(crypto, limits, false);
  }

  /// What an answer has to match.
  ///
  /// @param transactionId the transactionID of the request
  /// @param senderNonce the senderNonce of the request
  /// @param signers the certificates a CA may answer with
  /// @param opener opens the envelope of a SUCCESS
  public record Expectation(
      TransactionId transactionId,
      Nonce senderNonce,
      List<X509CertificateHolder> signers,
      Opener opener) {
    /// Copies the list.
    public Expectation {
      signers = List.copyOf(signers);
    }

    /// An answer to the key that signed the request.
    public Expectation(
        TransactionId transactionId,
        Nonce senderNonce,
        List<X509CertificateHolder> signers,
        RecipientKey recipient) {
      this(
          transactionId,
          senderNonce,
          signers,
          (Opener) (envelope, crypto) -> envelope.open(List.of(recipient), crypto));
    }

    /// An answer by the password that the request was sealed with (RFC 8894, section 3.1).
    public Expectation(
        TransactionId transactionId,
        Nonce senderNonce,
        List<X509CertificateHolder> signers,
        EnvelopePassword password) {
      this(
          transactionId,
          senderNonce,
          signers,
          (Opener) (envelope, crypto) -> envelope.open(password, crypto));
    }
  }

  /// Opens the envelope of an answer.
  @FunctionalInterface
  public interface Opener {
    /// What is in it.
    ///
    /// @throws ScepFormatException if it cannot be opened
    /// @throws KeyUnavailableException when the key cannot be used
    byte[] open(Envelope envelope, ScepCrypto crypto)
        throws ScepFormatException, KeyUnavailableException;
  }

  /// The status an answer claims, found without verifying anything, for load generators.
  public static Optional<PkiStatus> peekStatus(byte[] reply) {
    int last = reply.length - STATUS_PREFIX.length - 1;
    for (int start = 0; start <= last; start++) {
      int matched = 0;
      while (matched < STATUS_PREFIX.length && reply[start + matched] == STATUS_PREFIX[matched]) {
        matched++;
      }
      if (matched == STATUS_PREFIX.length) {
        return PkiStatus.ofWireValue(String.valueOf((char) reply[start + matched]));
      }
    }
    return Optional.empty();
  }

  /// Verifies and opens an answer (RFC 8894, section 3.2.1).
  ///
  /// @throws ScepFormatException if the answer is malformed, not signed by one of the expected
  ///   certificates, or not the answer to this request
  /// @throws KeyUnavailableException when the key that opens it cannot be used
  public CertRep read(byte[] reply, Expectation expected)
      throws ScepFormatException, KeyUnavailableException {
    SignedMessage message = SignedMessage.parse(reply, limits);
    requireSignature(message, expected.signers());
    var attributes = message.attributes();
    require(
        attributes.transactionId().filter(expected.transactionId()::equals).isPresent(),
        "reply_transaction_id",
        "the transactionID is another");
    require(
        attributes
            .text(ScepOid.MESSAGE_TYPE)
            .filter(MessageType.CERT_REP.wireValue()::equals)
            .isPresent(),
        "reply_message_type",
        "the messageType is not CertRep");
    require(
        attributes
            .nonce(ScepOid.RECIPIENT_NONCE)
            .filter(expected.senderNonce()::equals)
            .isPresent(),
        "reply_recipient_nonce",
        "the recipientNonce is another");
    require(
        !strict
            || attributes
                .nonce(ScepOid.SENDER_NONCE)
                .filter(nonce -> !nonce.equals(expected.senderNonce()))
                .isPresent(),
        "reply_sender_nonce",
        "the senderNonce is absent or ours");
    PkiStatus status =
        attributes
            .text(ScepOid.PKI_STATUS)
            .flatMap(PkiStatus::ofWireValue)
            .orElseThrow(() -> new ScepFormatException("reply_status", "no known pkiStatus"));
    return switch (status) {
      case SUCCESS -> success(message, expected.opener());
      case PENDING -> new CertRep.Pending();
      case FAILURE -> failure(message);
    };
  }

  /// Verifies and reads the answer to GetNextCACert (RFC 8894, section 4.7.1).
  ///
  /// @throws ScepFormatException if the answer is malformed or not signed by one of the expected
  ///   certificates
  public CertsOnly readNextCaCert(byte[] reply, List<X509CertificateHolder> signers)
      throws ScepFormatException {
    SignedMessage message = SignedMessage.parse(reply, limits);
    requireSignature(message, signers);
    return CertsOnly.parse(content(message), limits);
  }

  private CertRep success(SignedMessage message, Opener opener)
      throws ScepFormatException, KeyUnavailableException {
    Envelope envelope = Envelope.parse(content(message), limits);
    byte[] plaintext = opener.open(envelope, crypto);
    return new CertRep.Success(CertsOnly.parse(plaintext, limits));
  }

  private static CertRep failure(SignedMessage message) throws ScepFormatException {
    FailInfo failInfo =
        message
            .attributes()
            .text(ScepOid.FAIL_INFO)
            .flatMap(FailInfo::ofWireValue)
            .orElseThrow(() -> new ScepFormatException("reply_fail_info", "no known failInfo"));
    Optional<String> text =
        message
            .attributes()
            .text(ScepOid.FAIL_INFO_TEXT)
            .map(octets -> new String(octets.getBytes(ISO_8859_1), UTF_8));
    return new CertRep.Failure(failInfo, text);
  }

  private static byte[] content(SignedMessage message) throws ScepFormatException {
    return message
        .content()
        .orElseThrow(() -> new ScepFormatException("reply_content", "no content"));
  }

  private void requireSignature(SignedMessage message, List<X509CertificateHolder> signers)
      throws ScepFormatException {
    for (X509CertificateHolder signer : signers) {
      Optional<PublicKey> key = crypto.publicKey(signer.getSubjectPublicKeyInfo());
      if (key.isPresent()
          && message.isSignedInNameOf(signer)
          && message.verifies(key.get(), crypto)) {
        return;
      }
    }
    throw new ScepFormatException("reply_signature", "not signed by an expected certificate");
  }

  private static void require(boolean condition, String code, String text)
      throws ScepFormatException {
    if (!condition) {
      throw new ScepFormatException(code, text);
    }
  }
}
