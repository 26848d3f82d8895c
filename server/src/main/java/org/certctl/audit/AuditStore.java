package org.certctl.audit;

import java.util.List;
import java.util.Optional;
import org.certctl.pki.SigningUnavailableException;

/// The audit trail as it is kept: events in order, and the blocks that seal them.
///
/// Sequence numbers run from 1 without gaps, in the order in which the events became durable; where
/// several nodes write, those of events that no block holds yet may still change. Events and blocks
/// are only ever appended, until they are kept elsewhere.
public interface AuditStore extends AuditTrail {

  /// Where the sealed part ends.
  AuditHead head() throws StoreUnavailableException;

  /// Makes the block that seals these events and follows this head.
  @FunctionalInterface
  interface BlockMaker {

    /// Makes it. May be called again for the same events, when what came of the call before was
    /// undone.
    ///
    /// @param leaves at least one, in ascending order
    AuditBlock make(AuditHead head, List<AuditLeaf> leaves) throws SigningUnavailableException;
  }

  /// Seals the oldest events that no block holds yet: when this returns, their block is on disk.
  ///
  /// @param limit how many at most, 1 to 10,000
  /// @return how many; 0 when there are none, or when somebody else is sealing just now
  /// @throws IllegalStateException when the block does not follow the newest one, so that of two
  ///   sealers one gives way
  int seal(int limit, BlockMaker maker)
      throws StoreUnavailableException, SigningUnavailableException;

  /// Forgets the blocks from the first to this one, with their events, because they are kept
  /// elsewhere: when this returns, the trail starts after it, and the event is in the trail.
  ///
  /// @param upTo a block of the trail, not the newest
  /// @throws IllegalStateException when it is no such block; nothing is forgotten
  void forget(AuditHead upTo, AuditEvent event) throws StoreUnavailableException;

  /// How far {@link #forget} can go in one step that costs little, however many events there are.
  ///
  /// @param last a block of the trail, to which all of it is to be forgotten
  /// @return a block that is not after it; empty when it is best to go in small steps
  default Optional<AuditHead> cheapPart(AuditHead last) throws StoreUnavailableException {
    return Optional.empty();
  }
}
