package org.certctl.challenge.connector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.certctl.challenge.connector.Connectors.NOW;
import static org.certctl.challenge.connector.Connectors.claims;
import static org.certctl.challenge.connector.Connectors.request;
import static org.certctl.challenge.connector.Connectors.trust;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.impl.ECDSA;
import com.nimbusds.jose.util.Base64URL;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.certctl.challenge.ChallengeRefusal;
import org.certctl.challenge.connector.Connectors.Connector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The gates that look at the token itself: shape, signature, version. Each with what passes and
/// what does not.
class TokenGatesTest extends GatesFixture {

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
}
