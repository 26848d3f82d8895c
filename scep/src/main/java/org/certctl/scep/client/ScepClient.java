package org.certctl.scep.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.security.interfaces.RSAKey;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.cms.IssuerAndSerialNumber;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.scep.MessageType;
import org.certctl.scep.Nonce;
import org.certctl.scep.ScepFormatException;
import org.certctl.scep.TransactionId;
import org.certctl.scep.cms.CertsOnly;
import org.certctl.scep.cms.EnvelopePassword;
import org.certctl.scep.cms.KeyUnavailableException;
import org.certctl.scep.cms.ScepCrypto;
import org.certctl.scep.cms.SoftwareRecipientKey;
import org.certctl.scep.http.MediaTypes;
import org.jspecify.annotations.Nullable;

/// A SCEP client for one endpoint (RFC 8894).
///
/// Every method makes one exchange. `IOException` means that there was no usable answer over HTTP,
/// {@link ScepFormatException} that the answer is malformed, not signed by the CA or not to our
/// request.
public final class ScepClient {
  private static final int OK = 200;

  private final ScepTransport transport;
  private final ScepCrypto crypto;
  private final SecureRandom random;
  private final ClientOptions options;
  private final CertRepReader reader;

  /// Makes a client.
  public ScepClient(
      ScepTransport transport, ScepCrypto crypto, SecureRandom random, ClientOptions options) {
    this.transport = transport;
    this.crypto = crypto;
    this.random = random;
    this.options = options;
    CertRepReader strict = new CertRepReader(crypto, options.limits());
    this.reader = options.strict() ? strict : strict.tolerant();
  }

  /// Asks for the capabilities; keywords as they came.
  public Set<String> getCaCaps() throws IOException {
    ScepHttpResponse response = get("operation=GetCACaps");
    var keywords = new LinkedHashSet<String>();
    new String(response.body(), UTF_8).lines().map(String::strip).forEach(keywords::add);
    keywords.remove("");
    return keywords;
  }

  /// Asks for the CA certificates. The answer proves nothing; compare a fingerprint.
  public CaCertificates getCaCert(@Nullable String caIdentifier)
      throws IOException, ScepFormatException {
    String message = caIdentifier == null ? "" : "&message=" + escaped(caIdentifier);
    ScepHttpResponse response = get("operation=GetCACert" + message);
    if (mediaType(response).equals(MediaTypes.CA_CERT)) {
      return new CaCertificates(List.of(certificate(response.body())));
    }
    requireType(response, MediaTypes.CA_RA_CERT);
    List<X509CertificateHolder> certificates =
        CertsOnly.parse(response.body(), options.limits()).certificates();
    if (certificates.isEmpty()) {
      throw new ScepFormatException("not_certs_only", "no certificate");
    }
    return new CaCertificates(certificates);
  }

  /// Asks for the next CA certificates and verifies that a current one signed them.
  public CertsOnly getNextCaCert(CaCertificates ca) throws IOException, ScepFormatException {
    ScepHttpResponse response = get("operation=GetNextCACert");
    requireType(response, MediaTypes.NEXT_CA_CERT);
    return reader.readNextCaCert(response.body(), ca.signers());
  }

  /// Asks for a first certificate, with a transient self-signed one.
  ///
  /// @param now the present
  public EnrollmentResult enroll(CaCertificates ca, EnrollmentRequest request, Instant now)
      throws IOException, ScepFormatException {
    Identity signer = SelfSigned.of(request.keyPair(), request.subject(), now, crypto, random);
    return enroll(ca, MessageType.PKCS_REQ, newTransactionId(), signer, request);
  }

  /// Asks for a certificate in place of the one an identity has.
  public EnrollmentResult renew(CaCertificates ca, Identity current, EnrollmentRequest request)
      throws IOException, ScepFormatException {
    return enroll(ca, MessageType.RENEWAL_REQ, newTransactionId(), current, request);
  }

  /// Sends an enrollment of the given type, transactionID and signer.
  public EnrollmentResult enroll(
      CaCertificates ca,
      MessageType type,
      TransactionId transactionId,
      Identity signer,
      EnrollmentRequest request)
      throws IOException, ScepFormatException {
    CertRep reply = exchange(ca, type, transactionId, signer, request.csr(crypto));
    return result(
        reply,
        transactionId,
        signer,
        request.subject(),
        request.keyPair().getPublic().getEncoded());
  }

  /// Asks what became of a pending request.
  public EnrollmentResult poll(CaCertificates ca, EnrollmentResult.Pending pending)
      throws IOException, ScepFormatException {
    byte[] content = encoded(ca.issuer().getSubject(), pending.subject());
    CertRep reply =
        exchange(ca, MessageType.CERT_POLL, pending.transactionId(), pending.signer(), content);
    return result(reply, pending.transactionId(), pending.signer(), pending.subject(), new byte[0]);
  }

  /// Asks for an issued certificate.
  public CertRep getCert(
      CaCertificates ca, Identity signer, X500Name issuer, BigInteger serialNumber)
      throws IOException, ScepFormatException {
    return exchange(
        ca, MessageType.GET_CERT, newTransactionId(), signer, encoded(issuer, serialNumber));
  }

  /// Asks for the CRL that covers a certificate.
  public CertRep getCrl(
      CaCertificates ca, Identity signer, X500Name issuer, BigInteger serialNumber)
      throws IOException, ScepFormatException {
    return exchange(
        ca, MessageType.GET_CRL, newTransactionId(), signer, encoded(issuer, serialNumber));
  }

  private static EnrollmentResult result(
      CertRep reply,
      TransactionId transactionId,
      Identity signer,
      X500Name subject,
      byte[] publicKey)
      throws ScepFormatException {
    return switch (reply) {
      case CertRep.Pending _ -> new EnrollmentResult.Pending(transactionId, signer, subject);
      case CertRep.Failure(var failInfo, var text) ->
          new EnrollmentResult.Refused(transactionId, failInfo, text);
      case CertRep.Success(var content) -> issued(transactionId, content, publicKey);
    };
  }

  private static EnrollmentResult issued(
      TransactionId transactionId, CertsOnly content, byte[] publicKey) throws ScepFormatException {
    List<X509CertificateHolder> all = content.certificates();
    if (all.isEmpty()) {
      throw new ScepFormatException("reply_content", "no certificate in SUCCESS");
    }
    X509CertificateHolder certificate = all.get(0);
    for (X509CertificateHolder candidate : all) {
      try {
        byte[] key = candidate.getSubjectPublicKeyInfo().getEncoded();
        if (java.util.Arrays.equals(key, publicKey)) {
          certificate = candidate;
          break;
        }
      } catch (IOException e) {
        throw new ScepFormatException("reply_content", "unreadable certificate", e);
      }
    }
    return new EnrollmentResult.Issued(transactionId, certificate, all);
  }

  private CertRep exchange(
      CaCertificates ca,
      MessageType type,
      TransactionId transactionId,
      Identity signer,
      byte[] content)
      throws IOException, ScepFormatException {
    Nonce nonce = Nonce.random(random);
    boolean byPassword = !(signer.keyPair().getPublic() instanceof RSAKey);
    PkiMessageBuilder builder =
        new PkiMessageBuilder(crypto, random)
            .type(type)
            .transactionId(transactionId)
            .senderNonce(nonce.octets())
            .signer(signer)
            .plaintext(content)
            .digest(options.digest())
            .cipher(options.cipher())
            .keyTransport(options.keyTransport())
            .structure(options.structure());
    CertRepReader.Expectation expected;
    if (byPassword) {
      EnvelopePassword password =
          options
              .password()
              .orElseThrow(
                  () -> new IllegalArgumentException("a key that cannot encrypt, and no password"));
      builder.password(password);
      expected = new CertRepReader.Expectation(transactionId, nonce, ca.signers(), password);
    } else {
      builder.recipient(ca.recipient());
      var key =
          new SoftwareRecipientKey(
              signer.keyPair().getPrivate(), signer.certificate(), crypto, random);
      expected = new CertRepReader.Expectation(transactionId, nonce, ca.signers(), key);
    }
    ScepHttpResponse response = pkiOperation(builder.build());
    requireType(response, MediaTypes.PKI_MESSAGE);
    try {
      return reader.read(response.body(), expected);
    } catch (KeyUnavailableException e) {
      throw new IllegalStateException("a key in memory is always there", e);
    }
  }

  private ScepHttpResponse pkiOperation(byte[] message) throws IOException {
    String operation = "operation=PKIOperation";
    if (options.post()) {
      return checked(
          transport.exchange(
              new ScepHttpRequest("POST", operation, MediaTypes.PKI_MESSAGE, message)));
    }
    return get(operation + "&message=" + escaped(Base64.getEncoder().encodeToString(message)));
  }

  private ScepHttpResponse get(String rawQuery) throws IOException {
    return checked(transport.exchange(new ScepHttpRequest("GET", rawQuery, null, new byte[0])));
  }

  private static ScepHttpResponse checked(ScepHttpResponse response) throws IOException {
    if (response.status() != OK) {
      throw new ScepHttpException(response.status(), "HTTP status " + response.status());
    }
    return response;
  }

  private static void requireType(ScepHttpResponse response, String type) throws IOException {
    if (!mediaType(response).equals(type)) {
      throw new ScepHttpException(response.status(), "the media type is not " + type);
    }
  }

  private static String mediaType(ScepHttpResponse response) {
    String type = response.contentType() == null ? "" : response.contentType();
    int parameters = type.indexOf(';');
    return (parameters < 0 ? type : type.substring(0, parameters)).strip();
  }

  private X509CertificateHolder certificate(byte[] encoded) throws ScepFormatException {
    try {
      return new X509CertificateHolder(encoded);
    } catch (IOException | RuntimeException e) {
      // The parser's two ways to report a malformed certificate.
      throw new ScepFormatException("not_a_certificate", "not a certificate", e);
    }
  }

  private TransactionId newTransactionId() {
    return TransactionId.of(Nonce.random(random).toString());
  }

  /// Percent-encodes all but unreserved characters (RFC 3986, section 2.3).
  private static String escaped(String text) {
    var escaped = new StringBuilder();
    for (byte octet : text.getBytes(UTF_8)) {
      char c = (char) (octet & 0xff);
      if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')) {
        escaped.append(c);
      } else {
        escaped.append('%').append(java.util.HexFormat.of().withUpperCase().toHexDigits(octet));
      }
    }
    return escaped.toString();
  }

  private static byte[] encoded(X500Name issuer, BigInteger serialNumber) {
    return encoded(new IssuerAndSerialNumber(issuer, serialNumber));
  }

  private static byte[] encoded(X500Name issuer, X500Name subject) {
    return encoded(new DERSequence(new ASN1Encodable[] {issuer, subject}));
  }

  private static byte[] encoded(ASN1Encodable object) {
    try {
      return object.toASN1Primitive().getEncoded("DER");
    } catch (IOException e) {
      throw new IllegalStateException("encoding in memory failed", e);
    }
  }
}
