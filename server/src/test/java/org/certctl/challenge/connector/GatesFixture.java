package org.certctl.challenge.connector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.certctl.challenge.connector.Connectors.AUDIENCE;
import static org.certctl.challenge.connector.Connectors.NOW;
import static org.certctl.challenge.connector.Connectors.claims;
import static org.certctl.challenge.connector.Connectors.request;
import static org.certctl.challenge.connector.Connectors.trust;

import com.nimbusds.jwt.JWTClaimsSet;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import org.bouncycastle.asn1.x509.GeneralName;
import org.certctl.challenge.ChallengeClaim;
import org.certctl.challenge.ChallengeRefusal;
import org.certctl.challenge.connector.Connectors.Connector;
import org.certctl.pki.CertificateRequest;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/// An endpoint that trusts two connectors, one with each kind of key; tokens are made by Nimbus.
abstract class GatesFixture {

  static final ConnectorRules RULES =
      new ConnectorRules(
          Optional.of(AUDIENCE),
          Duration.ofHours(1),
          Duration.ofMinutes(1),
          3,
          ConnectorRules.Binding.STRICT);

  static Connector rsa;
  static Connector ec;

  @TempDir Path directory;

  @BeforeAll
  static void makeConnectors() {
    rsa = Connector.rsa();
    ec = Connector.ec();
  }

  TrustAnchors anchors() {
    return trust(directory.resolve("anchors.pem"), rsa.pem(), ec.pem());
  }

  static ConnectorRules lenient() {
    return new ConnectorRules(
        RULES.audience(),
        RULES.validity(),
        RULES.clockSkew(),
        RULES.perDevice(),
        ConnectorRules.Binding.LENIENT);
  }

  ChallengeClaim tokenClaim(String token) {
    Examination examination = examine(token);
    assertThat(examination.failure()).isEmpty();
    ChallengeClaim claim = examination.toClaim().getFirst();
    assertThat(claim.kind()).isEqualTo(ChallengeClaim.TOKEN);
    assertThat(claim.takenCode()).isEqualTo("replay");
    return claim;
  }

  void assertPasses(String token) {
    assertThat(examine(token).failure()).isEmpty();
  }

  void assertMismatch(JWTClaimsSet.Builder claims, CertificateRequest request) {
    assertThat(failure(anchors(), RULES, rsa.sign(claims.build()), request, NOW))
        .contains(ChallengeRefusal.TOKEN_CLAIM_MISMATCH);
  }

  void assertRefused(String token, ChallengeRefusal reason, Gate... gates) {
    Examination.Failure failure = examine(token).failure().orElseThrow();
    assertThat(failure.failed().reason()).as(failure.failed().explanation()).isEqualTo(reason);
    assertThat(failure.gate()).isIn((Object[]) gates);
  }

  Optional<ChallengeRefusal> failure(String token, Instant now) {
    return failure(anchors(), RULES, token, request(), now);
  }

  static Optional<ChallengeRefusal> failure(
      TrustAnchors anchors,
      ConnectorRules rules,
      String token,
      CertificateRequest request,
      Instant now) {
    return new ConnectorGates("corp", rules, anchors, ComplianceCheck.none())
        .judge(token, request, now)
        .failure()
        .map(failure -> failure.failed().reason());
  }

  Examination examine(String token) {
    return new ConnectorGates("corp", RULES, anchors(), ComplianceCheck.none())
        .judge(token, request(), NOW);
  }

  static GeneralName dns(String name) {
    return new GeneralName(GeneralName.dNSName, name);
  }

  static byte[] payload(JWTClaimsSet.Builder claims) {
    return claims.build().toString().getBytes(StandardCharsets.UTF_8);
  }

  static String padded(String text) {
    // A blank more, until there is something to pad.
    String json = text;
    while (json.getBytes(StandardCharsets.UTF_8).length % 3 == 0) {
      json = json + " ";
    }
    return Base64.getUrlEncoder().encodeToString(json.getBytes(StandardCharsets.UTF_8));
  }
}
