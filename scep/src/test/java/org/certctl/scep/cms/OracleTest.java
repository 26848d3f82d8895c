package org.certctl.scep.cms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.certctl.scep.fixtures.Messages.csr;
import static org.certctl.scep.fixtures.Messages.opened;
import static org.certctl.scep.fixtures.Messages.pkcsReq;
import static org.certctl.scep.fixtures.Messages.rejected;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.certctl.scep.FailInfo;
import org.certctl.scep.KeyTransport;
import org.certctl.scep.MessageType;
import org.certctl.scep.client.PkiMessageBuilder;
import org.certctl.scep.fixtures.TestPki;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// SEC-3: the server is no decryption oracle.
class OracleTest {
  private static byte[] flipped(byte[] octets, int index) {
    byte[] copy = octets.clone();
    copy[index] ^= 1;
    return copy;
  }

  private static Map<String, PkiMessageBuilder> unreadable() {
    var messages = new LinkedHashMap<String, PkiMessageBuilder>();
    messages.put("bad RSA padding", pkcsReq().changeEncryptedKey(k -> flipped(k, k.length - 1)));
    messages.put("zero ciphertext", pkcsReq().changeEncryptedKey(k -> new byte[k.length]));
    messages.put("short ciphertext", pkcsReq().changeEncryptedKey(k -> Arrays.copyOf(k, 100)));
    messages.put("long ciphertext", pkcsReq().changeEncryptedKey(k -> Arrays.copyOf(k, 300)));
    messages.put("empty ciphertext", pkcsReq().changeEncryptedKey(_ -> new byte[0]));
    messages.put("ciphertext above modulus", pkcsReq().changeEncryptedKey(OracleTest::allOnes));
    messages.put("wrong key", pkcsReq().changeContentKey(k -> flipped(k, 0)));
    for (int length : new int[] {0, 1, 8, 15, 17, 24, 32, 64}) {
      messages.put(
          "key of " + length + " octets",
          pkcsReq().changeContentKey(k -> Arrays.copyOf(k, length)));
    }
    messages.put("bad padding", pkcsReq().changeEncryptedContent(c -> flipped(c, c.length - 17)));
    messages.put("bad first block", pkcsReq().changeInitializationVector(iv -> flipped(iv, 0)));
    messages.put("no ASN.1", pkcsReq().plaintext(new byte[] {1, 2, 3}));
    messages.put("another ASN.1", pkcsReq().plaintext(new byte[] {0x30, 0}));
    messages.put(
        "bad CSR signature",
        pkcsReq().plaintext(csr().changeSignature(s -> flipped(s, 5)).build()));
    messages.put(
        "OAEP with bad key",
        pkcsReq()
            .keyTransport(KeyTransport.RSA_OAEP_SHA256)
            .changeEncryptedKey(k -> flipped(k, k.length - 1)));
    return messages;
  }

  private static byte[] allOnes(byte[] octets) {
    byte[] ones = new byte[octets.length];
    Arrays.fill(ones, (byte) 0xff);
    return ones;
  }

  @Test
  void SEC3_SEC4_everythingUnreadableLooksTheSame() {
    for (var entry : unreadable().entrySet()) {
      var rejected = rejected(entry.getValue(), RejectReason.ENVELOPE_UNREADABLE);
      assertThat(rejected.reason().failInfo()).as(entry.getKey()).isEqualTo(FailInfo.BAD_REQUEST);
      assertThat(rejected.context().openedBy()).as(entry.getKey()).isPresent();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = MessageType.class,
      names = {"GET_CERT", "GET_CRL", "RENEWAL_REQ"})
  void SEC2_otherTypesAreAsUnreadable(MessageType type) {
    for (var entry : unreadable().entrySet()) {
      rejected(entry.getValue().type(type), RejectReason.ENVELOPE_UNREADABLE);
    }
  }

  @Test
  void SEC2_refusesPkcs10InOtherTypes() {
    rejected(pkcsReq().type(MessageType.GET_CERT), RejectReason.ENVELOPE_UNREADABLE);
    rejected(pkcsReq().type(MessageType.GET_CRL), RejectReason.ENVELOPE_UNREADABLE);
  }

  @Test
  void SEC3_pollsTellNothingAboutTheEnvelope() {
    for (var entry : unreadable().entrySet()) {
      var opened = opened(entry.getValue().type(MessageType.CERT_POLL));
      assertThat(opened.request())
          .as(entry.getKey())
          .isEqualTo(new org.certctl.scep.ScepRequest.CertPoll(java.util.Optional.empty()));
    }
  }

  @Test
  void SEC3_badCiphertextGivesStableUnpredictableKey() throws KeyUnavailableException {
    byte[] junk = TestPki.RANDOM.generateSeed(256);
    junk[0] = 0;
    var key = TestPki.recipientKey(TestPki.RA);
    byte[] first = key.unwrap(KeyTransport.RSA_PKCS1, junk, 32);
    assertThat(first).hasSize(32).isEqualTo(key.unwrap(KeyTransport.RSA_PKCS1, junk, 32));
    assertThat(key.unwrap(KeyTransport.RSA_PKCS1, flipped(junk, 9), 32)).isNotEqualTo(first);
    assertThat(key.unwrap(KeyTransport.RSA_PKCS1, new byte[0], 24)).hasSize(24);
    var another = TestPki.recipientKey(TestPki.RA);
    assertThat(another.unwrap(KeyTransport.RSA_PKCS1, junk, 32)).isNotEqualTo(first);
  }

  @Test
  void unwrapsEveryLengthAndTransportWithEveryProvider() throws KeyUnavailableException {
    for (ScepCrypto crypto : new ScepCrypto[] {TestPki.CRYPTO, TestPki.JDK_CRYPTO}) {
      var encoder = new EnvelopeEncoder(crypto, TestPki.RANDOM);
      var certificate = TestPki.RA.certificate();
      var publicKey = crypto.publicKey(certificate.getSubjectPublicKeyInfo()).orElseThrow();
      var key =
          new SoftwareRecipientKey(
              TestPki.RA.keyPair().getPrivate(), certificate, crypto, TestPki.RANDOM);
      for (KeyTransport transport :
          new KeyTransport[] {
            KeyTransport.RSA_PKCS1, KeyTransport.RSA_OAEP_SHA1, KeyTransport.RSA_OAEP_SHA256
          }) {
        for (int length : new int[] {8, 16, 24, 32}) {
          byte[] contentKey = encoder.randomOctets(length);
          byte[] wrapped = encoder.wrap(contentKey, publicKey, transport);
          assertThat(key.unwrap(transport, wrapped, length)).isEqualTo(contentKey);
          assertThat(key.unwrap(transport, wrapped, length + 1)).hasSize(length + 1);
        }
      }
    }
  }

  /// What is read for the sake of time must never be taken: the request is whole and its signature
  /// good, but what follows it is no padding.
  @Test
  void SEC3_aWholeRequestBeforeBadPaddingIsUnreadable() {
    byte[] csr = csr().build();
    byte[] withZeros = Arrays.copyOf(csr, (csr.length / 16 + 1) * 16);
    rejected(
        pkcsReq().plaintext(withZeros).changeEncryptedContent(c -> Arrays.copyOf(c, c.length - 16)),
        RejectReason.ENVELOPE_UNREADABLE);
  }
}
