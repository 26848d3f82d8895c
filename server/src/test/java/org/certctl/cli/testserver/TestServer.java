package org.certctl.cli.testserver;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.keys.CertificateSignature;
import org.certctl.scep.AlgorithmPolicy;
import org.certctl.scep.FailInfo;
import org.certctl.scep.MessageType;
import org.certctl.scep.ScepFormatException;
import org.certctl.scep.client.Identity;
import org.certctl.scep.client.ScepHttpRequest;
import org.certctl.scep.client.ScepHttpResponse;
import org.certctl.scep.client.ScepTransport;
import org.certctl.scep.cms.CertRepEncoder;
import org.certctl.scep.cms.CertsOnly;
import org.certctl.scep.cms.DecodedRequest;
import org.certctl.scep.cms.EnvelopePassword;
import org.certctl.scep.cms.KeyUnavailableException;
import org.certctl.scep.cms.Limits;
import org.certctl.scep.cms.Pkcs10;
import org.certctl.scep.cms.RecipientKey;
import org.certctl.scep.cms.ReplyContext;
import org.certctl.scep.cms.ReplyOptions;
import org.certctl.scep.cms.RequestDecoder;
import org.certctl.scep.cms.SoftwareMessageSigner;
import org.certctl.scep.cms.SoftwareRecipientKey;
import org.certctl.scep.http.MediaTypes;
import org.certctl.scep.http.ScepCall;
import org.certctl.scep.http.ScepQuery;
import org.jspecify.annotations.Nullable;

/// A SCEP server in memory, made of the library's own decoder and encoder. Public fields are what
/// tests bend.
public final class TestServer implements ScepTransport {
  public static final String CHALLENGE = "SECRET";
  public static final String GOOD_CAPS =
      "POSTPKIOperation\nRenewal\nSHA-512\nSHA-384\nSHA-256\nAES\nSCEPStandard";

  public String caps = GOOD_CAPS;
  public int capsStatus = 200;
  public String capsType = "text/plain";
  public List<X509CertificateHolder> certificates =
      List.of(TestCa.RA.certificate(), TestCa.ISSUER.certificate(), TestCa.ROOT.certificate());
  public @Nullable String caType;
  public UnaryOperator<byte[]> caBody = UnaryOperator.identity();
  public Identity ra = TestCa.RA;
  public Identity issuer = TestCa.ISSUER;
  public AlgorithmPolicy policy = AlgorithmPolicy.strict();
  public boolean servesGet = true;
  public String replyType = MediaTypes.PKI_MESSAGE;
  public int pollsBeforeIssuing;
  public boolean checksChallenge = true;

  /// What renewals are refused with; null to grant those that a certificate of the issuer signed.
  public @Nullable String renewalRefusal;

  public FailInfo renewalFailInfo = FailInfo.BAD_REQUEST;
  public boolean renewalGivesTheOld;

  /// The messageTypes that arrived, in their order.
  public final List<MessageType> seen = new ArrayList<>();

  /// The queries that arrived.
  public final List<String> queries = new ArrayList<>();

  private int pending;
  private @Nullable Pkcs10 waiting;
  private @Nullable X509CertificateHolder issued;

  @Override
  public ScepHttpResponse exchange(ScepHttpRequest request) throws IOException {
    queries.add(request.rawQuery());
    ScepCall call =
        ScepQuery.parse(request.method(), request.rawQuery(), request.body().length > 0);
    return switch (call) {
      case ScepCall.GetCaCaps _ ->
          new ScepHttpResponse(capsStatus, capsType, caps.getBytes(ISO_8859_1));
      case ScepCall.GetCaCert _ -> caCertificates();
      case ScepCall.PkiOperationGet get -> servesGet ? operation(get.message()) : status(405);
      case ScepCall.PkiOperationPost _ -> operation(request.body());
      default -> status(400);
    };
  }

  private static ScepHttpResponse status(int status) {
    return new ScepHttpResponse(status, "text/plain", new byte[0]);
  }

  private ScepHttpResponse caCertificates() throws IOException {
    boolean single = certificates.size() == 1;
    byte[] body = single ? certificates.getFirst().getEncoded() : CertsOnly.encode(certificates);
    String type = single ? MediaTypes.CA_CERT : MediaTypes.CA_RA_CERT;
    return new ScepHttpResponse(200, caType == null ? type : caType, caBody.apply(body));
  }

  private ScepHttpResponse operation(byte[] message) {
    RecipientKey key =
        new SoftwareRecipientKey(
            ra.keyPair().getPrivate(), ra.certificate(), TestCa.CRYPTO, TestCa.RANDOM);
    try {
      DecodedRequest decoded =
          new RequestDecoder(TestCa.CRYPTO, Limits.defaults())
              .decode(message, policy, List.of(key), Optional.of(EnvelopePassword.of(CHALLENGE)));
      byte[] reply =
          switch (decoded) {
            case DecodedRequest.Rejected rejected ->
                failure(rejected.context(), rejected.reason().failInfo(), rejected.reason().code());
            case DecodedRequest.Opened opened -> answer(opened);
          };
      return new ScepHttpResponse(200, replyType, reply);
    } catch (ScepFormatException e) {
      return status(400);
    } catch (KeyUnavailableException e) {
      throw new IllegalStateException(e);
    }
  }

  private byte[] answer(DecodedRequest.Opened opened) throws KeyUnavailableException {
    seen.add(opened.type());
    if (opened.csr().isPresent()) {
      Pkcs10 csr = opened.csr().get();
      if (CertificateSignature.isDirectlyIssuedBy(
          opened.requester().certificate(), issuer.certificate())) {
        return renew(opened.context(), csr);
      }
      if (opened.type() == MessageType.RENEWAL_REQ) {
        return failure(opened.context(), FailInfo.BAD_REQUEST, "renewal_signer_unknown");
      }
      if (checksChallenge && !csr.challengePasswords().equals(List.of(CHALLENGE))) {
        return failure(opened.context(), FailInfo.BAD_REQUEST, "challenge_refused");
      }
      if (waiting == null) {
        waiting = csr;
        pending = pollsBeforeIssuing;
      }
      return issueOrWait(opened.context(), csr);
    }
    Pkcs10 csr = waiting;
    if (csr == null) {
      return failure(opened.context(), FailInfo.BAD_CERT_ID, "transaction_unknown");
    }
    pending--;
    return issueOrWait(opened.context(), csr);
  }

  private byte[] renew(ReplyContext context, Pkcs10 csr) throws KeyUnavailableException {
    if (renewalRefusal != null) {
      return failure(context, renewalFailInfo, renewalRefusal);
    }
    waiting = csr;
    pending = pollsBeforeIssuing;
    if (!renewalGivesTheOld) {
      issued = null;
    }
    return issueOrWait(context, csr);
  }

  private byte[] issueOrWait(ReplyContext context, Pkcs10 csr) throws KeyUnavailableException {
    Instant now = TestCa.NOW;
    if (pending > 0) {
      return encoder().pending(context, signer(), now);
    }
    if (issued == null || !issued.getSubjectPublicKeyInfo().equals(csr.subjectPublicKeyInfo())) {
      issued = certificate(csr);
    }
    return encoder().success(context, signer(), List.of(issued), now, ReplyOptions.defaults());
  }

  private X509CertificateHolder certificate(Pkcs10 csr) {
    Extension names =
        csr.requestedExtensions()
            .map(extensions -> extensions.getExtension(Extension.subjectAlternativeName))
            .orElse(null);
    return new TestCa.Template(
            csr.subject(),
            csr.subjectPublicKeyInfo(),
            false,
            TestCa.RA_USAGE,
            TestCa.NOW.minusSeconds(300),
            TestCa.NOW.plusSeconds(86400L * 300),
            names == null ? null : new Extensions(names))
        .issuedBy(issuer);
  }

  private byte[] failure(ReplyContext context, FailInfo failInfo, String text)
      throws KeyUnavailableException {
    return encoder().failure(context, signer(), failInfo, Optional.of(text), TestCa.NOW);
  }

  private static CertRepEncoder encoder() {
    return new CertRepEncoder(TestCa.CRYPTO, TestCa.RANDOM);
  }

  private SoftwareMessageSigner signer() {
    return new SoftwareMessageSigner(ra.keyPair().getPrivate(), ra.certificate(), TestCa.CRYPTO);
  }
}
