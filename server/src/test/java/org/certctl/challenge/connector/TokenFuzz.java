package org.certctl.challenge.connector;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/// Whatever a device sends as a token: taken apart and read, or refused with an explanation.
class TokenFuzz {

  @FuzzTest(maxDuration = "10m")
  void takesApartOrRefuses(byte[] input) {
    String text = new String(input, StandardCharsets.UTF_8);
    try {
      CompactToken token = CompactToken.parse(text);
      assertThat(text.getBytes(StandardCharsets.UTF_8)).startsWith(token.signingInput());
      assertThat(token.signature()).isNotEmpty();
    } catch (MalformedTokenException e) {
      assertThat(e.explanation()).isNotEmpty();
    }
  }

  /// The payload, as if somebody trusted had signed it.
  @FuzzTest(maxDuration = "10m")
  void readsClaimsOrRefuses(byte[] input) throws MalformedTokenException {
    String part = Base64.getUrlEncoder().withoutPadding().encodeToString(input);
    String token = "e30." + part + "." + "A".repeat(256);
    if (input.length == 0 || token.length() > CompactToken.MAX_CHARS) {
      return;
    }
    VersionGate.Finding finding = new VersionGate().examine(CompactToken.parse(token));
    Optional<ConnectorClaims> claims = finding.claims();
    assertThat(claims.isPresent()).isEqualTo(finding.result() instanceof GateResult.Passed);
    claims.ifPresent(
        read -> {
          assertThat(read.subject()).isNotEmpty();
          assertThat(new TimeGate(ConnectorRules.defaults()).end(read)).isNotNull();
          assertThat(read.namesText()).isNotNull();
        });
  }
}
