package org.certctl.cli.probe;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.outbound.HttpAnswer;
import org.certctl.scep.ContentCipher;
import org.certctl.scep.DigestAlgorithm;
import org.certctl.scep.KeyTransport;
import org.certctl.scep.MessageType;
import org.certctl.scep.Nonce;
import org.certctl.scep.ScepFormatException;
import org.certctl.scep.TransactionId;
import org.certctl.scep.client.CaCertificates;
import org.certctl.scep.client.CertRep;
import org.certctl.scep.client.CertRepReader;
import org.certctl.scep.client.Identity;
import org.certctl.scep.client.Pkcs10Builder;
import org.certctl.scep.client.PkiMessageBuilder;
import org.certctl.scep.client.SelfSigned;
import org.certctl.scep.cms.KeyUnavailableException;
import org.certctl.scep.cms.Limits;
import org.certctl.scep.cms.ScepCrypto;
import org.certctl.scep.cms.SoftwareRecipientKey;
import org.certctl.scep.http.MediaTypes;

/// Writes the messages of the probe and reads the answers.
final class ProbeMessages {

  private final CaCertificates ca;
  private final ScepCrypto crypto;
  private final SecureRandom random;
  private final Identity device;

  ProbeMessages(
      CaCertificates ca, KeyPair keyPair, ScepCrypto crypto, SecureRandom random, Instant now) {
    this.ca = ca;
    this.crypto = crypto;
    this.random = random;
    byte[] mark = new byte[4];
    random.nextBytes(mark);
    X500Name subject =
        new X500Name("CN=certctl-probe-" + HexFormat.of().formatHex(mark) + ",O=certctl probe");
    this.device = SelfSigned.of(keyPair, subject, now, crypto, random);
  }

  /// The algorithms of a message.
  ///
  /// @param cipher the content encryption
  /// @param digest the message digest
  /// @param transport the key transport
  record Algorithms(ContentCipher cipher, DigestAlgorithm digest, KeyTransport transport) {
    static final Algorithms STANDARD =
        new Algorithms(ContentCipher.AES_128, DigestAlgorithm.SHA256, KeyTransport.RSA_PKCS1);

    Algorithms with(ContentCipher other) {
      return new Algorithms(other, digest, transport);
    }

    Algorithms with(DigestAlgorithm other) {
      return new Algorithms(cipher, other, transport);
    }

    Algorithms with(KeyTransport other) {
      return new Algorithms(cipher, digest, other);
    }
  }

  /// A message and what its answer must match.
  @SuppressWarnings("ArrayRecordComponent") // sent, never compared
  record Sent(byte[] octets, CertRepReader.Expectation expectation) {
    String base64() {
      return Base64.getEncoder().encodeToString(octets);
    }
  }

  /// What came back.
  sealed interface Reply {
    /// A CertRep that verifies.
    ///
    /// @param rep what it says
    /// @param octets the octets as they came
    /// @param ownNonce whether it has a senderNonce of its own, as it should
    @SuppressWarnings("ArrayRecordComponent") // looked at, never compared
    record Signed(CertRep rep, byte[] octets, boolean ownNonce) implements Reply {}

    /// Something with a status of success that is no usable CertRep.
    ///
    /// @param code what is wrong with it
    /// @param text the same in words
    @SuppressWarnings("ArrayRecordComponent") // looked at, never compared
    record Unusable(String code, String text, byte[] octets) implements Reply {}

    /// An HTTP status that is not 200.
    record Status(int status) implements Reply {}
  }

  /// The subject that the probe uses.
  X500Name subject() {
    return device.certificate().getSubject();
  }

  /// The keys and the certificate that messages are signed with.
  Identity device() {
    return device;
  }

  /// A poll for a transaction that does not exist: it reaches all layers of a server and changes
  /// nothing.
  Sent poll(Algorithms algorithms) {
    byte[] content =
        encoded(new DERSequence(new ASN1Encodable[] {ca.issuer().getSubject(), subject()}));
    return message(MessageType.CERT_POLL, device, content, algorithms);
  }

  /// A first enrollment.
  Sent enrollment(String challenge) {
    byte[] request =
        new Pkcs10Builder(device.keyPair(), subject(), crypto)
            .challenge(challenge)
            .dnsName("certctl-probe.invalid")
            .build();
    return message(MessageType.PKCS_REQ, device, request, Algorithms.STANDARD);
  }

  /// A renewal of a certificate of our key, with the same names and the same key.
  Sent renewal(X509CertificateHolder certificate) {
    Pkcs10Builder request = new Pkcs10Builder(device.keyPair(), certificate.getSubject(), crypto);
    GeneralNames names =
        GeneralNames.fromExtensions(certificate.getExtensions(), Extension.subjectAlternativeName);
    if (names != null) {
      List.of(names.getNames()).forEach(request::subjectAltName);
    }
    return message(
        MessageType.RENEWAL_REQ,
        new Identity(device.keyPair(), certificate),
        request.build(),
        Algorithms.STANDARD);
  }

  private Sent message(MessageType type, Identity signer, byte[] content, Algorithms algorithms) {
    TransactionId transactionId = TransactionId.of(Nonce.random(random).toString());
    Nonce nonce = Nonce.random(random);
    byte[] octets =
        new PkiMessageBuilder(crypto, random)
            .type(type)
            .transactionId(transactionId)
            .senderNonce(nonce.octets())
            .signer(signer)
            .recipient(ca.recipient())
            .plaintext(content)
            .cipher(algorithms.cipher())
            .digest(algorithms.digest())
            .keyTransport(algorithms.transport())
            .build();
    SoftwareRecipientKey key =
        new SoftwareRecipientKey(
            signer.keyPair().getPrivate(), signer.certificate(), crypto, random);
    return new Sent(octets, new CertRepReader.Expectation(transactionId, nonce, ca.signers(), key));
  }

  private static byte[] encoded(ASN1Encodable object) {
    try {
      return object.toASN1Primitive().getEncoded("DER");
    } catch (IOException e) {
      throw new IllegalStateException("encoding in memory failed", e);
    }
  }

  /// Reads an answer.
  Reply read(HttpAnswer answer, Sent sent) {
    if (answer.status() != 200) {
      return new Reply.Status(answer.status());
    }
    String type = answer.field("Content-Type").orElse("");
    int semicolon = type.indexOf(';');
    String bare = (semicolon < 0 ? type : type.substring(0, semicolon)).strip();
    if (!bare.equals(MediaTypes.PKI_MESSAGE)) {
      return new Reply.Unusable(
          "reply_media_type", "the media type is \"" + type + "\"", answer.body());
    }
    CertRepReader reader = new CertRepReader(crypto, Limits.defaults());
    try {
      CertRep rep = reader.tolerant().read(answer.body(), sent.expectation());
      return new Reply.Signed(rep, answer.body(), hasOwnNonce(reader, answer.body(), sent));
    } catch (ScepFormatException e) {
      return new Reply.Unusable(e.code(), String.valueOf(e.getMessage()), answer.body());
    } catch (KeyUnavailableException e) {
      throw new IllegalStateException("a key in memory is always there", e);
    }
  }

  private static boolean hasOwnNonce(CertRepReader reader, byte[] reply, Sent sent)
      throws KeyUnavailableException {
    try {
      reader.read(reply, sent.expectation());
      return true;
    } catch (ScepFormatException e) {
      return false;
    }
  }

  /// Percent-encodes all that is not unreserved.
  static String escaped(String text) {
    StringBuilder out = new StringBuilder();
    for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (octet & 0xff);
      if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')) {
        out.append(c);
      } else {
        out.append('%').append(HexFormat.of().withUpperCase().toHexDigits(octet));
      }
    }
    return out.toString();
  }
}
