package org.certctl.scep.client;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.X509CRLHolder;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.X509v2CRLBuilder;
import org.certctl.scep.AlgorithmPolicy;
import org.certctl.scep.ContentCipher;
import org.certctl.scep.DigestAlgorithm;
import org.certctl.scep.FailInfo;
import org.certctl.scep.KeyTransport;
import org.certctl.scep.MessageType;
import org.certctl.scep.ScepFormatException;
import org.certctl.scep.ScepRequest;
import org.certctl.scep.cms.CertRepEncoder;
import org.certctl.scep.cms.CertsOnly;
import org.certctl.scep.cms.DecodedRequest;
import org.certctl.scep.cms.KeyUnavailableException;
import org.certctl.scep.cms.ReplyOptions;
import org.certctl.scep.fixtures.Messages;
import org.certctl.scep.fixtures.TestPki;
import org.certctl.scep.http.CaCapsText;
import org.certctl.scep.http.MediaTypes;
import org.certctl.scep.http.ScepCall;
import org.certctl.scep.http.ScepQuery;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The client against a CA in memory made of the library's server side.
class ScepClientTest {
  private static final CertRepEncoder ENCODER = new CertRepEncoder(TestPki.CRYPTO, TestPki.RANDOM);
  private static final CaCertificates CA =
      new CaCertificates(List.of(TestPki.RA.certificate(), TestPki.CA.certificate()));
  private static final X500Name ISSUER = TestPki.CA.certificate().getSubject();

  /// Grants everything but subjects CN=refused and CN=pending; polls are granted.
  private static final class MemoryCa implements ScepTransport {
    private @Nullable DecodedRequest last;
    private @Nullable ScepCall lastCall;

    @Override
    public ScepHttpResponse exchange(ScepHttpRequest request) throws IOException {
      lastCall = ScepQuery.parse(request.method(), request.rawQuery(), request.body().length > 0);
      return switch (lastCall) {
        case ScepCall.GetCaCaps _ ->
            ok(
                MediaTypes.CA_CAPS,
                CaCapsText.render(AlgorithmPolicy.strict().capabilities(true, true))
                    .getBytes(US_ASCII));
        case ScepCall.GetCaCert(var id) ->
            "single".equals(id)
                ? ok(MediaTypes.CA_CERT, TestPki.CA.certificate().getEncoded())
                : ok(MediaTypes.CA_RA_CERT, CertsOnly.encode(CA.certificates()));
        case ScepCall.GetNextCaCert _ -> ok(MediaTypes.NEXT_CA_CERT, nextCaCert());
        case ScepCall.PkiOperationGet call -> ok(MediaTypes.PKI_MESSAGE, answer(call.message()));
        case ScepCall.PkiOperationPost _ -> ok(MediaTypes.PKI_MESSAGE, answer(request.body()));
        case ScepCall.HttpRejection(int status, var text, var _) ->
            new ScepHttpResponse(status, "text/plain", text.getBytes(US_ASCII));
      };
    }

    private static ScepHttpResponse ok(String type, byte[] body) {
      return new ScepHttpResponse(200, type, body);
    }

    private static byte[] nextCaCert() {
      try {
        return ENCODER.nextCaCert(
            TestPki.signer(TestPki.CA), List.of(TestPki.NEXT_CA.certificate()), false, TestPki.NOW);
      } catch (KeyUnavailableException e) {
        throw new AssertionError(e);
      }
    }

    private byte[] answer(byte[] message) {
      DecodedRequest decoded = Messages.decode(message, AlgorithmPolicy.strict());
      last = decoded;
      try {
        return switch (decoded) {
          case DecodedRequest.Rejected(var context, var reason) ->
              ENCODER.failure(
                  context,
                  TestPki.RA_SIGNER,
                  reason.failInfo(),
                  Optional.of(reason.code()),
                  TestPki.NOW);
          case DecodedRequest.Opened opened -> answer(opened);
        };
      } catch (KeyUnavailableException e) {
        throw new AssertionError(e);
      }
    }

    private static byte[] answer(DecodedRequest.Opened opened) throws KeyUnavailableException {
      var context = opened.context();
      String subject = opened.csr().map(csr -> csr.subject().toString()).orElse("");
      if (subject.equals("CN=refused")) {
        return ENCODER.failure(
            context, TestPki.RA_SIGNER, FailInfo.BAD_REQUEST, Optional.empty(), TestPki.NOW);
      }
      if (subject.equals("CN=pending")) {
        return ENCODER.pending(context, TestPki.RA_SIGNER, TestPki.NOW);
      }
      if (opened.request() instanceof ScepRequest.GetCrl) {
        return ENCODER.success(
            context, TestPki.RA_SIGNER, crl(), TestPki.NOW, ReplyOptions.defaults());
      }
      X509CertificateHolder issued =
          TestPki.certificate(
              subject.isEmpty() ? "CN=polled" : subject,
              TestPki.CSR_KEYS,
              ISSUER.toString(),
              TestPki.CA.keyPair(),
              77,
              false);
      return ENCODER.success(
          context,
          TestPki.RA_SIGNER,
          List.of(TestPki.CA.certificate(), issued),
          TestPki.NOW,
          ReplyOptions.defaults());
    }
  }

  private static X509CRLHolder crl() {
    return new X509v2CRLBuilder(ISSUER, Date.from(TestPki.NOW))
        .setNextUpdate(Date.from(Instant.parse("2026-07-01T00:00:00Z")))
        .build(
            new JcaContentSigner(
                TestPki.CA.keyPair().getPrivate(), DigestAlgorithm.SHA256, TestPki.CRYPTO));
  }

  private final MemoryCa ca = new MemoryCa();

  private ScepClient client(ClientOptions options) {
    return new ScepClient(ca, TestPki.CRYPTO, TestPki.RANDOM, options);
  }

  private static EnrollmentRequest request(String subject) {
    return EnrollmentRequest.of(
        TestPki.CSR_KEYS, new X500Name(subject), List.of("device.example"), "SECRET");
  }

  private static X500Name issuedSubject(EnrollmentResult result) {
    assertThat(result).isInstanceOf(EnrollmentResult.Issued.class);
    return ((EnrollmentResult.Issued) result).certificate().getSubject();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void enrollsByPostAndGet(boolean post) throws Exception {
    var client = client(ClientOptions.defaults().withPost(post));
    var result = client.enroll(client.getCaCert(null), request("CN=device-1"), TestPki.NOW);
    assertThat(issuedSubject(result)).isEqualTo(new X500Name("CN=device-1"));
    assertThat(ca.lastCall)
        .isInstanceOf(post ? ScepCall.PkiOperationPost.class : ScepCall.PkiOperationGet.class);
  }

  @ParameterizedTest
  @EnumSource(CmsStructure.class)
  void enrollsWithOtherAlgorithmsAndEncodings(CmsStructure structure) throws Exception {
    var options =
        ClientOptions.defaults()
            .withStructure(structure)
            .withAlgorithms(
                DigestAlgorithm.SHA512, ContentCipher.AES_256, KeyTransport.RSA_OAEP_SHA256);
    issuedSubject(client(options).enroll(CA, request("CN=device-1"), TestPki.NOW));
  }

  @Test
  void renewsWithTheOldCertificate() throws Exception {
    var result = client(ClientOptions.defaults()).renew(CA, TestPki.DEVICE, request("CN=device-1"));
    assertThat(issuedSubject(result)).isEqualTo(new X500Name("CN=device-1"));
    assertThat(ca.last)
        .isInstanceOfSatisfying(
            DecodedRequest.Opened.class,
            opened -> assertThat(opened.type()).isEqualTo(MessageType.RENEWAL_REQ));
  }

  @Test
  void pollsPendingRequests() throws Exception {
    var client = client(ClientOptions.defaults());
    var pending = client.enroll(CA, request("CN=pending"), TestPki.NOW);
    assertThat(pending).isInstanceOf(EnrollmentResult.Pending.class);
    var result = client.poll(CA, (EnrollmentResult.Pending) pending);
    assertThat(result.transactionId()).isEqualTo(pending.transactionId());
    assertThat(result).isInstanceOf(EnrollmentResult.Issued.class);
    assertThat(ca.last)
        .isInstanceOfSatisfying(
            DecodedRequest.Opened.class,
            opened ->
                assertThat(opened.request())
                    .isEqualTo(
                        new ScepRequest.CertPoll(
                            Optional.of(
                                new ScepRequest.IssuerAndSubject(
                                    ISSUER, new X500Name("CN=pending"))))));
  }

  @Test
  void tellsRefusals() throws Exception {
    var result = client(ClientOptions.defaults()).enroll(CA, request("CN=refused"), TestPki.NOW);
    assertThat(result)
        .isInstanceOfSatisfying(
            EnrollmentResult.Refused.class,
            refused -> assertThat(refused.failInfo()).isEqualTo(FailInfo.BAD_REQUEST));
  }

  @Test
  void tellsRefusalsOfAlgorithms() throws Exception {
    var old =
        ClientOptions.defaults()
            .withAlgorithms(DigestAlgorithm.MD5, ContentCipher.DES, KeyTransport.RSA_PKCS1);
    assertThat(client(old).enroll(CA, request("CN=device-1"), TestPki.NOW))
        .isInstanceOfSatisfying(
            EnrollmentResult.Refused.class,
            refused -> assertThat(refused.failInfo()).isEqualTo(FailInfo.BAD_ALG));
  }

  @Test
  void asksForCertificatesAndCrls() throws Exception {
    var client = client(ClientOptions.defaults());
    var got = client.getCert(CA, TestPki.DEVICE, ISSUER, BigInteger.TWO);
    assertThat(got).isInstanceOf(CertRep.Success.class);
    var crl = (CertRep.Success) client.getCrl(CA, TestPki.DEVICE, ISSUER, BigInteger.TWO);
    assertThat(crl.content().certificates()).isEmpty();
    assertThat(crl.content().crls()).containsExactly(crl());
  }

  @Test
  void asksForTheNextCa() throws Exception {
    assertThat(client(ClientOptions.defaults()).getNextCaCert(CA).certificates())
        .containsExactly(TestPki.NEXT_CA.certificate());
  }

  @Test
  void readsCapabilities() throws Exception {
    var capabilities = client(ClientOptions.defaults()).getCaCaps();
    assertThat(capabilities).contains("SCEPStandard", "POSTPKIOperation", "SHA-384");
    assertThat(ClientOptions.of(capabilities).post()).isTrue();
    assertThat(ClientOptions.of(java.util.Set.of()).post()).isFalse();
  }

  @Test
  void tellsTheRolesOfCertificatesApart() throws Exception {
    var client = client(ClientOptions.defaults());
    CaCertificates both = client.getCaCert("any");
    assertThat(both.recipient()).isEqualTo(TestPki.RA.certificate());
    assertThat(both.signer()).isEqualTo(TestPki.RA.certificate());
    assertThat(both.issuer()).isEqualTo(TestPki.CA.certificate());
    assertThat(both.roots()).containsExactly(TestPki.CA.certificate());
    CaCertificates single = client.getCaCert("single");
    assertThat(single.recipient()).isEqualTo(TestPki.CA.certificate());
    assertThat(single.signers()).containsExactly(TestPki.CA.certificate());
  }

  @Test
  void refusesAnswersOfStrangersAndHttpErrors() {
    var stranger = new CaCertificates(List.of(TestPki.OTHER.certificate()));
    assertThatThrownBy(() -> client(ClientOptions.defaults()).getNextCaCert(stranger))
        .isInstanceOf(ScepFormatException.class);
    var broken =
        new ScepClient(
            _ -> new ScepHttpResponse(503, null, new byte[0]),
            TestPki.CRYPTO,
            TestPki.RANDOM,
            ClientOptions.defaults());
    assertThatThrownBy(broken::getCaCaps)
        .isInstanceOfSatisfying(
            ScepHttpException.class, e -> assertThat(e.status()).isEqualTo(503));
  }
}
