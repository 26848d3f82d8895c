package org.certctl.scep.cms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.certctl.scep.fixtures.Messages.decode;
import static org.certctl.scep.fixtures.Messages.opened;
import static org.certctl.scep.fixtures.Messages.pkcsReq;
import static org.certctl.scep.fixtures.Messages.rejected;
import static org.certctl.scep.fixtures.Messages.unanswerable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERPrintableString;
import org.bouncycastle.asn1.cms.CMSAttributes;
import org.bouncycastle.asn1.cms.CMSObjectIdentifiers;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSASSAPSSparams;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.scep.AlgorithmPolicy;
import org.certctl.scep.FailInfo;
import org.certctl.scep.MessageType;
import org.certctl.scep.client.CmsStructure;
import org.certctl.scep.client.Identity;
import org.certctl.scep.fixtures.TestPki;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Section 1.6 of the checklist: the SignedData of a request.
class SignedLayerTest {
  @Test
  void opensOrdinaryMessage() {
    var opened = opened(pkcsReq());
    assertThat(opened.type()).isEqualTo(MessageType.PKCS_REQ);
    assertThat(opened.requester().certificate()).isEqualTo(TestPki.DEVICE.certificate());
    assertThat(opened.requester().subjectPublicKeyInfo())
        .isEqualTo(TestPki.DEVICE.keyPair().getPublic().getEncoded());
    assertThat(opened.context().openedBy()).contains(TestPki.RA_KEY);
  }

  @Test
  void SD1_refusesContentTypeOtherThanData() {
    rejected(
        pkcsReq().contentType(CMSObjectIdentifiers.envelopedData), RejectReason.SIGNATURE_INVALID);
  }

  @Test
  void SD2_refusesMessageWithoutContent() {
    rejected(pkcsReq().withoutContent(), RejectReason.CONTENT_NOT_ENVELOPED);
  }

  @Test
  void SD3_refusesMessageWithoutSignedAttributes() {
    unanswerable(pkcsReq().withoutSignedAttributes().build(), "signed_attributes_missing");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2, 3})
  void SD4_refusesOtherNumbersOfSigners(int count) {
    unanswerable(pkcsReq().signerCount(count).build(), "signer_count");
  }

  @Test
  void SD5_refusesMessageWithoutSignerCertificate() {
    var rejected =
        rejected(
            pkcsReq().certificates(List.of(TestPki.CA.certificate())),
            RejectReason.SIGNER_CERTIFICATE_MISSING);
    assertThat(rejected.reason().failInfo()).isEqualTo(FailInfo.BAD_MESSAGE_CHECK);
    assertThat(rejected.context().requester()).isEmpty();
    rejected(pkcsReq().certificates(List.of()), RejectReason.SIGNER_CERTIFICATE_MISSING);
  }

  @Test
  void SD6_selectsSignerByIdentifierNotByPosition() {
    var certificates =
        List.of(
            TestPki.CA.certificate(), TestPki.OTHER.certificate(), TestPki.DEVICE.certificate());
    var opened = opened(pkcsReq().certificates(certificates));
    assertThat(opened.requester().certificate()).isEqualTo(TestPki.DEVICE.certificate());
  }

  @Test
  void SD6_acceptsSubjectKeyIdentifier() {
    opened(pkcsReq().signerByKeyIdentifier());
  }

  @Test
  void SD6_refusesKeyIdentifierOfCertificateWithoutOne() {
    Identity plain = TransientCertificates.withoutExtensions(TestPki.DEVICE.keyPair());
    rejected(
        pkcsReq().signer(plain).signerByKeyIdentifier(), RejectReason.SIGNER_CERTIFICATE_MISSING);
  }

  @Test
  void SD7_refusesWrongOrMissingContentTypeAndDigest() {
    rejected(
        pkcsReq().attribute(CMSAttributes.contentType, CMSObjectIdentifiers.envelopedData),
        RejectReason.SIGNATURE_INVALID);
    rejected(pkcsReq().omit(CMSAttributes.contentType), RejectReason.SIGNATURE_INVALID);
    rejected(pkcsReq().omit(CMSAttributes.messageDigest), RejectReason.SIGNATURE_INVALID);
    rejected(
        pkcsReq().attribute(CMSAttributes.messageDigest, new DEROctetString(new byte[32])),
        RejectReason.SIGNATURE_INVALID);
  }

  @Test
  void SD7_refusesRepeatedContentTypeAndDigest() {
    rejected(
        pkcsReq().extraAttribute(CMSAttributes.contentType, CMSObjectIdentifiers.data),
        RejectReason.ATTRIBUTE_REPEATED);
    rejected(
        pkcsReq()
            .attribute(
                CMSAttributes.messageDigest,
                new DEROctetString(new byte[32]),
                new DEROctetString(new byte[31])),
        RejectReason.ATTRIBUTE_REPEATED);
  }

  @ParameterizedTest
  @EnumSource(CmsStructure.class)
  void SD8_acceptsSignatureOverUnsortedAttributes(CmsStructure structure) {
    opened(pkcsReq().unsortedAttributes().structure(structure));
  }

  @Test
  void SD9_acceptsCombinedSignatureAlgorithm() {
    opened(
        pkcsReq()
            .signatureAlgorithm(
                new AlgorithmIdentifier(
                    PKCSObjectIdentifiers.sha256WithRSAEncryption, DERNull.INSTANCE)));
    opened(
        pkcsReq()
            .signatureAlgorithm(
                new AlgorithmIdentifier(PKCSObjectIdentifiers.sha256WithRSAEncryption)));
  }

  @Test
  void SD9_refusesSignatureAlgorithmAtOddsWithDigest() {
    var rejected =
        rejected(
            pkcsReq()
                .signatureAlgorithm(
                    new AlgorithmIdentifier(PKCSObjectIdentifiers.sha512WithRSAEncryption)),
            RejectReason.SIGNATURE_ALGORITHM_NOT_ALLOWED);
    assertThat(rejected.reason().failInfo()).isEqualTo(FailInfo.BAD_ALG);
  }

  @Test
  void SD9_acceptsPssWithConsistentParameters() {
    opened(pkcsReq().signatureAlgorithm(pss(NISTObjectIdentifiers.id_sha256, 32)));
  }

  @Test
  void SD9_refusesPssWithOddParameters() {
    rejected(
        pkcsReq().signatureAlgorithm(pss(NISTObjectIdentifiers.id_sha512, 32)),
        RejectReason.SIGNATURE_ALGORITHM_NOT_ALLOWED);
    rejected(
        pkcsReq().signatureAlgorithm(pss(NISTObjectIdentifiers.id_sha256, 1_000_000)),
        RejectReason.SIGNATURE_ALGORITHM_NOT_ALLOWED);
    rejected(
        pkcsReq()
            .signatureAlgorithm(
                new AlgorithmIdentifier(
                    PKCSObjectIdentifiers.id_RSASSA_PSS, new DERPrintableString("odd"))),
        RejectReason.SIGNATURE_ALGORITHM_NOT_ALLOWED);
  }

  private static AlgorithmIdentifier pss(ASN1ObjectIdentifier digest, int saltBytes) {
    var hash = new AlgorithmIdentifier(digest, DERNull.INSTANCE);
    return new AlgorithmIdentifier(
        PKCSObjectIdentifiers.id_RSASSA_PSS,
        new RSASSAPSSparams(
            hash,
            new AlgorithmIdentifier(PKCSObjectIdentifiers.id_mgf1, hash),
            new ASN1Integer(saltBytes),
            new ASN1Integer(1)));
  }

  @Test
  void SD10_ignoresUnsignedAttributesAndExtraCertificates() {
    var certificates = new ArrayList<X509CertificateHolder>();
    certificates.addAll(Collections.nCopies(15, TestPki.CA.certificate()));
    certificates.add(TestPki.DEVICE.certificate());
    opened(
        pkcsReq()
            .certificates(certificates)
            .unsignedAttribute(ScepOid.MESSAGE_TYPE, new DERPrintableString("17")));
  }

  @Test
  void SD10_limitsCertificatesAndAttributes() {
    unanswerable(
        pkcsReq().certificates(Collections.nCopies(17, TestPki.DEVICE.certificate())).build(),
        "too_many_certificates");
    var many = pkcsReq();
    for (int i = 0; i < 40; i++) {
      many.attribute(new ASN1ObjectIdentifier("1.2.3." + i), new DERPrintableString("x"));
    }
    unanswerable(many.build(), "too_many_attributes");
  }

  @Test
  void SD12_opensIndefiniteLengthsAndConstructedStrings() {
    opened(pkcsReq().structure(CmsStructure.INDEFINITE));
  }

  @Test
  void SD13_toleratesLineEndsAndZerosAfterTheMessage() {
    byte[] message = pkcsReq().build();
    byte[] padded = Arrays.copyOf(message, message.length + 4);
    padded[message.length] = '\r';
    padded[message.length + 1] = '\n';
    assertThat(decode(padded, AlgorithmPolicy.strict())).isInstanceOf(DecodedRequest.Opened.class);
    padded[message.length + 3] = 'x';
    unanswerable(padded, "not_signed_data");
  }

  @Test
  void SD14_refusesArmouredAndOtherBodies() {
    unanswerable(
        "-----BEGIN PKCS7-----\nMIA=".getBytes(java.nio.charset.StandardCharsets.UTF_8),
        "asn1_malformed");
    unanswerable(new byte[0], "asn1_malformed");
    unanswerable(new byte[] {0x30, 0}, "not_signed_data");
    unanswerable(CertsOnly.encode(List.of(TestPki.CA.certificate())), "signer_count");
    unanswerable(new byte[300_000], "message_too_large");
  }

  @Test
  void SEC5_refusesSwappedContent() {
    byte[] one = pkcsReq().build();
    byte[] flipped = one.clone();
    flipped[flipped.length - 1] ^= 1;
    rejected(flipped, AlgorithmPolicy.strict(), RejectReason.SIGNATURE_INVALID);
  }

  @Test
  void SEC6_ignoresMessageTypeOutsideTheSignature() {
    rejected(
        pkcsReq()
            .omit(ScepOid.MESSAGE_TYPE)
            .unsignedAttribute(ScepOid.MESSAGE_TYPE, new DERPrintableString("19")),
        RejectReason.MESSAGE_TYPE_UNKNOWN);
    unanswerable(
        pkcsReq()
            .omit(ScepOid.TRANSACTION_ID)
            .unsignedAttribute(ScepOid.TRANSACTION_ID, new DERPrintableString("1"))
            .build(),
        "transaction_id_missing");
  }

  @Test
  void SEC7_refusesSignatureByAnotherKeyThanTheNamedCertificates() {
    rejected(
        pkcsReq().signingKey(TestPki.OTHER.keyPair().getPrivate()), RejectReason.SIGNATURE_INVALID);
    Identity twin =
        new Identity(
            TestPki.OTHER.keyPair(),
            TestPki.certificate(
                TestPki.DEVICE.certificate().getSubject().toString(),
                TestPki.OTHER.keyPair(),
                TestPki.DEVICE.certificate().getSubject().toString(),
                TestPki.OTHER.keyPair(),
                7,
                false));
    rejected(
        pkcsReq()
            .signer(twin)
            .certificates(List.of(TestPki.DEVICE.certificate(), twin.certificate())),
        RejectReason.SIGNATURE_INVALID);
  }

  @Test
  void acceptsAnyTransientCertificate() {
    for (Identity odd : TransientCertificates.all(TestPki.DEVICE.keyPair())) {
      var opened = opened(pkcsReq().signer(odd));
      assertThat(opened.requester().certificate()).isEqualTo(odd.certificate());
    }
  }
}
