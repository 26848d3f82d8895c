package org.certctl.status;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.certctl.issuer.OcspSigner;

/// Answers that were signed and may be given again; the least used are forgotten first. Safe to use
/// from many threads.
final class OcspCache {

  /// What an answer is about: the digests, and so the form of the request, are part of it.
  record Key(String issuerId, List<CertificateID> certificates) {}

  /// A signed answer and what it rests on.
  ///
  /// @param answer the answer
  /// @param signer who signed it
  /// @param statuses what it says
  /// @param changes the changes of the issuer's revocations that were counted before they were read
  record Kept(
      OcspAnswer.Signed answer, OcspSigner signer, List<CertificateStatus> statuses, long changes) {

    /// Whether it may still be given: in the first half of its life, so that whoever gets it can
    /// keep it for a while, and not when the clock says that it was made in the future.
    boolean isFresh(OcspSigner present, Instant now) {
      Instant half =
          answer
              .thisUpdate()
              .plus(Duration.between(answer.thisUpdate(), answer.nextUpdate()).dividedBy(2));
      return signer.equals(present) && !now.isBefore(answer.thisUpdate()) && now.isBefore(half);
    }

    Kept knownAt(long count) {
      return new Kept(answer, signer, statuses, count);
    }
  }

  /// An answer that was asked for.
  record Asked(Key key, Kept kept) {}

  /// @param asked whether anybody asked for it since it was signed
  private record Held(Kept kept, boolean asked) {}

  private final Map<Key, Held> entries;

  /// @param maxEntries how many answers are kept
  OcspCache(int maxEntries) {
    this.entries =
        new LinkedHashMap<Key, Held>(16, 0.75f, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<Key, Held> eldest) {
            return size() > maxEntries;
          }
        };
  }

  /// The answer for whoever asks.
  synchronized Optional<Kept> find(Key key) {
    return Optional.ofNullable(
            entries.computeIfPresent(key, (_, held) -> new Held(held.kept(), true)))
        .map(Held::kept);
  }

  /// Keeps an answer that somebody has asked for.
  synchronized void put(Key key, Kept kept) {
    entries.put(key, new Held(kept, true));
  }

  /// Keeps an answer that was signed before anybody asked.
  synchronized void putAhead(Key key, Kept kept) {
    entries.computeIfPresent(key, (_, _) -> new Held(kept, false));
  }

  /// What was asked for since it was signed, that which was not asked for longest first.
  synchronized List<Asked> asked() {
    return entries.entrySet().stream()
        .filter(entry -> entry.getValue().asked())
        .map(entry -> new Asked(entry.getKey(), entry.getValue().kept()))
        .toList();
  }
}
