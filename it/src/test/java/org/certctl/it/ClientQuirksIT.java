package org.certctl.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.util.Base64;
import java.util.List;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSAESOAEPparams;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cms.CMSEnvelopedData;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.cms.KeyTransRecipientInformation;
import org.certctl.it.Reply.FailInfoCode;
import org.certctl.scep.ContentCipher;
import org.certctl.scep.DigestAlgorithm;
import org.certctl.scep.KeyTransport;
import org.certctl.scep.TransactionId;
import org.certctl.scep.client.CmsStructure;
import org.certctl.scep.client.Identity;
import org.certctl.scep.client.PkiMessageBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What clients that cannot run here are known to send and to need, message by message, to a server
/// with its defaults. Those that can run here have classes of their own.
final class ClientQuirksIT {

  @RegisterExtension static final CertctlServer SERVER = CertctlServer.withRsaCa();

  private static final String SCEP = "/scep/default";

  private final KeyPair signing = Keys.rsa();
  private final KeyPair requested = Keys.freshEc();

  /// Its open-source tool splits at LF and compares each line exactly.
  @Test
  void apple_readsEachCapabilityOnALineOfItsOwn() throws IOException {
    var text = RawHttp.get(SERVER.httpPort(), SCEP + "?operation=GetCACaps").text();

    assertThat(text).doesNotContain("\r");
    assertThat(text.split("\n", -1))
        .contains("POSTPKIOperation", "SHA-256", "AES", "SCEPStandard")
        .noneMatch(String::isBlank);
  }

  /// Indefinite lengths and constructed strings, a nonce of 8 octets, a PKCS#10 of version 2 for
  /// another key and subject than the signer's; it takes the first certificate for its own.
  @Test
  void apple_getsTheLeafFirstAndItsShortNonceBack() {
    byte[] nonce = {1, 2, 3, 4, 5, 6, 7, 8};

    var reply =
        Crafted.send(
            SERVER,
            message(Signers.apple(signing), "CN=ipad,O=certctl", 2)
                .structure(CmsStructure.INDEFINITE)
                .senderNonce(nonce)
                .signingTime(java.time.Instant.now())
                .transactionId(TransactionId.of("0123456789ABCDEF0123456789ABCDEF01234567"))
                .build());

    assertThat(reply.recipientNonce()).isEqualTo(nonce);
    assertThat(reply.senderNonce()).hasSize(16);
    assertThat(reply.digestAlgorithm()).isEqualTo(DigestAlgorithm.SHA256.oid().getId());
    assertThat(reply.certificates(signing).getFirst().getPublicKey())
        .isEqualTo(requested.getPublic());
  }

  /// A critical authority key identifier in the signer, RSAES-OAEP, the CA identifier `default`,
  /// and the suffix of NDES appended to a path that has it already.
  @ParameterizedTest
  @ValueSource(strings = {"/pkiclient.exe", "/certsrv/mscep/mscep.dll/pkiclient.exe"})
  void windows_isAnsweredByOaepWithItsParameters(String suffix) throws IOException {
    assertThat(
            RawHttp.get(SERVER.httpPort(), SCEP + suffix + "?operation=GetCACert&message=default")
                .status())
        .isEqualTo(200);

    var reply =
        Reply.of(
            RawHttp.post(
                SERVER.httpPort(),
                SCEP + suffix + "?operation=PKIOperation&message=default",
                message(Signers.windows(signing), "CN=windows", 0)
                    .keyTransport(KeyTransport.RSA_OAEP_SHA1)
                    .build()));

    var recipient =
        (KeyTransRecipientInformation)
            reply.envelope().getRecipientInfos().getRecipients().iterator().next();
    var algorithm = recipient.getKeyEncryptionAlgorithm();
    assertThat(algorithm.getAlgorithm()).isEqualTo(PKCSObjectIdentifiers.id_RSAES_OAEP);
    assertThat(RSAESOAEPparams.getInstance(algorithm.getParameters()).getHashAlgorithm())
        .isEqualTo(RSAESOAEPparams.DEFAULT_HASH_ALGORITHM);
    assertThat(reply.certificate(signing).getPublicKey()).isEqualTo(requested.getPublic());
  }

  /// Its `-M` appends parameters of its own; its signer has no extensions and is soon over; some of
  /// its messages all have the same transactionID, with a blank in it.
  @Test
  void sscep_extraParametersAndOneTransactionIdForAll() throws IOException {
    for (var name : new String[] {"sscep-1", "sscep-2"}) {
      var message =
          message(Signers.ended("CN=" + name, signing), "CN=" + name, 0)
              .transactionId(TransactionId.of("SSCEP transactionId"))
              .build();

      var reply =
          Reply.of(
              RawHttp.post(
                  SERVER.httpPort(),
                  SCEP + "?operation=PKIOperation&model=x%20y&serial=12&operationMode=",
                  message));

      assertThat(reply.transactionId()).isEqualTo("SSCEP transactionId");
      assertThat(reply.certificate(signing).getSubjectX500Principal().getName())
          .isEqualTo("CN=" + name);
    }
  }

  /// HTTP/1.0 without Host, base64 in lines with a line feed after each and after the last.
  @Test
  void cisco_getsByHttp10WithStrayLineFeeds() throws IOException {
    var message = message(Crafted.selfSigned("CN=router", signing), "CN=router", 0).build();

    var response = exchange(query(message, "HTTP/1.0"));

    var reply = Reply.of(response);
    assertThat(reply.signatureAlgorithm()).isEqualTo("1.2.840.113549.1.1.1");
    assertThat(reply.certificate(signing).getPublicKey()).isEqualTo(requested.getPublic());
  }

  /// HTTP/1.1, and no Host all the same; lines of 64 characters.
  @Test
  void strongSwan_getsByHttp11WithoutHost() throws IOException {
    var message = message(Crafted.selfSigned("CN=gateway", signing), "CN=gateway", 0).build();

    var reply = Reply.of(exchange(query(message, "HTTP/1.1")));

    assertThat(reply.certificate(signing).getPublicKey()).isEqualTo(requested.getPublic());
  }

  /// The CA's name in plain text in the place of a message.
  @ParameterizedTest
  @ValueSource(strings = {"Juniper", "Corp%20Root%20CA", "CA-IDENT", "a+b=c", "%C3%BC"})
  void juniperAndPaloAlto_nameTheCaInPlainText(String name) throws IOException {
    for (var operation : new String[] {"GetCACaps", "GetCACert"}) {
      var response =
          RawHttp.get(SERVER.httpPort(), SCEP + "?operation=" + operation + "&message=" + name);

      assertThat(response.status()).as(operation).isEqualTo(200);
    }
  }

  /// It encrypts to every certificate of GetCACert, signs with a certificate of an hour, names
  /// transactions in base64, and sends the same PKCSReq again where others poll.
  @Test
  void micromdm_encryptsToAllAndResendsTheSameRequest() throws Exception {
    var id = "b+/2c3RyYW5nZQ=/aWQ+";
    var message =
        message(Crafted.selfSigned("CN=SCEP SIGNER,O=scep-client", signing), "CN=micromdm", 0)
            .transactionId(TransactionId.of(id));
    certificates().stream().skip(1).forEach(message::recipient);
    byte[] encoded = message.build();
    assertThat(recipients(encoded)).isEqualTo(certificates().size()).isGreaterThan(1);

    var first = Crafted.send(SERVER, encoded);
    var second = Crafted.send(SERVER, encoded);

    assertThat(first.transactionId()).isEqualTo(id);
    assertThat(second.certificate(signing)).isEqualTo(first.certificate(signing));
    assertThat(new Inventory(SERVER.data()).certificatesOfTransaction(id)).hasSize(1);
  }

  /// Raw base64 in a GET of a message with indefinite lengths throughout. JscepIT has the real one.
  @Test
  void jscep_androidAgentSendsRawBase64OfBer() throws IOException {
    var message =
        message(Crafted.selfSigned("CN=android", signing), "CN=android", 0)
            .structure(CmsStructure.INDEFINITE)
            .build();
    var target =
        SCEP + "?operation=PKIOperation&message=" + Base64.getEncoder().encodeToString(message);

    var reply = Reply.of(RawHttp.get(SERVER.httpPort(), target));

    assertThat(reply.certificate(signing).getPublicKey()).isEqualTo(requested.getPublic());
  }

  /// What clients of NDES are used to: two nonces of 16 octets that differ, a PrintableString in
  /// every status. What they need not get used to: NDES's one octet where there is no envelope.
  @Test
  void ndes_shapedExpectationsHoldForSuccessAndFailure() {
    var success = Crafted.send(SERVER, message(identity("CN=ndes"), "CN=ndes", 0).build());
    var failure =
        Crafted.send(
            SERVER, message(identity("CN=ndes"), "CN=ndes", 0).cipher(ContentCipher.DES).build());

    assertThat(success.pkiStatus()).isEqualTo("0");
    failure.failedWith(FailInfoCode.BAD_ALG);
    for (var reply : List.of(success, failure)) {
      assertThat(reply.recipientNonce()).hasSize(16);
      assertThat(reply.senderNonce()).hasSize(16).isNotEqualTo(reply.recipientNonce());
    }
  }

  /// It fails without a senderNonce, in every kind of reply.
  @Test
  void mikroTik_getsASenderNonceThatIsNeverTheSame() {
    var encoded = message(identity("CN=mikrotik"), "CN=mikrotik", 0).build();

    var first = Crafted.send(SERVER, encoded).senderNonce();
    var second = Crafted.send(SERVER, encoded).senderNonce();

    assertThat(first).hasSize(16).isNotEqualTo(second);
  }

  /// An attribute nobody knows, and a transactionID in groups.
  @Test
  void cryptlib_sendsARandomNonceAndAShortTransactionId() {
    var reply =
        Crafted.send(
            SERVER,
            message(identity("CN=cryptlib"), "CN=cryptlib", 0)
                .attribute(
                    new ASN1ObjectIdentifier("1.2.840.113549.1.9.25.3"),
                    new DEROctetString(new byte[8]))
                .transactionId(TransactionId.of("7XXEY-ERLPU-2JDR9"))
                .build());

    assertThat(reply.transactionId()).isEqualTo("7XXEY-ERLPU-2JDR9");
    assertThat(reply.pkiStatus()).isEqualTo("0");
  }

  private Identity identity(String subject) {
    return Crafted.selfSigned(subject, signing);
  }

  private PkiMessageBuilder message(Identity signer, String subject, int version) {
    return Crafted.pkcsReq(
        SERVER, signer, Crafted.csr(SERVER, subject, requested).version(version));
  }

  private static RawHttp.Response exchange(String head) throws IOException {
    return RawHttp.exchange(SERVER.httpPort(), head);
  }

  private static String query(byte[] message, String version) {
    var lines = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));
    return "GET "
        + SCEP
        + "/pkiclient.exe?operation=PKIOperation&message="
        + lines.encodeToString(message).replace("+", "%2B").replace("\n", "%0A")
        + "%0A "
        + version
        + "\r\n\r\n";
  }

  private static int recipients(byte[] message) throws Exception {
    var content = (byte[]) new CMSSignedData(message).getSignedContent().getContent();
    return new CMSEnvelopedData(content).getRecipientInfos().size();
  }

  private static List<X509CertificateHolder> certificates() throws Exception {
    var body = RawHttp.get(SERVER.httpPort(), SCEP + "?operation=GetCACert").body();
    return List.copyOf(new CMSSignedData(body).getCertificates().getMatches(null));
  }
}
