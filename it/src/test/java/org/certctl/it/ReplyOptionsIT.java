package org.certctl.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.cms.ContentInfo;
import org.bouncycastle.asn1.cms.SignedData;
import org.certctl.scep.ContentCipher;
import org.certctl.scep.DigestAlgorithm;
import org.certctl.scep.KeyTransport;
import org.certctl.scep.client.PkiMessageBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// An endpoint with every reply option unlike its default.
final class ReplyOptionsIT {

  private static final String PROFILE = "CERTCTL_SCEP_PROFILE_DEFAULT_";

  @RegisterExtension
  static final CertctlServer SERVER =
      CertctlServer.withRsaCa()
          .with(PROFILE + "CHAIN_IN_REPLY", "chain")
          .with(PROFILE + "FAIL_INFO_TEXT", "false")
          .with(PROFILE + "REPLY_ALGORITHMS", "standard")
          .with(PROFILE + "REPLY_OAEP", "false")
          .with(PROFILE + "EMPTY_CONTENT", "present")
          .with(PROFILE + "SIGNING_TIME_WINDOW", "1h");

  private final KeyPair key = Keys.rsa();

  @TempDir Path work;

  @Test
  void RE7_RE13_EN4_answersWithTheChainInStandardAlgorithms() throws Exception {
    var reply =
        send(
            message("options-1")
                .cipher(ContentCipher.AES_256)
                .digest(DigestAlgorithm.SHA512)
                .keyTransport(KeyTransport.RSA_OAEP_SHA256));

    assertThat(reply.pkiStatus()).isEqualTo("0");
    assertThat(reply.digestAlgorithm()).isEqualTo(DigestAlgorithm.SHA256.oid().getId());
    assertThat(reply.envelope().getEncryptionAlgOID())
        .isEqualTo(ContentCipher.AES_128.oid().getId());
    var recipient = reply.envelope().getRecipientInfos().getRecipients().iterator().next();
    assertThat(recipient.getKeyEncryptionAlgOID()).isEqualTo("1.2.840.113549.1.1.1");
    var certificates = reply.certificates(key);
    assertThat(certificates.getFirst().getPublicKey()).isEqualTo(key.getPublic());
    assertThat(certificates.subList(1, certificates.size())).isEqualTo(SERVER.data().chain());
  }

  @Test
  void RE4_RE5_refusesInAnEmptyContentAndWithoutWords() {
    var reply = send(message("options-2").cipher(ContentCipher.DES));

    assertThat(reply.failInfo()).contains("0");
    assertThat(reply.failInfoText()).isEmpty();
    var signed = SignedData.getInstance(ContentInfo.getInstance(reply.bytes()).getContent());
    var content = (ASN1OctetString) signed.getEncapContentInfo().getContent();
    assertThat(content.getOctets()).isEmpty();
  }

  @Test
  void AT9_A18_refusesOtherTimesThanNow() {
    var early = message("options-3").signingTime(Instant.now().minus(Duration.ofHours(2)));
    var late = message("options-4").signingTime(Instant.now().plus(Duration.ofHours(2)));

    assertThat(send(early).failInfo()).contains("3");
    assertThat(send(late).failInfo()).contains("3");
    assertThat(send(untimed("options-5")).failInfo()).contains("3");
    assertThat(new Inventory(SERVER.data()).certificatesFor("options-3")).isEmpty();
  }

  /// With the RFC's form it would only know that it could not reach the CA.
  @Test
  void certmonger_isToldThatItWasRefused() throws IOException {
    var session = new CertmongerSession(SERVER, work);

    var result = session.request("certmonger-refused", "not-the-challenge", 60).run();

    assertThat(result.output()).contains("CA_REJECTED");
    assertThat(new Inventory(SERVER.data()).certificatesFor("certmonger-refused")).isEmpty();
  }

  private PkiMessageBuilder message(String commonName) {
    return untimed(commonName).signingTime(Instant.now());
  }

  private PkiMessageBuilder untimed(String commonName) {
    var subject = "CN=" + commonName;
    return Crafted.pkcsReq(
        SERVER, Crafted.selfSigned(subject, key), Crafted.csr(SERVER, subject, key));
  }

  private static Reply send(PkiMessageBuilder message) {
    return Crafted.send(SERVER, message.build());
  }
}
