package org.certctl.it;

import static org.assertj.core.api.Assertions.assertThat;

import org.bouncycastle.cms.CMSAlgorithm;
import org.certctl.it.Reply.FailInfoCode;
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
}
