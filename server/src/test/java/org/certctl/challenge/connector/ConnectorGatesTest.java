package org.certctl.challenge.connector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.certctl.challenge.connector.Connectors.AUDIENCE;
import static org.certctl.challenge.connector.Connectors.DEVICE;
import static org.certctl.challenge.connector.Connectors.NAME;
import static org.certctl.challenge.connector.Connectors.NOW;
import static org.certctl.challenge.connector.Connectors.claims;
import static org.certctl.challenge.connector.Connectors.request;
import static org.certctl.challenge.connector.Connectors.upn;

import com.nimbusds.jose.crypto.impl.ECDSA;
import com.nimbusds.jose.util.Base64URL;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.x509.GeneralName;
import org.certctl.challenge.ChallengeClaim;
import org.certctl.challenge.ChallengeRefusal;
import org.certctl.challenge.connector.Connectors.Connector;
import org.certctl.pki.CertificateRequest;
import org.junit.jupiter.api.Test;

/// The gates that look at what the token claims: time, audience, binding, replay, rate limit,
/// compliance. Each with what passes and what does not.
class ConnectorGatesTest extends GatesFixture {

  // Gate 4: time, to the second.

  @Test
  void isForUseFromIssuedAtLessTheSkew() {
    String token = rsa.sign(claims().issueTime(Date.from(NOW)).build());
    assertThat(failure(token, NOW.minusSeconds(60))).isEmpty();
    assertThat(failure(token, NOW.minusSeconds(61))).contains(ChallengeRefusal.TOKEN_NOT_YET_VALID);
  }

  @Test
  void isForUseUntilItsEndPlusTheSkew() {
    String token = rsa.sign(claims().expirationTime(Date.from(NOW)).build());
    assertThat(failure(token, NOW.plusSeconds(59))).isEmpty();
    assertThat(failure(token, NOW.plusSeconds(60))).contains(ChallengeRefusal.TOKEN_EXPIRED);
  }

  @Test
  void isForUseForTheValidityAtMost() {
    String token =
        rsa.sign(
            claims()
                .issueTime(Date.from(NOW))
                .expirationTime(Date.from(NOW.plus(Duration.ofDays(3650))))
                .build());
    Instant end = NOW.plus(Duration.ofMinutes(61));
    assertThat(failure(token, end.minusSeconds(1))).isEmpty();
    assertThat(failure(token, end)).contains(ChallengeRefusal.TOKEN_EXPIRED);
    ConnectorRules unbounded =
        new ConnectorRules(
            Optional.of(AUDIENCE), Duration.ZERO, Duration.ZERO, 0, ConnectorRules.Binding.STRICT);
    assertThat(failure(anchors(), unbounded, token, request(), end.plus(Duration.ofDays(100))))
        .isEmpty();
  }

  @Test
  void honoursNotBefore() {
    String token = rsa.sign(claims().notBeforeTime(Date.from(NOW.plusSeconds(100))).build());
    assertThat(failure(token, NOW.plusSeconds(39))).contains(ChallengeRefusal.TOKEN_NOT_YET_VALID);
    assertThat(failure(token, NOW.plusSeconds(40))).isEmpty();
  }

  @Test
  void takesFractionsOfSeconds() {
    String payload = claims().build().toString().replaceFirst("\"iat\":(\\d+)", "\"iat\":$1.5");
    assertPasses(rsa.signRaw(payload));
  }

  // Gate 5: audience.

  @Test
  void theAudienceIsRequiredWhenConfigured() {
    assertRefused(
        rsa.sign(claims().audience((String) null).build()),
        ChallengeRefusal.TOKEN_AUDIENCE_WRONG,
        Gate.AUDIENCE);
    assertRefused(
        rsa.sign(claims().audience(AUDIENCE + "/").build()),
        ChallengeRefusal.TOKEN_AUDIENCE_WRONG,
        Gate.AUDIENCE);
    assertRefused(
        rsa.sign(claims().audience(List.of("a", "b")).build()),
        ChallengeRefusal.TOKEN_AUDIENCE_WRONG,
        Gate.AUDIENCE);
    assertPasses(rsa.sign(claims().audience(List.of("a", AUDIENCE)).build()));
  }

  @Test
  void theAudienceIsNotLookedAtWhenNotConfigured() {
    String token = rsa.sign(claims().audience("somebody else").build());
    assertThat(failure(anchors(), ConnectorRules.defaults(), token, request(), NOW)).isEmpty();
  }

  // Gate 6: binding.

  @Test
  void refusesNamesBeyondTheClaimsAndNamesMissing() {
    assertMismatch(claims().claim("device_name", "another"), request());
    assertMismatch(claims().claim("san_dns", List.of(NAME, "b.example.com")), request());
    assertMismatch(claims().claim("san_upn", List.of("root@example.com")), request());
    assertMismatch(claims(), request("CN=" + NAME));
    assertMismatch(
        claims(),
        request("CN=" + NAME, dns(NAME), dns("extra.example.com"), upn("anna@example.com")));
    assertMismatch(
        claims(), request("CN=" + NAME + ",CN=root", dns(NAME), upn("anna@example.com")));
    assertMismatch(claims(), request("O=x", dns(NAME), upn("anna@example.com")));
  }

  @Test
  void aDimensionThatIsNotNamedMustBeAbsent() {
    CertificateRequest asked =
        request(
            "CN=" + NAME,
            dns(NAME),
            upn("anna@example.com"),
            new GeneralName(GeneralName.rfc822Name, "anna@example.com"));
    CertificateRequest uri =
        request(
            "CN=" + NAME,
            dns(NAME),
            upn("anna@example.com"),
            new GeneralName(
                GeneralName.uniformResourceIdentifier,
                "tag:microsoft.com,2022-09-14:sid:S-1-5-21-1-2-3-500"));
    CertificateRequest address =
        request(
            "CN=" + NAME,
            dns(NAME),
            upn("anna@example.com"),
            new GeneralName(GeneralName.iPAddress, "10.0.0.1"));
    for (CertificateRequest more : List.of(asked, uri, address)) {
      assertMismatch(claims(), more);
      assertThat(failure(anchors(), lenient(), rsa.sign(claims().build()), more, NOW)).isEmpty();
    }
  }

  @Test
  void lenientRelaxesOnlyWhatIsNotNamed() {
    for (String claim : List.of("device_name", "san_dns", "san_upn")) {
      assertMismatch(claims().claim(claim, null), request());
      assertThat(
              failure(
                  anchors(),
                  lenient(),
                  rsa.sign(claims().claim(claim, null).build()),
                  request(),
                  NOW))
          .isEmpty();
    }
    assertThat(
            failure(
                anchors(),
                lenient(),
                rsa.sign(claims().claim("san_dns", List.of()).build()),
                request(),
                NOW))
        .contains(ChallengeRefusal.TOKEN_CLAIM_MISMATCH);
  }

  @Test
  void comparesOctetsButDnsNamesWithoutCase() {
    assertPasses(rsa.sign(claims().claim("san_dns", List.of("LT-1.Example.COM")).build()));
    assertMismatch(
        claims().claim("device_name", NAME.toUpperCase(java.util.Locale.ROOT)), request());
    assertMismatch(claims().claim("san_upn", List.of("Anna@example.com")), request());
    // Cyrillic a; full-width a; Kelvin sign.
    assertMismatch(claims().claim("san_upn", List.of("\u0430nna@example.com")), request());
    assertMismatch(claims().claim("san_upn", List.of("\uff41nna@example.com")), request());
    assertMismatch(
        claims().claim("san_dns", List.of("\u212a.example.com")),
        request("CN=" + NAME, dns("k.example.com"), upn("anna@example.com")));
  }

  @Test
  void aNulInTheRequestHidesNothing() {
    assertMismatch(
        claims(), request("CN=" + NAME, dns(NAME + "\0.evil.example"), upn("anna@example.com")));
    assertMismatch(claims(), request("CN=" + NAME, dns(NAME), upn("anna@example.com\0")));
  }

  // Gates 7 and 8: what is claimed.

  @Test
  void theSameTokenIsTheSameClaimHoweverItsSignatureIsWritten() throws Exception {
    String token = ec.sign(claims().claim("nonce", "").build());
    String[] parts = token.split("\\.", -1);
    byte[] der = ECDSA.transcodeSignatureToDER(new Base64URL(parts[2]).decode());
    String twin = parts[0] + "." + parts[1] + "." + Base64URL.encode(der);
    assertThat(tokenClaim(token)).isEqualTo(tokenClaim(twin));
  }

  @Test
  void anEmptyNonceIsNoWayAroundTheClaim() {
    String first = rsa.sign(claims().claim("nonce", "").build());
    String second = rsa.sign(claims().claim("nonce", "").claim("x", 1).build());
    assertThat(tokenClaim(first)).isNotEqualTo(tokenClaim(second));
    assertThat(tokenClaim(first)).isEqualTo(tokenClaim(first));
  }

  @Test
  void oneIdIsOneClaimWhateverElseTheTokenSays() {
    ChallengeClaim nonce = tokenClaim(rsa.sign(claims().build()));
    assertThat(tokenClaim(rsa.sign(claims().subject("b").claim("x", 1).build()))).isEqualTo(nonce);
    assertThat(tokenClaim(rsa.sign(claims().claim("nonce", "n-2").build()))).isNotEqualTo(nonce);
    assertThat(tokenClaim(rsa.sign(claims().issuer("connector-2").build()))).isNotEqualTo(nonce);
    ChallengeClaim id = tokenClaim(rsa.sign(claims().jwtID("n-1").build()));
    assertThat(id).isNotEqualTo(nonce);
    assertThat(tokenClaim(rsa.sign(claims().jwtID("n-1").claim("nonce", "n-3").build())))
        .isEqualTo(id);
  }

  @Test
  void aTokensClaimOutlivesTheTokenAtEveryOtherEndpoint() {
    Instant exp = NOW.plus(Duration.ofDays(2));
    String token = rsa.sign(claims().expirationTime(Date.from(exp)).build());
    ConnectorRules brief = rules(Duration.ofMinutes(5), Duration.ofMinutes(1));
    ConnectorRules unlimited = rules(Duration.ZERO, ConnectorRules.MAX_CLOCK_SKEW);
    Instant last = exp.plus(ConnectorRules.MAX_CLOCK_SKEW).minusMillis(1);

    assertThat(failure(anchors(), unlimited, token, request(), last)).isEmpty();
    for (ConnectorRules used : List.of(brief, unlimited)) {
      ChallengeClaim claim =
          new ConnectorGates("a", used, anchors(), ComplianceCheck.none())
              .judge(token, request(), NOW)
              .toClaim()
              .getFirst();
      assertThat(claim.expiresAt()).isAfter(last.plus(Duration.ofMinutes(1)));
    }
  }

  private static ConnectorRules rules(Duration validity, Duration skew) {
    return new ConnectorRules(Optional.empty(), validity, skew, 0, ConnectorRules.Binding.STRICT);
  }

  @Test
  void aDeviceHasAsManySlotsAsItMayHaveCertificates() {
    ChallengeClaim slot = examine(rsa.sign(claims().build())).toClaim().getLast();
    assertThat(slot.kind()).isEqualTo(ChallengeClaim.DEVICE_RATE);
    assertThat(slot.slots()).isEqualTo(3);
    assertThat(slot.expiresAt()).isEqualTo(NOW.plus(Duration.ofDays(1)));
    assertThat(slot.takenCode()).isEqualTo("rate_limited");
    assertThat(examine(rsa.sign(claims().claim("nonce", "2").build())).toClaim()).contains(slot);
    assertThat(examine(rsa.sign(claims().subject("b").build())).toClaim()).doesNotContain(slot);
  }

  // Gate 9: compliance.

  @Test
  void anObjectionIsARefusal() {
    Examination examination =
        new ConnectorGates(
                "corp", RULES, anchors(), claims -> Optional.of(claims.subject() + " is lost"))
            .judge(rsa.sign(claims().build()), request(), NOW);
    assertThat(examination.failure().orElseThrow().failed())
        .isEqualTo(
            new GateResult.Failed(ChallengeRefusal.TOKEN_COMPLIANCE_FAILED, DEVICE + " is lost"));
  }

  // For people.

  @Test
  void inspectionGoesOnAfterAFailureAndProvesNothingThen() {
    String token = Connector.rsa().sign(claims().audience("x").build());
    Examination examination =
        new ConnectorGates("corp", RULES, anchors(), ComplianceCheck.none())
            .inspect(token, Optional.empty(), NOW);
    assertThat(examination.findings())
        .extracting(Examination.Finding::gate)
        .containsExactly(Gate.values());
    assertThat(examination.proved()).isFalse();
    assertThat(examination.toClaim()).isEmpty();
    assertThat(examination.claims()).isPresent();
  }
}
