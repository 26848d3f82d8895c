package org.certctl.scep.cms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.certctl.scep.fixtures.Messages.csr;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.ASN1TaggedObject;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PBKDF2Params;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.certctl.scep.AlgorithmPolicy;
import org.certctl.scep.ContentCipher;
import org.certctl.scep.DigestAlgorithm;
import org.certctl.scep.FailInfo;
import org.certctl.scep.ScepFormatException;
import org.certctl.scep.client.CertRep;
import org.certctl.scep.client.CertRepReader;
import org.certctl.scep.client.PkiMessageBuilder;
import org.certctl.scep.fixtures.Messages;
import org.certctl.scep.fixtures.TestPki;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Envelopes by password, for requesters whose key cannot encrypt (EN-5, RE-16; RFC 8894, section
/// 3.1).
class PasswordEnvelopeTest {

  private static final EnvelopePassword PASSWORD = Messages.PASSWORD;
  private static final EnvelopePassword OTHER = EnvelopePassword.of("open sesame 2");

  /// Made by OpenSSL 3.0.19: `openssl cms -encrypt -binary -pwri_password 'open sesame 1'
  /// -aes-128-cbc` of `hello pwri`; PBKDF2 with HMAC-SHA-1, 2048 iterations, 8 octets of salt.
  private static final byte[] FROM_OPENSSL =
      Base64.getDecoder()
          .decode(
              "MIHGBgkqhkiG9w0BBwOggbgwgbUCAQMxcqNwAgEAoBsGCSqGSIb3DQEFDDAOBAgd"
                  + "tYDOoTdjKQICCAAwLAYLKoZIhvcNAQkQAwkwHQYJYIZIAWUDBAECBBB2cf4HYMWN"
                  + "wswEVnMGMM6zBCBORMbsFta0zBQ3b81j7Ais5H0Uah3J2z2fC6kcH1VyiDA8Bgkq"
                  + "hkiG9w0BBwEwHQYJYIZIAWUDBAECBBD95RqIkATOamp3SfQ6tDl5gBDzu7vpHtge"
                  + "/+apVHcafM9I");

  private static PkiMessageBuilder ecRequest() {
    return new PkiMessageBuilder(TestPki.CRYPTO, TestPki.RANDOM)
        .signer(TestPki.EC)
        .plaintext(csr().build());
  }

  private static DecodedRequest decode(
      PkiMessageBuilder message, Optional<EnvelopePassword> password) throws Exception {
    return Messages.DECODER.decode(
        message.build(),
        AlgorithmPolicy.strict(),
        List.of(TestPki.RA_KEY, TestPki.CA_KEY),
        password);
  }

  private static void rejected(
      PkiMessageBuilder message, Optional<EnvelopePassword> password, RejectReason reason)
      throws Exception {
    assertThat(decode(message, password))
        .isInstanceOfSatisfying(
            DecodedRequest.Rejected.class, no -> assertThat(no.reason()).isEqualTo(reason));
  }

  @Test
  void readsWhatOpenSslWrote() throws Exception {
    assertThat(Envelope.parse(FROM_OPENSSL, Limits.defaults()).open(PASSWORD, TestPki.CRYPTO))
        .isEqualTo("hello pwri".getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @EnumSource(names = {"AES_128", "AES_192", "AES_256", "DES_EDE3"})
  void opensWhatItSeals(ContentCipher cipher) throws Exception {
    byte[] content = "content".getBytes(StandardCharsets.UTF_8);
    byte[] sealed =
        new EnvelopeEncoder(TestPki.CRYPTO, TestPki.RANDOM).seal(content, PASSWORD, cipher);
    Envelope envelope = Envelope.parse(sealed, Limits.defaults());
    assertThat(envelope.open(PASSWORD, TestPki.CRYPTO)).isEqualTo(content);
    assertThat(openedBy(OTHER, envelope)).isNotEqualTo(Optional.of(ByteBuffer.wrap(content)));
  }

  /// The padding of garbage is right once in 256 times: then there is garbage and no failure.
  private static Optional<ByteBuffer> openedBy(EnvelopePassword password, Envelope envelope)
      throws Exception {
    try {
      return Optional.of(ByteBuffer.wrap(envelope.open(password, TestPki.CRYPTO)));
    } catch (ScepFormatException e) {
      return Optional.empty();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"SHA256", "SHA384", "SHA512"})
  void en5_opensTheRequestOfAnEcKeyAndSealsTheAnswerByTheSamePassword(DigestAlgorithm digest)
      throws Exception {
    DecodedRequest decoded =
        decode(ecRequest().password(PASSWORD).digest(digest), Optional.of(PASSWORD));
    assertThat(decoded).isInstanceOf(DecodedRequest.Opened.class);
    ReplyContext context = decoded.context();
    assertThat(context.openedBy()).isEmpty();

    byte[] reply =
        new CertRepEncoder(TestPki.CRYPTO, TestPki.RANDOM)
            .success(
                context,
                TestPki.RA_SIGNER,
                List.of(TestPki.EC.certificate()),
                TestPki.NOW,
                ReplyOptions.defaults());

    assertThat(read(reply, context, PASSWORD)).isInstanceOf(CertRep.Success.class);
    assertThatThrownBy(() -> read(reply, context, OTHER)).isInstanceOf(ScepFormatException.class);
  }

  private static CertRep read(byte[] reply, ReplyContext context, EnvelopePassword password)
      throws Exception {
    return new CertRepReader(TestPki.CRYPTO, Limits.defaults())
        .read(
            reply,
            new CertRepReader.Expectation(
                context.transactionId(),
                context.senderNonce().orElseThrow(),
                List.of(TestPki.RA.certificate()),
                password));
  }

  @Test
  void sec3_anotherPasswordIsAnUnreadableEnvelope() throws Exception {
    rejected(ecRequest().password(OTHER), Optional.of(PASSWORD), RejectReason.ENVELOPE_UNREADABLE);
    rejected(
        ecRequest().password(PASSWORD).plaintext(new byte[] {1, 2, 3}),
        Optional.of(PASSWORD),
        RejectReason.ENVELOPE_UNREADABLE);
    rejected(
        ecRequest()
            .password(PASSWORD)
            .changeEncryptedContent(octets -> java.util.Arrays.copyOf(octets, octets.length - 1)),
        Optional.of(PASSWORD),
        RejectReason.ENVELOPE_UNREADABLE);
  }

  @Test
  void sec3_alteredOctetsOfAWrappedKeyGiveTheSameSubstituteEachTime() throws Exception {
    PasswordRecipient recipient =
        Envelope.parse(FROM_OPENSSL, Limits.defaults()).passwordRecipient().orElseThrow();
    byte[] substitute = recipient.unwrap(OTHER, 16);
    assertThat(substitute).hasSize(16).isEqualTo(recipient.unwrap(OTHER, 16));
    assertThat(recipient.unwrap(OTHER, 32)).hasSize(32);
    assertThat(recipient.unwrap(PASSWORD, 16)).isNotEqualTo(substitute);
  }

  @Test
  void re16_aKeyThatCannotEncryptNeedsThePassword() throws Exception {
    PkiMessageBuilder byKey = ecRequest().recipient(TestPki.RA.certificate());
    rejected(byKey, Optional.of(PASSWORD), RejectReason.REQUESTER_KEY_NOT_ALLOWED);
    rejected(
        ecRequest().password(PASSWORD), Optional.empty(), RejectReason.REQUESTER_KEY_NOT_ALLOWED);
    assertThat(RejectReason.REQUESTER_KEY_NOT_ALLOWED.failInfo()).isEqualTo(FailInfo.BAD_ALG);
  }

  @Test
  void anRsaRequesterHasNoUseForThePassword() throws Exception {
    PkiMessageBuilder byPassword =
        new PkiMessageBuilder(TestPki.CRYPTO, TestPki.RANDOM)
            .signer(TestPki.DEVICE)
            .password(PASSWORD)
            .plaintext(csr().build());
    rejected(byPassword, Optional.of(PASSWORD), RejectReason.KEY_TRANSPORT_NOT_ALLOWED);
  }

  @Test
  void sec13_whatAStrangerMayMakeUsComputeIsBounded() throws Exception {
    assertThat(usable(recipient(2048, new byte[8], PKCSObjectIdentifiers.id_hmacWithSHA1)))
        .isTrue();
    assertThat(usable(recipient(10_000, new byte[64], PKCSObjectIdentifiers.id_hmacWithSHA256)))
        .isTrue();
    for (ASN1Encodable absurd :
        List.of(
            recipient(10_001, new byte[8], PKCSObjectIdentifiers.id_hmacWithSHA256),
            recipient(Integer.MAX_VALUE, new byte[8], PKCSObjectIdentifiers.id_hmacWithSHA256),
            recipient(0, new byte[8], PKCSObjectIdentifiers.id_hmacWithSHA256),
            recipient(-1, new byte[8], PKCSObjectIdentifiers.id_hmacWithSHA256),
            recipient(2048, new byte[0], PKCSObjectIdentifiers.id_hmacWithSHA256),
            recipient(2048, new byte[65], PKCSObjectIdentifiers.id_hmacWithSHA256),
            recipient(2048, new byte[8], PKCSObjectIdentifiers.id_hmacWithSHA512))) {
      assertThat(usable(absurd)).isFalse();
      rejected(
          ecRequest().rawRecipientInfo(absurd),
          Optional.of(PASSWORD),
          RejectReason.REQUESTER_KEY_NOT_ALLOWED);
    }
  }

  @Test
  void re16_aWrappingAlgorithmThatIsNotKnownIsBadAlg() throws Exception {
    var gcm =
        new AlgorithmIdentifier(
            NISTObjectIdentifiers.id_aes128_GCM, new DERSequence(new DEROctetString(new byte[12])));
    rejected(
        ecRequest()
            .rawRecipientInfo(
                changed(2, new AlgorithmIdentifier(PKCSObjectIdentifiers.id_alg_PWRI_KEK, gcm))),
        Optional.of(PASSWORD),
        RejectReason.REQUESTER_KEY_NOT_ALLOWED);
  }

  @Test
  void aRecipientByPasswordThatIsMalformedSpoilsNoOther() throws Exception {
    for (ASN1Encodable malformed :
        List.of(
            new DERTaggedObject(false, 3, new DERSequence()),
            new DERTaggedObject(false, 3, new DEROctetString(new byte[3])),
            changed(1, new ASN1Integer(1)),
            changed(
                2,
                new AlgorithmIdentifier(PKCSObjectIdentifiers.id_alg_PWRI_KEK, DERNull.INSTANCE)),
            changed(3, new ASN1Integer(1)))) {
      assertThat(usable(malformed)).isFalse();
      assertThat(
              decode(
                  new PkiMessageBuilder(TestPki.CRYPTO, TestPki.RANDOM)
                      .signer(TestPki.DEVICE)
                      .plaintext(csr().build())
                      .rawRecipientInfo(malformed)
                      .recipient(TestPki.RA.certificate()),
                  Optional.of(PASSWORD)))
          .isInstanceOf(DecodedRequest.Opened.class);
    }
  }

  /// A recipient that is right but for one of its fields: version, key derivation, wrapping,
  /// wrapped key.
  private static ASN1Encodable changed(int field, ASN1Encodable value) {
    var right =
        (ASN1TaggedObject)
            PasswordRecipient.encode(new byte[16], PASSWORD, ContentCipher.AES_128, TestPki.RANDOM);
    var fields = new ArrayList<ASN1Encodable>();
    ASN1Sequence.getInstance(right.getBaseObject()).forEach(fields::add);
    fields.set(field, value);
    return new DERTaggedObject(false, 3, new DERSequence(fields.toArray(ASN1Encodable[]::new)));
  }

  private static boolean usable(ASN1Encodable recipientInfo) throws Exception {
    byte[] envelope =
        EnvelopeEncoder.assemble(
            List.of(recipientInfo), ContentCipher.AES_128, new byte[16], new byte[16]);
    return Envelope.parse(envelope, Limits.defaults()).passwordRecipient().isPresent();
  }

  /// A recipient that is right but for its key derivation.
  private static ASN1Encodable recipient(int iterations, byte[] salt, ASN1ObjectIdentifier prf) {
    var parameters =
        new DERSequence(
            new ASN1Encodable[] {
              new DEROctetString(salt),
              new ASN1Integer(iterations),
              new AlgorithmIdentifier(prf, DERNull.INSTANCE)
            });
    return changed(
        1,
        new DERTaggedObject(
            false,
            0,
            new AlgorithmIdentifier(
                PKCSObjectIdentifiers.id_PBKDF2, PBKDF2Params.getInstance(parameters))));
  }

  @Test
  void thePasswordIsNotShown() {
    assertThat(PASSWORD.toString()).doesNotContain("sesame");
  }
}
