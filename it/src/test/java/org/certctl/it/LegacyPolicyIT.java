package org.certctl.it;

import static org.assertj.core.api.Assertions.assertThat;

import org.bouncycastle.cms.CMSAlgorithm;
import org.certctl.it.Reply.FailInfoCode;
import org.certctl.scep.ContentCipher;
import org.certctl.scep.DigestAlgorithm;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The algorithm policy `legacy`: triple DES and SHA-1 for old devices; DES and MD5 never.
final class LegacyPolicyIT {

  @RegisterExtension
  static final CertctlServer SERVER =
      CertctlServer.withRsaCa().with("CERTCTL_SCEP_PROFILE_DEFAULT_ALGORITHM_POLICY", "legacy");

  @Test
  void enrollsWithTripleDesAndSha1AndRepliesInKind() {
    var device =
        new Device(SERVER, "legacy-1").cipher(CMSAlgorithm.DES_EDE3_CBC).signature("SHA1withRSA");

    var reply = device.send();

    device.certificate(reply);
    assertThat(reply.envelope().getEncryptionAlgOID()).isEqualTo(CMSAlgorithm.DES_EDE3_CBC.getId());
    assertThat(reply.digestAlgorithm()).isEqualTo("1.3.14.3.2.26");
  }

  @Test
  void announcesWhatItTakes() throws Exception {
    var response = RawHttp.get(SERVER.httpPort(), "/scep/default?operation=GetCACaps");

    assertThat(response.text().split("\n")).contains("DES3", "SHA-1", "AES", "SHA-256");
  }

  @Test
  void refusesDesAndMd5() {
    new Device(SERVER, "legacy-2")
        .cipher(CMSAlgorithm.DES_CBC)
        .send()
        .failedWith(FailInfoCode.BAD_ALG);
    new Device(SERVER, "legacy-3").signature("MD5withRSA").send().failedWith(FailInfoCode.BAD_ALG);
  }

  @Test
  void refusesSha1WhereTheSignatureIsTheOnlyProof() {
    new Device(SERVER, "legacy-4")
        .messageType("17")
        .signature("SHA1withRSA")
        .send()
        .failedWith(FailInfoCode.BAD_ALG);
  }

  /// Apple's message of 2016 as it was captured, but for the PKCS#10's key of 1024 bits: triple DES
  /// and SHA-1, a nonce of 8 octets, a PKCS#10 of version 2, another key in the signer.
  @Test
  void apple_messageOf2016IsAnsweredInKind() {
    var signing = Keys.rsa();
    var requested = Keys.freshRsa();
    byte[] nonce = {8, 7, 6, 5, 4, 3, 2, 1};
    var csr =
        Crafted.csr(SERVER, "CN=iphone,O=certctl", requested)
            .version(2)
            .digest(DigestAlgorithm.SHA1);

    var reply =
        Crafted.send(
            SERVER,
            Crafted.pkcsReq(SERVER, Signers.apple(signing), csr)
                .cipher(ContentCipher.DES_EDE3)
                .digest(DigestAlgorithm.SHA1)
                .senderNonce(nonce)
                .build());

    assertThat(reply.recipientNonce()).isEqualTo(nonce);
    assertThat(reply.digestAlgorithm()).isEqualTo(DigestAlgorithm.SHA1.oid().getId());
    assertThat(reply.signatureAlgorithm()).isEqualTo("1.2.840.113549.1.1.1");
    assertThat(reply.certificate(signing).getPublicKey()).isEqualTo(requested.getPublic());
  }

  /// By GET, with the old algorithms; no CA certificate in the reply.
  @Test
  void juniper_enrollsByGetAndGetsNoCaCertificate() throws Exception {
    var signing = Keys.rsa();
    var message =
        Crafted.pkcsReq(
                SERVER,
                Crafted.selfSigned("CN=srx", signing),
                Crafted.csr(SERVER, "CN=srx", signing))
            .cipher(ContentCipher.DES_EDE3)
            .digest(DigestAlgorithm.SHA1)
            .build();

    var reply =
        Reply.of(
            RawHttp.get(
                SERVER.httpPort(),
                "/scep/default?" + GetSpellingsIT.Spelling.MSG_1_ALL_ESCAPED.query(message)));

    assertThat(reply.certificates(signing)).hasSize(1);
  }

  /// Old IOS sends MD5 and DES until it is configured otherwise; the answer is one it can verify.
  @Test
  void cisco_isToldThatItsOldDefaultsAreBad() {
    var signing = Keys.rsa();
    var reply =
        Crafted.send(
            SERVER,
            Crafted.pkcsReq(
                    SERVER,
                    Crafted.selfSigned("CN=ios", signing),
                    Crafted.csr(SERVER, "CN=ios", signing))
                .cipher(ContentCipher.DES)
                .digest(DigestAlgorithm.MD5)
                .build());

    reply.failedWith(FailInfoCode.BAD_ALG);
    assertThat(reply.digestAlgorithm()).isEqualTo(DigestAlgorithm.SHA256.oid().getId());
  }
}
