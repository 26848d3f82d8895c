package org.certctl.enroll;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import org.certctl.challenge.ChallengeClaim;
import org.certctl.pki.Sha256;

/// What may be used up once, and who holds it, in memory.
final class MemoryClaims {

  private record ClaimKey(String kind, Sha256 key) {}

  private record HeldClaim(UUID holder, Instant expiresAt) {}

  private final Map<ClaimKey, HeldClaim> held = new HashMap<>();

  /// Takes all claims or none; gives the first that is taken already.
  Optional<ChallengeClaim> takeAll(List<ChallengeClaim> wanted, UUID holder, Instant now) {
    Map<ClaimKey, HeldClaim> taken = new HashMap<>();
    for (ChallengeClaim claim : wanted) {
      Optional<ClaimKey> free = freeSlot(claim, now);
      if (free.isEmpty()) {
        return Optional.of(claim);
      }
      taken.put(free.get(), new HeldClaim(holder, claim.expiresAt()));
    }
    held.putAll(taken);
    return Optional.empty();
  }

  /// Hands all claims of a holder on to another.
  void pass(UUID from, UUID to) {
    held.replaceAll(
        (_, one) -> one.holder().equals(from) ? new HeldClaim(to, one.expiresAt()) : one);
  }

  /// Frees all claims of a holder.
  ///
  /// @return takes them again
  Runnable free(UUID holder) {
    Map<ClaimKey, HeldClaim> before = Map.copyOf(held);
    held.values().removeIf(one -> one.holder().equals(holder));
    return () -> {
      held.clear();
      held.putAll(before);
    };
  }

  private Optional<ClaimKey> freeSlot(ChallengeClaim claim, Instant now) {
    return IntStream.range(0, claim.slots())
        .mapToObj(slot -> new ClaimKey(claim.kind(), claim.slotKey(slot)))
        .filter(
            key -> {
              HeldClaim other = held.get(key);
              return other == null || !other.expiresAt().isAfter(now);
            })
        .findFirst();
  }
}
