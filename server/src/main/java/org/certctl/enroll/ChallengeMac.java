package org.certctl.enroll;

import java.security.GeneralSecurityException;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.certctl.pki.Sha256;
import org.certctl.secret.Secret;

/// Turns a challenge into a keyed MAC, the only form in which one is ever stored (CH-5).
public final class ChallengeMac {

  private static final Sha256 NONE = Sha256.ofDigest(new byte[Sha256.LENGTH_BYTES]);

  private final SecretKeySpec key;

  /// @param key 32 octets that only this installation knows
  /// @throws IllegalArgumentException when the key is shorter than 32 octets
  public ChallengeMac(Secret key) {
    if (key.lengthBytes() < Sha256.LENGTH_BYTES) {
      throw new IllegalArgumentException("the MAC key has at least 32 octets");
    }
    this.key = new SecretKeySpec(key.revealUtf8(), "HmacSHA256");
  }

  /// The MAC, or 32 octets of zero when there is no challenge.
  public Sha256 of(Optional<Secret> challenge) {
    if (challenge.isEmpty()) {
      return NONE;
    }
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(key);
      return Sha256.ofDigest(mac.doFinal(challenge.get().revealUtf8()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HmacSHA256", e);
    }
  }

  /// Whether this stands for a challenge at all.
  static boolean isPresent(Sha256 mac) {
    return !mac.equals(NONE);
  }
}
