package org.certctl.audit;

import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.certctl.pki.Sha256;
import org.certctl.pki.Signer;
import org.certctl.pki.SigningUnavailableException;

/// Seals events that no block holds yet.
///
/// Not for several threads at once; {@link AuditSealing} sees to that.
public final class BlockSealer {

  static final int MAX_EVENTS_PER_BLOCK = 1024;
  private static final int MAX_BLOCKS = 100;

  private final AuditStore store;
  private final Signer signer;
  private final Sha256 keyDigest;
  private final Clock clock;

  /// Seals with this key.
  ///
  /// @param signer an EC P-256 key that signs with ecdsa-with-SHA256
  /// @param publicKey the public half of the signer's key
  /// @throws IllegalArgumentException when the signer uses another algorithm
  public BlockSealer(AuditStore store, Signer signer, SubjectPublicKeyInfo publicKey, Clock clock) {
    if (!signer.algorithm().getAlgorithm().equals(X9ObjectIdentifiers.ecdsa_with_SHA256)) {
      throw new IllegalArgumentException("the audit key signs with ecdsa-with-SHA256 only");
    }
    this.store = store;
    this.signer = signer;
    this.keyDigest = keyDigest(publicKey);
    this.clock = clock;
  }

  /// What names the key that seals: SHA-256 of its SubjectPublicKeyInfo, as in each block.
  Sha256 keyDigest() {
    return keyDigest;
  }

  /// What names a key in a block: SHA-256 of its SubjectPublicKeyInfo.
  static Sha256 keyDigest(SubjectPublicKeyInfo publicKey) {
    try {
      return Sha256.over(publicKey.getEncoded());
    } catch (IOException e) {
      throw new IllegalArgumentException("not an encodable key", e);
    }
  }

  /// Seals the events there are; when this returns, their blocks are on disk. While others write
  /// without pause, it ends after some blocks and leaves the rest to the next call.
  ///
  /// @return how many events were sealed
  /// @throws IllegalStateException when an event between the last block and the newest is missing:
  ///   the trail has been tampered with, and sealing over the gap would hide it
  public int sealPending() throws StoreUnavailableException, SigningUnavailableException {
    int sealed = 0;
    for (int blocks = 0; blocks < MAX_BLOCKS; blocks++) {
      int events = store.seal(MAX_EVENTS_PER_BLOCK, this::seal);
      sealed += events;
      if (events < MAX_EVENTS_PER_BLOCK) {
        return sealed;
      }
    }
    return sealed;
  }

  private AuditBlock seal(AuditHead head, List<AuditLeaf> unsealed)
      throws SigningUnavailableException {
    long number = head.number() + 1;
    long first = head.lastSequence() + 1;
    List<Sha256> leaves = new ArrayList<>(unsealed.size());
    for (AuditLeaf leaf : unsealed) {
      long expected = first + leaves.size();
      if (leaf.sequence() != expected) {
        throw new IllegalStateException("audit event " + expected + " is missing");
      }
      leaves.add(leaf.hash());
    }
    Instant sealedAt = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    byte[] header = AuditBlock.header(number, first, leaves, head.hash(), sealedAt, keyDigest);
    return new AuditBlock(
        number,
        first,
        leaves,
        head.hash(),
        sealedAt,
        keyDigest,
        AuditBlock.hashOf(header),
        signer.sign(header));
  }
}
