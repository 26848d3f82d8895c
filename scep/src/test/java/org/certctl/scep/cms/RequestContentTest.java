package org.certctl.scep.cms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.certctl.scep.fixtures.Messages.csr;
import static org.certctl.scep.fixtures.Messages.decode;
import static org.certctl.scep.fixtures.Messages.opened;
import static org.certctl.scep.fixtures.Messages.pkcsReq;
import static org.certctl.scep.fixtures.Messages.rejected;

import java.math.BigInteger;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.cms.IssuerAndSerialNumber;
import org.bouncycastle.asn1.x500.X500Name;
import org.certctl.scep.AlgorithmPolicy;
import org.certctl.scep.DigestAlgorithm;
import org.certctl.scep.FailInfo;
import org.certctl.scep.MessageType;
import org.certctl.scep.ScepRequest;
import org.certctl.scep.client.Pkcs10Builder;
import org.certctl.scep.fixtures.TestPki;
import org.junit.jupiter.api.Test;

/// Sections 1.9, 1.11 and 1.12 of the checklist, as far as they are the codec's.
class RequestContentTest {
  private static final X500Name ISSUER = new X500Name("C=CH,O=Corp,CN=Corp Root CA");
  private static final X500Name SUBJECT = new X500Name("CN=device-1");

  @Test
  void opensPkcsReqAndRenewalReq() {
    byte[] csr = csr().build();
    assertThat(opened(pkcsReq().plaintext(csr)).request()).isEqualTo(new ScepRequest.PkcsReq(csr));
    var renewal = opened(pkcsReq().plaintext(csr).type(MessageType.RENEWAL_REQ));
    assertThat(renewal.request()).isEqualTo(new ScepRequest.RenewalReq(csr));
    assertThat(renewal.csr().orElseThrow().encoded()).isEqualTo(csr);
  }

  @Test
  void PR2_refusesRequestWithoutProofOfPossession() {
    rejected(
        pkcsReq()
            .plaintext(
                csr()
                    .changeSignature(
                        s -> {
                          s[9] ^= 4;
                          return s;
                        })
                    .build()),
        RejectReason.ENVELOPE_UNREADABLE);
    var stolen =
        new Pkcs10Builder(
            new java.security.KeyPair(
                TestPki.OTHER.keyPair().getPublic(), TestPki.CSR_KEYS.getPrivate()),
            SUBJECT,
            TestPki.CRYPTO);
    rejected(pkcsReq().plaintext(stolen.build()), RejectReason.ENVELOPE_UNREADABLE);
  }

  @Test
  void PR3_ignoresVersionOfRequest() {
    opened(pkcsReq().plaintext(csr().version(2).build()));
  }

  @Test
  void PR5_acceptsSignerWithOtherSubjectAndKey() {
    var opened = opened(pkcsReq());
    assertThat(opened.requester().subjectPublicKeyInfo())
        .isNotEqualTo(TestPki.CSR_KEYS.getPublic().getEncoded());
  }

  @Test
  void PR13_acceptsEllipticCurveRequestOfRsaSigner() {
    opened(
        pkcsReq()
            .plaintext(new Pkcs10Builder(TestPki.EC.keyPair(), SUBJECT, TestPki.CRYPTO).build()));
  }

  @Test
  void refusesOldDigestInRequestOnlyWhenTheRestIsValid() {
    for (DigestAlgorithm digest :
        new DigestAlgorithm[] {DigestAlgorithm.MD5, DigestAlgorithm.SHA1}) {
      byte[] message = pkcsReq().plaintext(csr().digest(digest).build()).build();
      var rejected =
          rejected(message, AlgorithmPolicy.strict(), RejectReason.CSR_DIGEST_NOT_ALLOWED);
      assertThat(rejected.reason().failInfo()).isEqualTo(FailInfo.BAD_ALG);
    }
    byte[] broken =
        csr()
            .digest(DigestAlgorithm.MD5)
            .changeSignature(
                s -> {
                  s[0] ^= 1;
                  return s;
                })
            .build();
    rejected(pkcsReq().plaintext(broken), RejectReason.ENVELOPE_UNREADABLE);
    byte[] sha1 = pkcsReq().plaintext(csr().digest(DigestAlgorithm.SHA1).build()).build();
    assertThat(decode(sha1, AlgorithmPolicy.legacy())).isInstanceOf(DecodedRequest.Opened.class);
    byte[] md5 = pkcsReq().plaintext(csr().digest(DigestAlgorithm.MD5).build()).build();
    rejected(md5, AlgorithmPolicy.legacy(), RejectReason.CSR_DIGEST_NOT_ALLOWED);
  }

  @Test
  void PO2_readsPollLeniently() {
    byte[] names = encoded(new DERSequence(new ASN1Encodable[] {ISSUER, SUBJECT}));
    assertThat(opened(pkcsReq().type(MessageType.CERT_POLL).plaintext(names)).request())
        .isEqualTo(
            new ScepRequest.CertPoll(
                Optional.of(new ScepRequest.IssuerAndSubject(ISSUER, SUBJECT))));
    for (byte[] odd : new byte[][] {{}, {0x30, 0}, {0x13, 1, 'x'}, csr().build(), {1, 2, 3, 4}}) {
      assertThat(opened(pkcsReq().type(MessageType.CERT_POLL).plaintext(odd)).request())
          .isEqualTo(new ScepRequest.CertPoll(Optional.empty()));
    }
  }

  @Test
  void opensGetCertAndGetCrl() {
    byte[] which = encoded(new IssuerAndSerialNumber(ISSUER, BigInteger.TEN));
    assertThat(opened(pkcsReq().type(MessageType.GET_CERT).plaintext(which)).request())
        .isEqualTo(new ScepRequest.GetCert(ISSUER, BigInteger.TEN));
    assertThat(opened(pkcsReq().type(MessageType.GET_CRL).plaintext(which)).request())
        .isEqualTo(new ScepRequest.GetCrl(ISSUER, BigInteger.TEN));
  }

  private static byte[] encoded(ASN1Encodable object) {
    return SignedMessage.encode(object, "DER");
  }
}
