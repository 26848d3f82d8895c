package org.certctl.scep.cms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.certctl.scep.fixtures.Messages.csr;
import static org.certctl.scep.fixtures.Messages.opened;
import static org.certctl.scep.fixtures.Messages.pkcsReq;
import static org.certctl.scep.fixtures.Messages.rejected;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.cms.Attribute;
import org.bouncycastle.asn1.cms.CMSObjectIdentifiers;
import org.bouncycastle.asn1.cms.ContentInfo;
import org.bouncycastle.asn1.cms.EnvelopedData;
import org.bouncycastle.asn1.cms.KEKIdentifier;
import org.bouncycastle.asn1.cms.KEKRecipientInfo;
import org.bouncycastle.asn1.cms.OriginatorInfo;
import org.bouncycastle.asn1.cms.PasswordRecipientInfo;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.certctl.scep.AlgorithmPolicy;
import org.certctl.scep.ContentCipher;
import org.certctl.scep.DigestAlgorithm;
import org.certctl.scep.FailInfo;
import org.certctl.scep.KeyTransport;
import org.certctl.scep.MessageType;
import org.certctl.scep.client.CmsStructure;
import org.certctl.scep.fixtures.TestPki;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Section 1.7 of the checklist: the EnvelopedData of a request.
class EnvelopeLayerTest {
  private static final AlgorithmIdentifier PWRI_KEK =
      new AlgorithmIdentifier(new ASN1ObjectIdentifier("1.2.840.113549.1.9.16.3.9"));

  @ParameterizedTest
  @EnumSource(CmsStructure.class)
  void EN2_findsRecipientByKeyIdentifier(CmsStructure structure) {
    opened(pkcsReq().recipientByKeyIdentifier().structure(structure));
  }

  @Test
  void EN3_picksItsOwnAmongSeveralRecipients() {
    var opened =
        opened(
            pkcsReq()
                .recipient(TestPki.OTHER.certificate())
                .recipient(TestPki.CA.certificate())
                .rawRecipientInfo(passwordRecipient()));
    assertThat(opened.context().openedBy()).contains(TestPki.RA_KEY);
  }

  @Test
  void EN3_NXT4_tellsWhichKeyOpened() {
    var message =
        new org.certctl.scep.client.PkiMessageBuilder(TestPki.CRYPTO, TestPki.RANDOM)
            .signer(TestPki.DEVICE)
            .recipient(TestPki.CA.certificate())
            .plaintext(csr().build());
    assertThat(opened(message).context().openedBy()).contains(TestPki.CA_KEY);
  }

  @Test
  void EN3_SEC21_refusesEnvelopeForOthers() {
    var message =
        new org.certctl.scep.client.PkiMessageBuilder(TestPki.CRYPTO, TestPki.RANDOM)
            .signer(TestPki.DEVICE)
            .recipient(TestPki.NEXT_CA.certificate())
            .plaintext(csr().build());
    rejected(message, RejectReason.RECIPIENT_UNKNOWN);
  }

  @ParameterizedTest
  @CsvSource({"SHA1,SHA1", "SHA256,SHA256", "SHA256,SHA1", "SHA512,SHA512"})
  void EN4_opensOaepAndRepliesWithTheSame(DigestAlgorithm digest, DigestAlgorithm mask) {
    var oaep = new KeyTransport.RsaOaep(digest, mask);
    var opened = opened(pkcsReq().keyTransport(oaep));
    assertThat(opened.context().keyTransport()).isEqualTo(oaep);
  }

  @Test
  void EN4_refusesOaepWhenThePolicyDoes() {
    var strict = AlgorithmPolicy.strict();
    var pkcs1Only =
        new AlgorithmPolicy(
            strict.digests(),
            strict.ciphers(),
            EnumSet.of(KeyTransport.Kind.RSA_PKCS1),
            strict.csrDigests(),
            2048,
            4096);
    var rejected =
        rejected(
            pkcsReq().keyTransport(KeyTransport.RSA_OAEP_SHA256).build(),
            pkcs1Only,
            RejectReason.KEY_TRANSPORT_NOT_ALLOWED);
    assertThat(rejected.context().keyTransport()).isEqualTo(KeyTransport.RSA_PKCS1);
  }

  @Test
  void EN5_refusesOtherKindsOfRecipients() {
    for (ASN1Encodable recipient :
        List.of(passwordRecipient(), keyEncryptionKeyRecipient(), otherRecipient())) {
      var message =
          new org.certctl.scep.client.PkiMessageBuilder(TestPki.CRYPTO, TestPki.RANDOM)
              .signer(TestPki.DEVICE)
              .rawRecipientInfo(recipient)
              .plaintext(csr().build());
      var rejected = rejected(message, RejectReason.KEY_TRANSPORT_NOT_ALLOWED);
      assertThat(rejected.reason().failInfo()).isEqualTo(FailInfo.BAD_ALG);
    }
  }

  private static ASN1Encodable passwordRecipient() {
    return new DERTaggedObject(
        false, 3, new PasswordRecipientInfo(PWRI_KEK, new DEROctetString(new byte[24])));
  }

  private static ASN1Encodable keyEncryptionKeyRecipient() {
    return new DERTaggedObject(
        false,
        2,
        new KEKRecipientInfo(
            new KEKIdentifier(new byte[4], null, null),
            PWRI_KEK,
            new DEROctetString(new byte[24])));
  }

  private static ASN1Encodable otherRecipient() {
    return new DERTaggedObject(
        false,
        4,
        new DERSequence(
            new ASN1Encodable[] {new ASN1ObjectIdentifier("1.2.3"), new ASN1Integer(1)}));
  }

  @Test
  void EN5_refusesEnvelopeWithoutRecipients() {
    var message =
        new org.certctl.scep.client.PkiMessageBuilder(TestPki.CRYPTO, TestPki.RANDOM)
            .signer(TestPki.DEVICE)
            .plaintext(csr().build());
    rejected(message, RejectReason.RECIPIENT_UNKNOWN);
  }

  @Test
  void EN6_refusesRequestThatIsNotEncrypted() {
    byte[] csr = csr().build();
    var rejected = rejected(pkcsReq().changeEnvelope(_ -> csr), RejectReason.CONTENT_NOT_ENVELOPED);
    assertThat(rejected.reason().failInfo()).isEqualTo(FailInfo.BAD_REQUEST);
  }

  @Test
  void EN8_everyCipherAndDigestUnderStrictAndLegacy() {
    Set<ContentCipher> aes =
        EnumSet.of(ContentCipher.AES_128, ContentCipher.AES_192, ContentCipher.AES_256);
    Set<ContentCipher> aesAndTripleDes = EnumSet.of(ContentCipher.DES_EDE3);
    aesAndTripleDes.addAll(aes);
    Set<DigestAlgorithm> sha2 =
        EnumSet.of(DigestAlgorithm.SHA256, DigestAlgorithm.SHA384, DigestAlgorithm.SHA512);
    Set<DigestAlgorithm> sha = EnumSet.of(DigestAlgorithm.SHA1, DigestAlgorithm.SHA224);
    sha.addAll(sha2);
    for (ContentCipher cipher : ContentCipher.values()) {
      for (DigestAlgorithm digest : DigestAlgorithm.values()) {
        byte[] message = pkcsReq().cipher(cipher).digest(digest).build();
        judge(message, AlgorithmPolicy.strict(), aes, sha2, cipher, digest);
        judge(message, AlgorithmPolicy.legacy(), aesAndTripleDes, sha, cipher, digest);
      }
    }
  }

  private static void judge(
      byte[] message,
      AlgorithmPolicy policy,
      Set<ContentCipher> ciphers,
      Set<DigestAlgorithm> digests,
      ContentCipher cipher,
      DigestAlgorithm digest) {
    ReplyContext context;
    if (!digests.contains(digest)) {
      context = rejected(message, policy, RejectReason.DIGEST_NOT_ALLOWED).context();
      assertThat(context.digest()).isEqualTo(DigestAlgorithm.SHA256);
      return;
    }
    if (ciphers.contains(cipher)) {
      var opened =
          (DecodedRequest.Opened) org.certctl.scep.fixtures.Messages.decode(message, policy);
      context = opened.context();
      assertThat(context.cipher()).isEqualTo(cipher);
    } else {
      context = rejected(message, policy, RejectReason.CIPHER_NOT_ALLOWED).context();
      assertThat(context.cipher()).isEqualTo(ContentCipher.AES_128);
    }
    assertThat(context.digest()).isEqualTo(digest);
  }

  @Test
  void EN8_refusesSha1ForRenewalEvenUnderLegacy() {
    var renewal = pkcsReq().type(MessageType.RENEWAL_REQ);
    rejected(
        renewal.digest(DigestAlgorithm.SHA1).build(),
        AlgorithmPolicy.legacy(),
        RejectReason.DIGEST_NOT_ALLOWED);
    opened(pkcsReq().type(MessageType.RENEWAL_REQ));
  }

  @Test
  void EN9_refusesEverythingUnreadableInOneWay() {
    byte[] csr = csr().build();
    rejected(
        pkcsReq().changeInitializationVector(iv -> Arrays.copyOf(iv, 15)),
        RejectReason.ENVELOPE_UNREADABLE);
    rejected(
        pkcsReq().changeInitializationVector(iv -> Arrays.copyOf(iv, 17)),
        RejectReason.ENVELOPE_UNREADABLE);
    rejected(
        pkcsReq().changeInitializationVector(_ -> new byte[0]), RejectReason.ENVELOPE_UNREADABLE);
    for (int length : new int[] {0, 1, 15, 16, 17, csr.length - 1}) {
      rejected(
          pkcsReq().changeEncryptedContent(c -> Arrays.copyOf(c, length)),
          RejectReason.ENVELOPE_UNREADABLE);
    }
    rejected(pkcsReq().plaintext(new byte[0]), RejectReason.ENVELOPE_UNREADABLE);
  }

  @Test
  void EN10_refusesAnythingAfterTheRequest() {
    byte[] csr = csr().build();
    rejected(
        pkcsReq().plaintext(Arrays.copyOf(csr, csr.length + 1)), RejectReason.ENVELOPE_UNREADABLE);
    rejected(
        pkcsReq().plaintext(Arrays.copyOf(csr, csr.length - 1)), RejectReason.ENVELOPE_UNREADABLE);
  }

  @Test
  void RE16_refusesRequesterThatCannotBeEncryptedTo() {
    var rejected = rejected(pkcsReq().signer(TestPki.EC), RejectReason.REQUESTER_KEY_NOT_ALLOWED);
    assertThat(rejected.reason().failInfo()).isEqualTo(FailInfo.BAD_ALG);
  }

  @Test
  void RE17_refusesSmallRequesterKey() {
    rejected(pkcsReq().signer(TestPki.SMALL), RejectReason.REQUESTER_KEY_NOT_ALLOWED);
  }

  @Test
  void EN1_refusesEncryptedContentOfAnotherType() {
    byte[] data = SignedMessage.encode(CMSObjectIdentifiers.data, "DER");
    rejected(
        pkcsReq()
            .changeEnvelope(
                envelope -> {
                  int position = indexOf(envelope, data);
                  envelope[position + data.length - 1] = 2;
                  return envelope;
                }),
        RejectReason.ENVELOPE_UNREADABLE);
  }

  private static int indexOf(byte[] octets, byte[] sought) {
    for (int i = 0; i + sought.length <= octets.length; i++) {
      if (Arrays.equals(octets, i, i + sought.length, sought, 0, sought.length)) {
        return i;
      }
    }
    throw new AssertionError("not there");
  }

  @Test
  void EN7_takesTheOptionalPartsOfAnEnvelope() {
    var attribute =
        new Attribute(
            new ASN1ObjectIdentifier("1.2.3"), new DERSet(new DEROctetString(new byte[] {1})));
    opened(
        pkcsReq()
            .changeEnvelope(
                encoded -> {
                  var plain =
                      EnvelopedData.getInstance(ContentInfo.getInstance(encoded).getContent());
                  var full =
                      new EnvelopedData(
                          new OriginatorInfo(new DERSet(), null),
                          plain.getRecipientInfos(),
                          plain.getEncryptedContentInfo(),
                          new DERSet(attribute));
                  assertThat(full.getVersion().intValueExact()).isEqualTo(2);
                  return SignedMessage.encode(
                      new ContentInfo(CMSObjectIdentifiers.envelopedData, full), "DER");
                }));
  }
}
