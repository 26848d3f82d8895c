package org.certctl.challenge.onetime;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.certctl.challenge.ChallengeClaim;
import org.certctl.pki.Sha256;

/// A one-time challenge as it is kept: everything but its value.
///
/// @param mac the keyed MAC of the value
/// @param endpoint the endpoint it is good for
/// @param identity the identity it is good for; absent when it is good for any that the certificate
///   profile allows
/// @param createdAt when it was made
/// @param expiresAt from this instant on it is refused
public record OneTimeChallenge(
    Sha256 mac,
    String endpoint,
    Optional<BoundIdentity> identity,
    Instant createdAt,
    Instant expiresAt) {

  /// How long a challenge is remembered after its end, so that a late use is told from a guess, and
  /// reuse from either.
  public static final Duration REMEMBERED = Duration.ofDays(30);

  /// The kind of claim by which a challenge is used up.
  public static final String CLAIM_KIND = "onetime";

  private static final int ID_CHARS = 16;

  /// Cuts the times to milliseconds.
  public OneTimeChallenge {
    createdAt = createdAt.truncatedTo(ChronoUnit.MILLIS);
    expiresAt = expiresAt.truncatedTo(ChronoUnit.MILLIS);
  }

  /// Names the challenge in lists, logs and the audit trail: the first 64 bits of the MAC in
  /// hexadecimal. Tells nothing about the value.
  public String id() {
    return mac.hex().substring(0, ID_CHARS);
  }

  /// What an enrollment with it must claim.
  public ChallengeClaim claim() {
    return new ChallengeClaim(CLAIM_KIND, mac, expiresAt.plus(REMEMBERED));
  }
}
