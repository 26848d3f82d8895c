package org.certctl.audit;

import java.util.List;

/// A part of the audit trail, to be read and verified: all of it from some block on.
public interface AuditTrail {

  /// What its first block must follow: {@link AuditHead#NONE}, or the last block that is kept
  /// elsewhere.
  AuditHead start() throws StoreUnavailableException;

  /// The events from this sequence number on, in ascending order.
  ///
  /// @param limit 1 to 10,000
  List<StoredEvent> events(long fromSequence, int limit) throws StoreUnavailableException;

  /// The blocks from this number on, in ascending order; empty only when there are none.
  ///
  /// @param limit 1 to 10,000
  List<AuditBlock> blocks(long fromNumber, int limit) throws StoreUnavailableException;
}
