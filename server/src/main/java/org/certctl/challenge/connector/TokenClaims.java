package org.certctl.challenge.connector;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.certctl.challenge.ChallengeClaim;
import org.certctl.keys.SignerBundle;
import org.certctl.pki.Sha256;

/// The seventh and eighth gates: what a token uses up, to be claimed in the same transaction as the
/// intent.
///
/// The gates themselves are the store's: only it can tell whether a claim is free, and take it.
final class TokenClaims {

  private static final Duration RATE_WINDOW = Duration.ofDays(1);

  /// A token is judged a moment before its claim is taken, perhaps on another machine.
  private static final Duration MARGIN = Duration.ofMinutes(10);

  private static final byte[] SEPARATOR = {0};

  private TokenClaims() {}

  /// The token itself, once at all endpoints together, until none of them can take it any more:
  /// another endpoint may take it for longer than the one that claims it.
  ///
  /// Known by the id that its signer gave it, else by what was signed; not by the signature, which
  /// others than the signer can write in several ways (RFC 7515, section 10.12 on ECDSA).
  static ChallengeClaim once(
      SignerBundle.Signer signer, ConnectorClaims claims, CompactToken token) {
    Sha256 key =
        claims
            .tokenId()
            .map(
                id ->
                    Sha256.over(
                        signer.key().digest().octets(), utf8(claims.issuer()), SEPARATOR, utf8(id)))
            .orElseGet(() -> Sha256.over(token.signingInput()));
    Instant end = claims.expiresAt().plus(ConnectorRules.MAX_CLOCK_SKEW).plus(MARGIN);
    return new ChallengeClaim(ChallengeClaim.TOKEN, key, end);
  }

  /// One of the certificates that the device may have in any 24 hours; absent when it may have any
  /// number.
  static Optional<ChallengeClaim> perDevice(
      String endpoint, ConnectorClaims claims, int limit, Instant now) {
    if (limit == 0) {
      return Optional.empty();
    }
    Sha256 key =
        Sha256.over(
            utf8(endpoint), SEPARATOR, utf8(claims.issuer()), SEPARATOR, utf8(claims.subject()));
    return Optional.of(
        new ChallengeClaim(ChallengeClaim.DEVICE_RATE, key, limit, now.plus(RATE_WINDOW)));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
