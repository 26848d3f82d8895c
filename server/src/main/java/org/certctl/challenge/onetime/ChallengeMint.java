package org.certctl.challenge.onetime;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.Optional;
import org.certctl.enroll.ChallengeMac;
import org.certctl.secret.Secret;

/// Makes one-time challenges (CH-4): 24 characters of A-Z, a-z and 0-9, which is 142 bits, in an
/// alphabet that every string type, MDM and command line takes as it is.
public final class ChallengeMint {

  private static final String ALPHABET =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  private static final int LENGTH_CHARS = 24;

  private final ChallengeMac macs;
  private final SecureRandom random;

  /// A new challenge with its value, which is told once and kept nowhere.
  ///
  /// @param value what the device must send
  /// @param challenge what is kept
  public record Minted(Secret value, OneTimeChallenge challenge) {}

  /// @param macs the form in which challenges are kept
  /// @param random makes the values
  public ChallengeMint(ChallengeMac macs, SecureRandom random) {
    this.macs = macs;
    this.random = random;
  }

  /// Makes a challenge; it counts once it is in the store.
  ///
  /// @param endpoint the endpoint it is good for
  /// @param identity the identity it is good for; absent for any
  public Minted mint(
      String endpoint, Optional<BoundIdentity> identity, Instant now, Instant expiresAt) {
    StringBuilder text = new StringBuilder(LENGTH_CHARS);
    for (int i = 0; i < LENGTH_CHARS; i++) {
      text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
    }
    Secret value = Secret.of(text.toString());
    return new Minted(
        value,
        new OneTimeChallenge(macs.of(Optional.of(value)), endpoint, identity, now, expiresAt));
  }
}
