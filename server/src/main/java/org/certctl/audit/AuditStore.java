package org.certctl.audit;

import java.util.List;

/// The audit trail as it is kept: events in order, and the blocks that seal them.
///
/// Sequence numbers run from 1 without gaps, in the order in which the events became durable.
/// Events and blocks are only ever appended.
public interface AuditStore {

  /// The events from this sequence number on, in ascending order.
  ///
  /// @param limit 1 to 10,000
  List<StoredEvent> events(long fromSequence, int limit) throws StoreUnavailableException;

  /// The blocks from this number on, in ascending order.
  ///
  /// @param limit 1 to 10,000
  List<AuditBlock> blocks(long fromNumber, int limit) throws StoreUnavailableException;

  /// The leaves of the events from this sequence number on, in ascending order: all that sealing
  /// needs of them.
  ///
  /// @param limit 1 to 10,000
  List<AuditLeaf> leaves(long fromSequence, int limit) throws StoreUnavailableException;

  /// Where the sealed part ends.
  AuditHead head() throws StoreUnavailableException;

  /// Appends a block; when this returns, it is on disk.
  ///
  /// @throws IllegalStateException when it does not follow the newest block, so that of two sealers
  ///   one gives way
  void append(AuditBlock block) throws StoreUnavailableException;
}
