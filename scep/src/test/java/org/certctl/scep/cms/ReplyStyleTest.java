package org.certctl.scep.cms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.certctl.scep.fixtures.Messages.opened;
import static org.certctl.scep.fixtures.Messages.pkcsReq;

import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.DERGeneralizedTime;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERPrintableString;
import org.bouncycastle.asn1.cms.CMSAttributes;
import org.certctl.scep.ContentCipher;
import org.certctl.scep.DigestAlgorithm;
import org.certctl.scep.FailInfo;
import org.certctl.scep.KeyTransport;
import org.certctl.scep.client.CertRep;
import org.certctl.scep.client.CertRepReader;
import org.certctl.scep.fixtures.TestPki;
import org.junit.jupiter.api.Test;

/// What an endpoint can choose about its replies, and what a message says of its time.
class ReplyStyleTest {
  private static final CertRepEncoder ENCODER = new CertRepEncoder(TestPki.CRYPTO, TestPki.RANDOM);

  private static ReplyContext context() {
    return opened(
            pkcsReq()
                .cipher(ContentCipher.AES_256)
                .digest(DigestAlgorithm.SHA512)
                .keyTransport(KeyTransport.RSA_OAEP_SHA256))
        .context();
  }

  @Test
  void RE13_EN4_followsTheRequestUnlessToldNotTo() {
    ReplyContext inKind = context();
    assertThat(inKind.digest()).isEqualTo(DigestAlgorithm.SHA512);
    assertThat(inKind.cipher()).isEqualTo(ContentCipher.AES_256);
    assertThat(inKind.keyTransport()).isEqualTo(KeyTransport.RSA_OAEP_SHA256);

    ReplyContext standard = inKind.in(new ReplyStyle(false, true, false));
    assertThat(standard.digest()).isEqualTo(DigestAlgorithm.SHA256);
    assertThat(standard.cipher()).isEqualTo(ContentCipher.AES_128);
    assertThat(standard.keyTransport()).isEqualTo(KeyTransport.RSA_OAEP_SHA256);

    ReplyContext withoutOaep = inKind.in(new ReplyStyle(true, false, false));
    assertThat(withoutOaep.digest()).isEqualTo(DigestAlgorithm.SHA512);
    assertThat(withoutOaep.keyTransport()).isEqualTo(KeyTransport.RSA_PKCS1);
  }

  @Test
  void RE5_carriesAnEmptyContentOnlyWhenToldTo() throws Exception {
    ReplyContext plain = context();
    ReplyContext styled = plain.in(new ReplyStyle(true, true, true));
    assertThat(content(failure(plain))).isEmpty();
    assertThat(content(failure(styled))).hasValue(new byte[0]);
    assertThat(content(ENCODER.pending(styled, TestPki.RA_SIGNER, TestPki.NOW)))
        .hasValue(new byte[0]);
    assertThat(read(failure(styled), styled)).isInstanceOf(CertRep.Failure.class);
  }

  @Test
  void AT9_readsTheSigningTimeWhereThereIsOne() {
    assertThat(opened(pkcsReq().signingTime(TestPki.NOW)).context().signingTime())
        .hasValue(TestPki.NOW);
    assertThat(
            opened(
                    pkcsReq()
                        .attribute(
                            CMSAttributes.signingTime, new DERGeneralizedTime("20700101000000Z")))
                .context()
                .signingTime())
        .hasValue(java.time.Instant.parse("2070-01-01T00:00:00Z"));
    assertThat(opened(pkcsReq()).context().signingTime()).isEmpty();
  }

  @Test
  void AT9_aTimeThatCannotBeReadIsNone() {
    var unreadable =
        List.<ASN1Encodable>of(new DEROctetString(new byte[] {1}), new DERPrintableString("today"));
    for (var value : unreadable) {
      assertThat(
              opened(pkcsReq().attribute(CMSAttributes.signingTime, value)).context().signingTime())
          .isEmpty();
    }
  }

  private static byte[] failure(ReplyContext context) throws Exception {
    return ENCODER.failure(
        context, TestPki.RA_SIGNER, FailInfo.BAD_REQUEST, Optional.empty(), TestPki.NOW);
  }

  private static Optional<byte[]> content(byte[] reply) throws Exception {
    return SignedMessage.parse(reply, Limits.defaults()).content();
  }

  private static CertRep read(byte[] reply, ReplyContext context) throws Exception {
    return new CertRepReader(TestPki.CRYPTO, Limits.defaults())
        .read(
            reply,
            new CertRepReader.Expectation(
                context.transactionId(),
                context.senderNonce().orElseThrow(),
                List.of(TestPki.RA.certificate()),
                TestPki.recipientKey(TestPki.DEVICE)));
  }
}
