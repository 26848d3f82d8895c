package org.certctl.scep.cms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.certctl.scep.fixtures.Messages.opened;
import static org.certctl.scep.fixtures.Messages.pkcsReq;
import static org.certctl.scep.fixtures.Messages.rejected;

import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1PrintableString;
import org.bouncycastle.asn1.ASN1UTCTime;
import org.bouncycastle.asn1.ASN1UTF8String;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.cms.Attribute;
import org.bouncycastle.asn1.cms.AttributeTable;
import org.bouncycastle.asn1.cms.CMSAttributes;
import org.bouncycastle.asn1.cms.CMSObjectIdentifiers;
import org.bouncycastle.asn1.cms.ContentInfo;
import org.bouncycastle.asn1.cms.EnvelopedData;
import org.bouncycastle.asn1.cms.IssuerAndSerialNumber;
import org.bouncycastle.asn1.cms.KeyTransRecipientInfo;
import org.bouncycastle.asn1.cms.RecipientInfo;
import org.bouncycastle.asn1.cms.SignedData;
import org.bouncycastle.asn1.cms.SignerInfo;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.certctl.scep.AlgorithmPolicy;
import org.certctl.scep.ContentCipher;
import org.certctl.scep.DigestAlgorithm;
import org.certctl.scep.FailInfo;
import org.certctl.scep.KeyTransport;
import org.certctl.scep.MessageType;
import org.certctl.scep.Nonce;
import org.certctl.scep.PkiStatus;
import org.certctl.scep.TransactionId;
import org.certctl.scep.client.CertRep;
import org.certctl.scep.client.CertRepReader;
import org.certctl.scep.client.PkiMessageBuilder;
import org.certctl.scep.fixtures.Messages;
import org.certctl.scep.fixtures.TestPki;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Section 1.13 of the checklist: replies.
class CertRepEncoderTest {
  private static final CertRepEncoder ENCODER = new CertRepEncoder(TestPki.CRYPTO, TestPki.RANDOM);
  private static final List<X509CertificateHolder> ISSUED =
      List.of(TestPki.OTHER.certificate(), TestPki.CA.certificate());

  private static byte[] success(ReplyContext context) throws Exception {
    return ENCODER.success(
        context, TestPki.RA_SIGNER, ISSUED, TestPki.NOW, ReplyOptions.defaults());
  }

  private static byte[] failure(ReplyContext context) throws Exception {
    return ENCODER.failure(
        context, TestPki.RA_SIGNER, FailInfo.BAD_REQUEST, Optional.of("no"), TestPki.NOW);
  }

  private static byte[] pending(ReplyContext context) throws Exception {
    return ENCODER.pending(context, TestPki.RA_SIGNER, TestPki.NOW);
  }

  private static CertRep read(byte[] reply, ReplyContext context) throws Exception {
    return new CertRepReader(TestPki.CRYPTO, Limits.defaults())
        .read(
            reply,
            new CertRepReader.Expectation(
                context.transactionId(),
                context.senderNonce().orElseThrow(),
                List.of(TestPki.CA.certificate(), TestPki.RA.certificate()),
                TestPki.recipientKey(TestPki.DEVICE)));
  }

  private static SignedData signedData(byte[] encoded) throws Exception {
    return SignedData.getInstance(
        ContentInfo.getInstance(ASN1Primitive.fromByteArray(encoded)).getContent());
  }

  private static SignerInfo signerInfo(byte[] encoded) throws Exception {
    return SignerInfo.getInstance(signedData(encoded).getSignerInfos().getObjectAt(0));
  }

  private static AttributeTable attributes(byte[] encoded) throws Exception {
    return new AttributeTable(signerInfo(encoded).getAuthenticatedAttributes());
  }

  private static ASN1Encodable value(byte[] encoded, ASN1ObjectIdentifier type) throws Exception {
    AttributeTable table = attributes(encoded);
    assertThat(table.getAll(type).size()).as("occurrences of " + type).isEqualTo(1);
    Attribute attribute = table.get(type);
    assertThat(attribute.getAttrValues().size()).isEqualTo(1);
    return attribute.getAttrValues().getObjectAt(0);
  }

  private static String printable(byte[] encoded, ASN1ObjectIdentifier type) throws Exception {
    ASN1Encodable value = value(encoded, type);
    assertThat(value).isInstanceOf(ASN1PrintableString.class);
    return ((ASN1PrintableString) value).getString();
  }

  private static byte[] octets(byte[] encoded, ASN1ObjectIdentifier type) throws Exception {
    return ((ASN1OctetString) value(encoded, type)).getOctets();
  }

  @Test
  void RE1_copiesAndMakesTheRightAttributes() throws Exception {
    ReplyContext context = opened(pkcsReq()).context();
    for (byte[] reply : List.of(success(context), failure(context), pending(context))) {
      assertThat(printable(reply, ScepOid.MESSAGE_TYPE)).isEqualTo("3");
      assertThat(printable(reply, ScepOid.TRANSACTION_ID))
          .isEqualTo(context.transactionId().text());
      byte[] sent = context.senderNonce().orElseThrow().octets();
      assertThat(octets(reply, ScepOid.RECIPIENT_NONCE)).isEqualTo(sent);
      assertThat(octets(reply, ScepOid.SENDER_NONCE)).hasSize(16).isNotEqualTo(sent);
    }
    assertThat(octets(pending(context), ScepOid.SENDER_NONCE))
        .isNotEqualTo(octets(pending(context), ScepOid.SENDER_NONCE));
  }

  @Test
  void RE2_PR6_encryptsToTheSignerOfTheRequest() throws Exception {
    ReplyContext context = opened(pkcsReq()).context();
    byte[] reply = success(context);
    var content = (ASN1OctetString) signedData(reply).getEncapContentInfo().getContent();
    var envelope =
        EnvelopedData.getInstance(
            ContentInfo.getInstance(ASN1Primitive.fromByteArray(content.getOctets())).getContent());
    var recipient =
        (KeyTransRecipientInfo)
            RecipientInfo.getInstance(envelope.getRecipientInfos().getObjectAt(0)).getInfo();
    var device = TestPki.DEVICE.certificate();
    assertThat(IssuerAndSerialNumber.getInstance(recipient.getRecipientIdentifier().getId()))
        .isEqualTo(new IssuerAndSerialNumber(device.getIssuer(), device.getSerialNumber()));
    var read = (CertRep.Success) read(reply, context);
    assertThat(read.content().certificates()).isEqualTo(ISSUED);
    assertThat(read.content().crls()).isEmpty();
  }

  @Test
  void RE3_RE4_failureHasFailInfoAndNoEnvelope() throws Exception {
    ReplyContext context = opened(pkcsReq()).context();
    byte[] reply = failure(context);
    assertThat(printable(reply, ScepOid.PKI_STATUS)).isEqualTo("2");
    assertThat(printable(reply, ScepOid.FAIL_INFO)).isEqualTo("2");
    assertThat(((ASN1UTF8String) value(reply, ScepOid.FAIL_INFO_TEXT)).getString()).isEqualTo("no");
    assertThat(signedData(reply).getEncapContentInfo().getContent()).isNull();
    assertThat(read(reply, context))
        .isEqualTo(new CertRep.Failure(FailInfo.BAD_REQUEST, Optional.of("no")));
  }

  @Test
  void PO4_pendingHasNeitherFailInfoNorEnvelope() throws Exception {
    ReplyContext context = opened(pkcsReq()).context();
    byte[] reply = pending(context);
    assertThat(printable(reply, ScepOid.PKI_STATUS)).isEqualTo("3");
    assertThat(attributes(reply).get(ScepOid.FAIL_INFO)).isNull();
    assertThat(signedData(reply).getEncapContentInfo().getContent()).isNull();
    assertThat(read(reply, context)).isEqualTo(new CertRep.Pending());
    assertThat(attributes(success(context)).get(ScepOid.FAIL_INFO)).isNull();
  }

  @Test
  void PO8_eachPollGetsItsOwnNonceBackBeItTheOldOneOrANewOne() throws Exception {
    byte[] old = new byte[16];
    byte[] fresh = new byte[16];
    fresh[0] = 1;
    for (byte[] nonce : List.of(old, old, fresh)) {
      ReplyContext poll =
          opened(pkcsReq().type(MessageType.CERT_POLL).senderNonce(nonce)).context();
      byte[] reply = pending(poll);
      assertThat(octets(reply, ScepOid.RECIPIENT_NONCE)).isEqualTo(nonce);
      assertThat(octets(reply, ScepOid.SENDER_NONCE)).isNotEqualTo(nonce);
      assertThat(read(reply, poll)).isEqualTo(new CertRep.Pending());
    }
  }

  @Test
  void RE5_RE6_digestsNothingWhereThereIsNoContent() throws Exception {
    byte[] reply = failure(opened(pkcsReq()).context());
    assertThat(octets(reply, CMSAttributes.messageDigest))
        .isEqualTo(
            HexFormat.of()
                .parseHex("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
    assertThat(value(reply, CMSAttributes.contentType)).isEqualTo(CMSObjectIdentifiers.data);
    assertThat(value(reply, CMSAttributes.signingTime)).isInstanceOf(ASN1UTCTime.class);
  }

  @Test
  void RE9_includesTheSignersCertificateFirst() throws Exception {
    ReplyContext context = opened(pkcsReq()).context();
    var options = new ReplyOptions(List.of(TestPki.CA.certificate(), TestPki.RA.certificate()));
    byte[] reply = ENCODER.success(context, TestPki.RA_SIGNER, ISSUED, TestPki.NOW, options);
    assertThat(SignedMessage.parse(reply, Limits.defaults()).certificates())
        .containsExactly(TestPki.RA.certificate(), TestPki.CA.certificate());
    assertThat(SignedMessage.parse(failure(context), Limits.defaults()).certificates())
        .containsExactly(TestPki.RA.certificate());
  }

  @Test
  void RE10_isOfDefiniteLengthThroughout() throws Exception {
    ReplyContext context = opened(pkcsReq()).context();
    for (byte[] reply : List.of(success(context), failure(context), pending(context))) {
      byte[] definite = ASN1Primitive.fromByteArray(reply).getEncoded("DL");
      assertThat(reply).isEqualTo(definite);
    }
  }

  @Test
  void RE11_RE12_usesTheVersionsAndAlgorithmsEverybodyReads() throws Exception {
    byte[] reply = success(opened(pkcsReq()).context());
    assertThat(signedData(reply).getVersion().intValueExact()).isEqualTo(1);
    SignerInfo signer = signerInfo(reply);
    assertThat(signer.getVersion().intValueExact()).isEqualTo(1);
    assertThat(signer.getDigestAlgorithm().getAlgorithm()).isEqualTo(DigestAlgorithm.SHA256.oid());
    assertThat(signer.getDigestEncryptionAlgorithm().getAlgorithm())
        .isEqualTo(PKCSObjectIdentifiers.rsaEncryption);
  }

  @ParameterizedTest
  @EnumSource(
      value = DigestAlgorithm.class,
      names = {"SHA1", "SHA224", "SHA256", "SHA384", "SHA512"})
  void RE13_followsAllowedDigestAndCipher(DigestAlgorithm digest) throws Exception {
    for (ContentCipher cipher : AlgorithmPolicy.legacy().ciphers()) {
      byte[] request = pkcsReq().digest(digest).cipher(cipher).build();
      ReplyContext context = Messages.decode(request, AlgorithmPolicy.legacy()).context();
      byte[] reply = success(context);
      assertThat(signerInfo(reply).getDigestAlgorithm().getAlgorithm()).isEqualTo(digest.oid());
      assertThat(Envelope.parse(content(reply), Limits.defaults()).cipher()).contains(cipher);
      assertThat(read(reply, context)).isInstanceOf(CertRep.Success.class);
    }
  }

  private static byte[] content(byte[] reply) throws Exception {
    return SignedMessage.parse(reply, Limits.defaults()).content().orElseThrow();
  }

  @Test
  void RE13_answersMd5WithSha256() throws Exception {
    var rejected = rejected(pkcsReq().digest(DigestAlgorithm.MD5), RejectReason.DIGEST_NOT_ALLOWED);
    assertThat(signerInfo(failure(rejected.context())).getDigestAlgorithm().getAlgorithm())
        .isEqualTo(DigestAlgorithm.SHA256.oid());
  }

  @Test
  void RE14_makesFreshKeysForEveryReply() throws Exception {
    ReplyContext context = opened(pkcsReq()).context();
    assertThat(content(success(context))).isNotEqualTo(content(success(context)));
  }

  @Test
  void RE15_writesTransactionIdAsPrintableString() throws Exception {
    var message = pkcsReq().attribute(ScepOid.TRANSACTION_ID, new DERUTF8String("a_b@c"));
    assertThat(printable(failure(opened(message).context()), ScepOid.TRANSACTION_ID))
        .isEqualTo("a_b@c");
    assertThat(attributes(failure(opened(pkcsReq()).context())).size()).isEqualTo(10);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 8, 16, 32, 64})
  void RE18_echoesNoncesOfEveryLength(int length) throws Exception {
    byte[] nonce = new byte[length];
    nonce[0] = 42;
    byte[] reply = failure(opened(pkcsReq().senderNonce(nonce)).context());
    assertThat(octets(reply, ScepOid.RECIPIENT_NONCE)).isEqualTo(nonce);
  }

  @Test
  void answersWithoutNonceWhenThereWasNone() throws Exception {
    var rejected =
        rejected(pkcsReq().omit(ScepOid.SENDER_NONCE), RejectReason.SENDER_NONCE_UNUSABLE);
    assertThat(attributes(failure(rejected.context())).get(ScepOid.RECIPIENT_NONCE)).isNull();
  }

  @Test
  void EN4_usesOaepOnlyWhenAsked() throws Exception {
    var oaep = opened(pkcsReq().keyTransport(KeyTransport.RSA_OAEP_SHA256)).context();
    assertThat(read(success(oaep), oaep)).isInstanceOf(CertRep.Success.class);
    assertThat(HexFormat.of().formatHex(content(success(oaep)))).contains("2a864886f70d010107");
    assertThat(HexFormat.of().formatHex(content(success(opened(pkcsReq()).context()))))
        .doesNotContain("2a864886f70d010107");
  }

  @Test
  void verifiesWithBouncyCastlesOwnReader() throws Exception {
    var verifier = new JcaSimpleSignerInfoVerifierBuilder().build(TestPki.RA.certificate());
    ReplyContext context = opened(pkcsReq()).context();
    for (byte[] reply : List.of(success(context), failure(context), pending(context))) {
      var signed = new CMSSignedData(reply);
      assertThat(signed.getSignerInfos().getSigners()).hasSize(1);
      for (var signer : signed.getSignerInfos().getSigners()) {
        if (signed.getSignedContent() != null) {
          assertThat(signer.verify(verifier)).isTrue();
        }
      }
    }
  }

  @Test
  void NXT1_signsTheNextCertificates() throws Exception {
    var reader = new CertRepReader(TestPki.CRYPTO, Limits.defaults());
    var next = List.of(TestPki.NEXT_CA.certificate());
    for (boolean alsoOutside : new boolean[] {false, true}) {
      byte[] reply = ENCODER.nextCaCert(TestPki.signer(TestPki.CA), next, alsoOutside, TestPki.NOW);
      assertThat(reader.readNextCaCert(reply, List.of(TestPki.CA.certificate())).certificates())
          .isEqualTo(next);
      assertThat(SignedMessage.parse(reply, Limits.defaults()).certificates().size())
          .isEqualTo(alsoOutside ? 2 : 1);
    }
  }

  @Test
  void CAC6_keepsTheOrderOfCertificates() throws Exception {
    for (var order :
        List.of(
            List.of(TestPki.RA.certificate(), TestPki.CA.certificate()),
            List.of(TestPki.CA.certificate(), TestPki.RA.certificate()))) {
      byte[] encoded = CertsOnly.encode(order);
      assertThat(CertsOnly.parse(encoded, Limits.defaults()).certificates()).isEqualTo(order);
      assertThat(encoded).isEqualTo(ASN1Primitive.fromByteArray(encoded).getEncoded("DL"));
      assertThat(signedData(encoded).getSignerInfos().size()).isZero();
      assertThat(signedData(encoded).getEncapContentInfo().getContent()).isNull();
    }
  }

  @Test
  void peeksAtTheStatus() throws Exception {
    ReplyContext context = opened(pkcsReq()).context();
    assertThat(CertRepReader.peekStatus(success(context))).contains(PkiStatus.SUCCESS);
    assertThat(CertRepReader.peekStatus(failure(context))).contains(PkiStatus.FAILURE);
    assertThat(CertRepReader.peekStatus(pending(context))).contains(PkiStatus.PENDING);
    assertThat(CertRepReader.peekStatus(new byte[100])).isEmpty();
    assertThat(CertRepReader.peekStatus(new byte[0])).isEmpty();
  }

  @Test
  void readerRefusesAnswersToOthers() throws Exception {
    ReplyContext mine = opened(pkcsReq()).context();
    var sameId = pkcsReq().transactionId(mine.transactionId());
    ReplyContext otherNonce = opened(sameId).context();
    refusedByReader(pending(otherNonce), mine, "reply_recipient_nonce");
    PkiMessageBuilder sameNonce =
        pkcsReq()
            .senderNonce(mine.senderNonce().map(Nonce::octets).orElseThrow())
            .transactionId(TransactionId.of("other"));
    refusedByReader(pending(opened(sameNonce).context()), mine, "reply_transaction_id");
    byte[] byStranger = ENCODER.pending(mine, TestPki.signer(TestPki.OTHER), TestPki.NOW);
    refusedByReader(byStranger, mine, "reply_signature");
    byte[] flipped = pending(mine);
    flipped[flipped.length - 1] ^= 1;
    refusedByReader(flipped, mine, "reply_signature");
  }

  private static void refusedByReader(byte[] reply, ReplyContext context, String code) {
    assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> read(reply, context)))
        .isInstanceOfSatisfying(
            org.certctl.scep.ScepFormatException.class, e -> assertThat(e.code()).isEqualTo(code));
  }
}
