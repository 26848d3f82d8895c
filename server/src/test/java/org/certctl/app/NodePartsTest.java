package org.certctl.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.Map;
import org.certctl.cluster.NodePart;
import org.certctl.config.SharedOptions;
import org.certctl.enroll.ChallengeMac;
import org.certctl.pki.Sha256;
import org.certctl.secret.Secret;
import org.junit.jupiter.api.Test;

/// What nodes are told apart by.
class NodePartsTest {

  private static final ChallengeMac MAC =
      new ChallengeMac(Secret.of("0123456789abcdef0123456789abcdef"));
  private static final Sha256 KEY = Sha256.over(new byte[] {1});

  private static NodeParts parts(String size, Sha256 auditKey) {
    return new NodeParts(SharedOptions.of(Map.of("CERTCTL_MAX_BODY_SIZE", size)), MAC, auditKey);
  }

  @Test
  void nodesThatSealWithDifferentKeysDifferInThatAlone() {
    assertThat(parts("1m", KEY).now()).isEqualTo(parts("1m", KEY).now());
    assertThat(parts("1m", Sha256.over(new byte[] {2})).now())
        .filteredOn(part -> !parts("1m", KEY).now().contains(part))
        .extracting(NodePart::kind, NodePart::name)
        .containsExactly(tuple("audit", "key"));
  }

  @Test
  void nodesWithDifferentOptionsDifferInTheConfiguration() {
    assertThat(parts("2m", KEY).now())
        .filteredOn(part -> !parts("1m", KEY).now().contains(part))
        .extracting(NodePart::kind)
        .containsExactly("configuration");
  }
}
