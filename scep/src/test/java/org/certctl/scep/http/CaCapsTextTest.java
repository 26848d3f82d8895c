package org.certctl.scep.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.Set;
import org.certctl.scep.AlgorithmPolicy;
import org.certctl.scep.CaCapability;
import org.certctl.scep.ContentCipher;
import org.certctl.scep.DigestAlgorithm;
import org.junit.jupiter.api.Test;

/// Section 1.2 of the checklist: GetCACaps.
class CaCapsTextTest {
  @Test
  void CAP2_CAP3_CAP10_strictPolicy() {
    assertThat(CaCapsText.render(AlgorithmPolicy.strict().capabilities(true, true)))
        .isEqualTo(
            """
            POSTPKIOperation
            GetNextCACert
            Renewal
            SHA-512
            SHA-384
            SHA-256
            AES
            SCEPStandard""");
  }

  @Test
  void CAP6_legacyPolicyAddsOldAlgorithms() {
    assertThat(AlgorithmPolicy.legacy().capabilities(false, false))
        .contains(CaCapability.DES3, CaCapability.SHA_1, CaCapability.SCEP_STANDARD)
        .doesNotContain(CaCapability.RENEWAL, CaCapability.GET_NEXT_CA_CERT);
  }

  @Test
  void CAP7_onlyWhatIsServed() {
    assertThat(AlgorithmPolicy.strict().capabilities(true, false))
        .contains(CaCapability.RENEWAL)
        .doesNotContain(CaCapability.GET_NEXT_CA_CERT);
    assertThat(AlgorithmPolicy.strict().capabilities(false, true))
        .contains(CaCapability.GET_NEXT_CA_CERT)
        .doesNotContain(CaCapability.RENEWAL);
  }

  @Test
  void CAP4_standardNeedsAllAndNothingForbidden() {
    assertThat(with(EnumSet.of(DigestAlgorithm.SHA512), EnumSet.of(ContentCipher.AES_128)))
        .doesNotContain(CaCapability.SCEP_STANDARD);
    assertThat(with(EnumSet.of(DigestAlgorithm.SHA256), EnumSet.of(ContentCipher.AES_256)))
        .doesNotContain(CaCapability.SCEP_STANDARD, CaCapability.AES);
    assertThat(
            with(
                EnumSet.of(DigestAlgorithm.SHA256, DigestAlgorithm.MD5),
                EnumSet.of(ContentCipher.AES_128)))
        .doesNotContain(CaCapability.SCEP_STANDARD);
    assertThat(
            with(
                EnumSet.of(DigestAlgorithm.SHA256),
                EnumSet.of(ContentCipher.AES_128, ContentCipher.DES)))
        .doesNotContain(CaCapability.SCEP_STANDARD);
  }

  private static Set<CaCapability> with(Set<DigestAlgorithm> digests, Set<ContentCipher> ciphers) {
    var strict = AlgorithmPolicy.strict();
    return new AlgorithmPolicy(digests, ciphers, strict.keyTransports(), digests, 2048, 4096)
        .capabilities(true, true);
  }

  @Test
  void CAP2_CAP9_isPlainAndShort() {
    String all = CaCapsText.render(EnumSet.allOf(CaCapability.class));
    assertThat(all).doesNotContain("\r", "\n\n").doesNotEndWith("\n").hasSizeLessThan(1024);
    assertThat(all.lines()).hasSize(CaCapability.values().length).doesNotContain("AES256");
    assertThat(CaCapsText.render(Set.of())).isEmpty();
    assertThat(MediaTypes.CA_CAPS).doesNotContain(";");
  }
}
