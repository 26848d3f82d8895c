package org.certctl.challenge;

import java.time.Instant;
import org.certctl.pki.Sha256;

/// Something that may be used up: a one-time challenge, a token, a place among a device's
/// certificates of a day.
///
/// Claimed atomically in step 4 of the enrollment cycle, released when the enrollment fails. A
/// claim with several slots takes any one of them that is free: with `n` slots that each end 24
/// hours after they were taken, nobody gets more than `n` within any 24 hours. Each slot is a key
/// of its own, so a store needs nothing but uniqueness of keys to be right, whoever else writes at
/// the same time.
///
/// @param kind the namespace, a stable code such as `onetime`
/// @param key what is claimed; unique within the kind
/// @param slots how many may hold it at the same time, 1 to 10000
/// @param expiresAt when the entry may be forgotten
public record ChallengeClaim(String kind, Sha256 key, int slots, Instant expiresAt) {

  /// The kind of a token that may be used once.
  public static final String TOKEN = "connector_token";

  /// The kind of a place among a device's certificates of a day.
  public static final String DEVICE_RATE = "connector_device";

  /// The most slots that a claim may have.
  public static final int MAX_SLOTS = 10_000;

  /// @throws IllegalArgumentException when there is no slot, or too many
  public ChallengeClaim {
    if (slots < 1 || slots > MAX_SLOTS) {
      throw new IllegalArgumentException("a claim has 1 to " + MAX_SLOTS + " slots, not " + slots);
    }
  }

  /// Something that may be used once.
  public ChallengeClaim(String kind, Sha256 key, Instant expiresAt) {
    this(kind, key, 1, expiresAt);
  }

  /// The key of a slot; they are to be tried in their order.
  ///
  /// @param slot 0 to one less than there are; 0 is {@link #key()}
  public Sha256 slotKey(int slot) {
    return slot == 0
        ? key
        : Sha256.over(key.octets(), new byte[] {(byte) (slot >>> 8), (byte) slot});
  }

  /// The stable code of the refusal when all slots are taken.
  public String takenCode() {
    return switch (kind) {
      case TOKEN -> ChallengeRefusal.TOKEN_REPLAYED.code();
      case DEVICE_RATE -> ChallengeRefusal.TOKEN_RATE_LIMITED.code();
      default -> kind + "_used";
    };
  }
}
