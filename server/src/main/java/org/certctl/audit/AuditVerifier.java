package org.certctl.audit;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.certctl.audit.AuditVerification.Broken;
import org.certctl.audit.AuditVerification.Intact;
import org.certctl.pki.Sha256;

/// Reads a trail from its start on in order and says whether it is what was sealed.
///
/// Streams: memory does not grow with the trail. May run while events are appended.
public final class AuditVerifier {

  private static final int BLOCKS_PER_PAGE = 64;
  private static final int EVENTS_PER_PAGE = BlockSealer.MAX_EVENTS_PER_BLOCK;

  private final AuditTrail trail;
  private final Map<Sha256, PublicKey> trustedKeys = new HashMap<>();

  /// Trusts blocks that one of these keys signed.
  ///
  /// @param trustedKeys EC keys: the audit key, and those that were the audit key before
  /// @throws IllegalArgumentException when one is no EC key
  public AuditVerifier(AuditTrail trail, Collection<SubjectPublicKeyInfo> trustedKeys) {
    this.trail = trail;
    for (SubjectPublicKeyInfo key : trustedKeys) {
      this.trustedKeys.put(BlockSealer.keyDigest(key), publicKey(key));
    }
  }

  private static PublicKey publicKey(SubjectPublicKeyInfo key) {
    try {
      return KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(key.getEncoded()));
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalArgumentException("not an EC key", e);
    }
  }

  /// Verifies the trail up to the first problem. What its start says is taken as it stands: blocks
  /// before it are not looked for.
  ///
  /// @param notedHeads hashes of blocks that were noted elsewhere; each must still be in the trail
  public AuditVerification verify(Set<Sha256> notedHeads) throws StoreUnavailableException {
    Set<Sha256> wanted = new HashSet<>(notedHeads);
    AuditHead start = trail.start();
    wanted.remove(AuditBlock.NO_PREVIOUS);
    wanted.remove(start.hash());
    Optional<Broken> early = checkStart(start);
    if (early.isPresent()) {
      return early.get();
    }
    Sha256 head = start.hash();
    long sealed = start.lastSequence();
    long blocks = start.number();
    while (true) {
      List<AuditBlock> page = trail.blocks(blocks + 1, BLOCKS_PER_PAGE);
      if (page.isEmpty()) {
        break;
      }
      for (AuditBlock block : page) {
        Optional<Broken> problem = checkBlock(block, blocks + 1, sealed + 1, head);
        if (problem.isEmpty()) {
          problem = checkEvents(block);
        }
        if (problem.isPresent()) {
          return problem.get();
        }
        head = block.hash();
        sealed = block.lastSequence();
        blocks = block.number();
        wanted.remove(head);
      }
    }
    if (!wanted.isEmpty()) {
      return new Broken(
          AuditProblem.HEAD_MISSING,
          0,
          0,
          "block " + wanted.iterator().next() + " was noted elsewhere and is not in the trail");
    }
    return checkTail(sealed, blocks, head);
  }

  private Optional<Broken> checkStart(AuditHead start) throws StoreUnavailableException {
    List<StoredEvent> first = trail.events(Long.MIN_VALUE, 1);
    if (!first.isEmpty() && first.getFirst().sequence() <= start.lastSequence()) {
      return Optional.of(
          new Broken(
              AuditProblem.UNEXPECTED,
              first.getFirst().sequence(),
              0,
              "an event stands before the first"));
    }
    return Optional.empty();
  }

  private Optional<Broken> checkBlock(
      AuditBlock block, long number, long firstSequence, Sha256 previous) {
    if (block.number() != number) {
      return broken(AuditProblem.CHAIN_BROKEN, number, "block " + number + " is missing");
    }
    byte[] header = block.header();
    if (!AuditBlock.hashOf(header).equals(block.hash())) {
      return broken(AuditProblem.BLOCK_ALTERED, number, block + " does not have its hash");
    }
    if (!signatureIsValid(block, header)) {
      return broken(
          AuditProblem.SIGNATURE_INVALID, number, block + " was not signed by a trusted key");
    }
    if (!block.previous().equals(previous) || block.firstSequence() != firstSequence) {
      return broken(AuditProblem.CHAIN_BROKEN, number, block + " does not follow the one before");
    }
    return Optional.empty();
  }

  private boolean signatureIsValid(AuditBlock block, byte[] header) {
    PublicKey key = trustedKeys.get(block.keyDigest());
    if (key == null) {
      return false;
    }
    try {
      Signature ecdsa = Signature.getInstance("SHA256withECDSA");
      ecdsa.initVerify(key);
      ecdsa.update(header);
      return ecdsa.verify(block.signature());
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private Optional<Broken> checkEvents(AuditBlock block) throws StoreUnavailableException {
    long next = block.firstSequence();
    while (next <= block.lastSequence()) {
      int limit = (int) Math.min(EVENTS_PER_PAGE, block.lastSequence() - next + 1);
      List<StoredEvent> page = trail.events(next, limit);
      if (page.isEmpty()) {
        return broken(AuditProblem.MISSING, next, block);
      }
      for (StoredEvent event : page) {
        Optional<Broken> problem = checkEvent(event, next, block);
        if (problem.isPresent()) {
          return problem;
        }
        next++;
      }
    }
    return Optional.empty();
  }

  private Optional<Broken> checkEvent(StoredEvent event, long expected, AuditBlock block)
      throws StoreUnavailableException {
    if (event.sequence() != expected) {
      return broken(AuditProblem.MISSING, expected, block);
    }
    Sha256 leaf = event.leaf();
    if (!leaf.equals(block.leaves().get((int) (expected - block.firstSequence())))) {
      return broken(
          isSealed(leaf) ? AuditProblem.REORDERED : AuditProblem.ALTERED, expected, block);
    }
    return checkColumns(event, block.number());
  }

  /// Whether some block holds an event with this hash.
  private boolean isSealed(Sha256 leaf) throws StoreUnavailableException {
    long next = 1;
    while (true) {
      List<AuditBlock> page = trail.blocks(next, BLOCKS_PER_PAGE);
      if (page.isEmpty()) {
        return false;
      }
      if (page.stream().anyMatch(block -> block.leaves().contains(leaf))) {
        return true;
      }
      next = page.getLast().number() + 1;
    }
  }

  private static Optional<Broken> checkColumns(StoredEvent event, long block) {
    AuditEntry entry;
    try {
      entry = event.entry();
    } catch (IllegalArgumentException e) {
      return Optional.of(
          new Broken(
              AuditProblem.ALTERED,
              event.sequence(),
              block,
              "event " + event.sequence() + " is no canonical entry of a known version"));
    }
    if (!entry.withoutDetails().equals(event.columns())) {
      return Optional.of(
          new Broken(
              AuditProblem.COLUMNS_DISAGREE,
              event.sequence(),
              block,
              "the columns of event " + event.sequence() + " differ from its sealed content"));
    }
    return Optional.empty();
  }

  private AuditVerification checkTail(long sealed, long blocks, Sha256 head)
      throws StoreUnavailableException {
    long next = sealed + 1;
    while (true) {
      List<StoredEvent> page = trail.events(next, EVENTS_PER_PAGE);
      if (page.isEmpty()) {
        return new Intact(sealed, blocks, next - sealed - 1, head);
      }
      for (StoredEvent event : page) {
        if (event.sequence() != next) {
          return new Broken(
              AuditProblem.MISSING, next, 0, "event " + next + " is missing; it was not sealed");
        }
        Optional<Broken> problem = checkColumns(event, 0);
        if (problem.isPresent()) {
          return problem.get();
        }
        next++;
      }
    }
  }

  private static Optional<Broken> broken(AuditProblem problem, long sequence, AuditBlock block) {
    return Optional.of(
        new Broken(
            problem,
            sequence,
            block.number(),
            "event " + sequence + " of " + block + " is " + problem.code()));
  }

  private static Optional<Broken> broken(AuditProblem problem, long block, String explanation) {
    return Optional.of(new Broken(problem, 0, block, explanation));
  }
}
