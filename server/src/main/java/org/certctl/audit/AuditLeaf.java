package org.certctl.audit;

import org.certctl.pki.Sha256;

/// What stands for an event in a block.
///
/// @param sequence the event's place in the trail
/// @param hash SHA-256 over an octet of zero and the event's canonical octets
public record AuditLeaf(long sequence, Sha256 hash) {

  private static final byte[] PREFIX = {0x00};

  /// The leaf of an event.
  ///
  /// @param canonical the event's canonical octets
  public static AuditLeaf of(long sequence, byte[] canonical) {
    return new AuditLeaf(sequence, Sha256.over(PREFIX, canonical));
  }
}
