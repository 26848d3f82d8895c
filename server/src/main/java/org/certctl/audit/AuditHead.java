package org.certctl.audit;

import org.certctl.pki.Sha256;

/// Where the sealed part of the trail ends: what the next block must follow.
///
/// @param number the newest block's number, 0 when there is none
/// @param lastSequence the sequence number of its last event, 0 when there is none
/// @param hash its hash
public record AuditHead(long number, long lastSequence, Sha256 hash) {

  /// Before the first block.
  public static final AuditHead NONE = new AuditHead(0, 0, AuditBlock.NO_PREVIOUS);

  /// The head once this block is the newest.
  public static AuditHead of(AuditBlock block) {
    return new AuditHead(block.number(), block.lastSequence(), block.hash());
  }

  /// Whether the block continues here.
  public boolean isFollowedBy(AuditBlock block) {
    return block.number() == number + 1 && block.firstSequence() == lastSequence + 1;
  }
}
