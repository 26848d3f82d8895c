package org.certctl.challenge.connector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.certctl.challenge.connector.Connectors.AUDIENCE;
import static org.certctl.challenge.connector.Connectors.DEVICE;
import static org.certctl.challenge.connector.Connectors.NAME;
import static org.certctl.challenge.connector.Connectors.NOW;
import static org.certctl.challenge.connector.Connectors.claims;
import static org.certctl.challenge.connector.Connectors.request;
import static org.certctl.challenge.connector.Connectors.trust;
import static org.certctl.challenge.connector.Connectors.upn;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.impl.ECDSA;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.x509.GeneralName;
import org.certctl.challenge.ChallengeClaim;
import org.certctl.challenge.ChallengeRefusal;
import org.certctl.challenge.connector.Connectors.Connector;
import org.certctl.pki.CertificateRequest;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The gates, each with what passes and what does not; tokens are made by Nimbus.
class ConnectorGatesTest {

  private static final ConnectorRules RULES =
      new ConnectorRules(
          Optional.of(AUDIENCE),
          Duration.ofHours(1),
          Duration.ofMinutes(1),
          3,
          ConnectorRules.Binding.STRICT);

  private static Connector rsa;
  private static Connector ec;

  @TempDir private Path directory;

  @BeforeAll
  static void makeConnectors() {
    rsa = Connector.rsa();
    ec = Connector.ec();
  }

  // Gate 1: shape.

  @ParameterizedTest
  @ValueSource(strings = {"", "a.b.c", "no-dots-at-all"})
  void refusesWhatIsNoToken(String text) {
    assertRefused(text, ChallengeRefusal.TOKEN_MALFORMED, Gate.SHAPE);
    assertThat(CompactToken.isShaped(text)).isFalse();
  }

  @Test
  void aTokenHasMoreThan200CharactersAndTwoDots() {
    assertThat(CompactToken.isShaped("a".repeat(198) + "..")).isFalse();
    assertThat(CompactToken.isShaped("a".repeat(199) + "..")).isTrue();
    assertThat(CompactToken.isShaped("a".repeat(300) + ".")).isFalse();
    assertThat(CompactToken.isShaped("a".repeat(300) + "...")).isFalse();
  }

  @Test
  void refusesPartsThatAreNoBase64urlOrEmpty() {
    String token = rsa.sign(claims().build());
    String[] parts = token.split("\\.", -1);
    assertRefused(parts[0] + "." + parts[1] + ".", ChallengeRefusal.TOKEN_MALFORMED, Gate.SHAPE);
    assertRefused(
        parts[0] + "." + parts[1] + "+/." + parts[2], ChallengeRefusal.TOKEN_MALFORMED, Gate.SHAPE);
    assertRefused(
        parts[0] + "." + parts[1] + "." + parts[2] + " ",
        ChallengeRefusal.TOKEN_MALFORMED,
        Gate.SHAPE);
    assertRefused(
        "a".repeat(CompactToken.MAX_CHARS) + "..", ChallengeRefusal.TOKEN_MALFORMED, Gate.SHAPE);
  }

  // Gate 2: signature.

  @Test
  void passesRs256AndEs256() {
    assertPasses(rsa.sign(claims().build()));
    assertPasses(ec.sign(claims().build()));
  }

  @Test
  void passesEs256InDerToo() throws Exception {
    String token = ec.sign(claims().build());
    String[] parts = token.split("\\.", -1);
    byte[] der = ECDSA.transcodeSignatureToDER(new Base64URL(parts[2]).decode());
    assertPasses(parts[0] + "." + parts[1] + "." + Base64URL.encode(der));
  }

  @Test
  void passesPartsWithPadding() throws Exception {
    String header = padded("{\"alg\":\"RS256\",\"typ\":\"JWT\"}");
    String payload = padded(claims().build().toString());
    String signed = header + "." + payload;
    String signature =
        rsa.signer()
            .sign(new JWSHeader(JWSAlgorithm.RS256), signed.getBytes(StandardCharsets.US_ASCII))
            .toString();
    assertThat(signed).contains("=");
    assertPasses(signed + "." + signature);
    // The octets as sent are what is signed: the same JSON without padding is another message.
    assertRefused(
        signed.replace("=", "") + "." + signature,
        ChallengeRefusal.TOKEN_SIGNATURE_INVALID,
        Gate.SIGNATURE);
  }

  @Test
  void triesEveryAnchor() {
    TrustAnchors both = trust(directory.resolve("both.pem"), rsa.pem(), ec.pem());
    assertThat(failure(both, RULES, rsa.sign(claims().build()), request(), NOW)).isEmpty();
    assertThat(failure(both, RULES, ec.sign(claims().build()), request(), NOW)).isEmpty();
  }

  @Test
  void refusesASignatureOfSomebodyElse() {
    assertRefused(
        Connector.rsa().sign(claims().build()),
        ChallengeRefusal.TOKEN_SIGNATURE_INVALID,
        Gate.SIGNATURE);
  }

  @Test
  void refusesAnOctetThatWasChanged() {
    String token = rsa.sign(claims().build());
    String[] parts = token.split("\\.", -1);
    String other = rsa.sign(claims().subject("another device").build()).split("\\.", -1)[1];
    assertRefused(
        parts[0] + "." + other + "." + parts[2],
        ChallengeRefusal.TOKEN_SIGNATURE_INVALID,
        Gate.SIGNATURE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "none", "None", "NONE", "", "HS256", "HS512", "rs256", "RS384", "PS256", "ES384", "EdDSA"
      })
  void refusesEveryOtherAlgorithm(String algorithm) {
    assertRefused(
        rsa.signRaw("{\"alg\":\"" + algorithm + "\"}", payload(claims())),
        ChallengeRefusal.TOKEN_SIGNATURE_INVALID,
        Gate.SIGNATURE);
  }

  @Test
  void refusesAnAlgorithmThatIsNotTheKeys() {
    assertRefused(
        rsa.signRaw("{\"alg\":\"ES256\"}", payload(claims())),
        ChallengeRefusal.TOKEN_SIGNATURE_INVALID,
        Gate.SIGNATURE);
  }

  @Test
  void doesNotLookAtKeysInTheHeader() {
    Connector stranger = Connector.rsa();
    String certificate = stranger.pem().replaceAll("-----[A-Z ]+-----|\\s", "");
    assertRefused(
        stranger.signRaw(
            "{\"alg\":\"RS256\",\"kid\":\"1\",\"jku\":\"https://evil.example/keys\",\"x5c\":[\""
                + certificate
                + "\"]}",
            payload(claims())),
        ChallengeRefusal.TOKEN_SIGNATURE_INVALID,
        Gate.SIGNATURE);
    assertPasses(
        rsa.signRaw(
            "{\"alg\":\"RS256\",\"kid\":\"1\",\"jku\":\"https://evil.example/keys\"}",
            payload(claims())));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"alg\":1}",
        "{\"alg\":null}",
        "{\"alg\":\"none\",\"alg\":\"RS256\"}",
        "{\"alg\":\"RS256\",\"crit\":[\"b64\"],\"b64\":false}",
        "[]",
        "\"RS256\"",
        "{\"alg\":\"RS256\"} {}",
        "{\"alg\":\"RS256\"",
        "\uFEFF{\"alg\":\"RS256\"}"
      })
  void refusesHeadersThatCannotBeRead(String header) {
    assertRefused(
        rsa.signRaw(header, payload(claims())), ChallengeRefusal.TOKEN_MALFORMED, Gate.SIGNATURE);
  }

  @Test
  void doesNotTrustAnAnchorPastItsEndEvenWithoutReload() {
    Instant end = NOW.plusSeconds(30);
    Connector ending = Connector.rsa(2048, end);
    TrustAnchors anchors = ending.trusted(directory.resolve("ending.pem"));
    String token = ending.sign(claims().build());
    assertThat(failure(anchors, RULES, token, request(), end)).isEmpty();
    assertThat(failure(anchors, RULES, token, request(), end.plusSeconds(1)))
        .contains(ChallengeRefusal.TOKEN_SIGNATURE_INVALID);
  }

  // Gate 3: version and claims.

  @Test
  void passesVersion1Named() {
    assertPasses(rsa.sign(claims().claim("version", "v1").build()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"v2\"", "\"\"", "\"V1\"", "1", "null", "[\"v1\"]"})
  void refusesOtherVersions(String version) {
    String payload =
        claims().build().toString().replaceFirst("\\{", "{\"version\":" + version + ",");
    assertRefused(rsa.signRaw(payload), ChallengeRefusal.TOKEN_VERSION_UNKNOWN, Gate.VERSION);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sub", "iat", "exp"})
  void refusesATokenWithoutARequiredClaim(String claim) {
    assertRefused(
        rsa.sign(claims().claim(claim, null).build()),
        ChallengeRefusal.TOKEN_MALFORMED,
        Gate.VERSION);
    assertRefused(
        rsa.signRaw(
            claims()
                .claim(claim, null)
                .build()
                .toString()
                .replaceFirst("\\{", "{\"" + claim + "\":null,")),
        ChallengeRefusal.TOKEN_MALFORMED,
        Gate.VERSION);
  }

  @ParameterizedTest
  @ValueSource(strings = {"iss", "nonce"})
  void passesATokenWithoutAnOptionalClaim(String claim) {
    assertPasses(rsa.sign(claims().claim(claim, null).build()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"sub\":\"a\",\"sub\":\"b\",REST}",
        "{\"sub\":\"a\",\"s\\u0075b\":\"b\",REST}",
        "{\"sub\":[\"a\"],REST}",
        "{\"sub\":\"a\\u0000b\",REST}",
        "{\"sub\":\"\",REST}",
        "{\"sub\":\"a\",\"x\":[[[[[[[1]]]]]]],REST}",
        "{\"sub\":\"a\",\"x\":11111111111111111111111111111111111111111,REST}",
        "{\"sub\":\"a\",REST}x",
        "{\"sub\":\"a\",REST}{}",
        "{'sub':'a',REST}",
        "{\"sub\":\"a\",/**/REST}",
        "[\"sub\",{REST}]",
        "null",
        "{\"sub\":\"a\",\"san_dns\":\"x\",REST}",
        "{\"sub\":\"a\",\"san_dns\":[1],REST}",
        "{\"sub\":\"a\",\"san_dns\":[\"\"],REST}",
        "{\"sub\":\"a\",\"san_dns\":[\"a\\u0000.example\"],REST}",
        "{\"sub\":\"a\",\"jti\":7,REST}",
        "{\"sub\":\"a\",\"aud\":7,REST}",
        "{\"sub\":\"a\",\"aud\":{},REST}"
      })
  void refusesNastyJson(String payload) {
    String rest =
        "\"iat\":" + NOW.getEpochSecond() + ",\"exp\":" + NOW.plusSeconds(60).getEpochSecond();
    String padding = ",\"pad\":\"" + "p".repeat(200) + "\"";
    assertRefused(
        rsa.signRaw(payload.replace("REST", rest + padding)),
        ChallengeRefusal.TOKEN_MALFORMED,
        Gate.VERSION);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"-1", "1e999999999", "1e400", "253402300800", "\"1800000000\"", "true", "NaN"})
  void refusesTimesThatAreNone(String time) {
    assertRefused(
        rsa.signRaw(
            "{\"sub\":\"a\",\"iat\":"
                + time
                + ",\"exp\":1800000000,\"pad\":\""
                + "p".repeat(200)
                + "\"}"),
        ChallengeRefusal.TOKEN_MALFORMED,
        Gate.VERSION);
  }

  @Test
  void refusesUtf16AndWhatIsNoUtf8() {
    String header = "{\"alg\":\"RS256\"}";
    assertRefused(
        rsa.signRaw(header, claims().build().toString().getBytes(StandardCharsets.UTF_16)),
        ChallengeRefusal.TOKEN_MALFORMED,
        Gate.VERSION);
    assertRefused(
        rsa.signRaw(header, claims().build().toString().getBytes(StandardCharsets.UTF_16LE)),
        ChallengeRefusal.TOKEN_MALFORMED,
        Gate.VERSION);
    assertRefused(
        rsa.signRaw(header, "{\"sub\":\"\u00e9\"}".getBytes(StandardCharsets.ISO_8859_1)),
        ChallengeRefusal.TOKEN_MALFORMED,
        Gate.SHAPE,
        Gate.VERSION);
  }

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

  private TrustAnchors anchors() {
    return trust(directory.resolve("anchors.pem"), rsa.pem(), ec.pem());
  }

  private static ConnectorRules lenient() {
    return new ConnectorRules(
        RULES.audience(),
        RULES.validity(),
        RULES.clockSkew(),
        RULES.perDevice(),
        ConnectorRules.Binding.LENIENT);
  }

  private ChallengeClaim tokenClaim(String token) {
    Examination examination = examine(token);
    assertThat(examination.failure()).isEmpty();
    ChallengeClaim claim = examination.toClaim().getFirst();
    assertThat(claim.kind()).isEqualTo(ChallengeClaim.TOKEN);
    assertThat(claim.takenCode()).isEqualTo("replay");
    return claim;
  }

  private void assertPasses(String token) {
    assertThat(examine(token).failure()).isEmpty();
  }

  private void assertMismatch(JWTClaimsSet.Builder claims, CertificateRequest request) {
    assertThat(failure(anchors(), RULES, rsa.sign(claims.build()), request, NOW))
        .contains(ChallengeRefusal.TOKEN_CLAIM_MISMATCH);
  }

  private void assertRefused(String token, ChallengeRefusal reason, Gate... gates) {
    Examination.Failure failure = examine(token).failure().orElseThrow();
    assertThat(failure.failed().reason()).as(failure.failed().explanation()).isEqualTo(reason);
    assertThat(failure.gate()).isIn((Object[]) gates);
  }

  private Optional<ChallengeRefusal> failure(String token, Instant now) {
    return failure(anchors(), RULES, token, request(), now);
  }

  private static Optional<ChallengeRefusal> failure(
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

  private Examination examine(String token) {
    return new ConnectorGates("corp", RULES, anchors(), ComplianceCheck.none())
        .judge(token, request(), NOW);
  }

  private static GeneralName dns(String name) {
    return new GeneralName(GeneralName.dNSName, name);
  }

  private static byte[] payload(JWTClaimsSet.Builder claims) {
    return claims.build().toString().getBytes(StandardCharsets.UTF_8);
  }

  private static String padded(String text) {
    // A blank more, until there is something to pad.
    String json = text;
    while (json.getBytes(StandardCharsets.UTF_8).length % 3 == 0) {
      json = json + " ";
    }
    return Base64.getUrlEncoder().encodeToString(json.getBytes(StandardCharsets.UTF_8));
  }
}
