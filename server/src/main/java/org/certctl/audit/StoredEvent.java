package org.certctl.audit;

import org.certctl.pki.Sha256;

/// An event as a store gives it back: its canonical octets, and the columns kept beside them for
/// searching.
///
/// Nothing is proved: only the verifier says whether the two agree and are what was sealed.
public final class StoredEvent {

  private final AuditEntry columns;
  private final byte[] canonical;

  /// Makes one; the octets are copied.
  ///
  /// @param columns the entry as the columns tell it, with its sequence number, without details
  public StoredEvent(AuditEntry columns, byte[] canonical) {
    this.columns = columns;
    this.canonical = canonical.clone();
  }

  /// Its place in the trail.
  public long sequence() {
    return columns.sequence();
  }

  /// The entry as the columns tell it, without details.
  public AuditEntry columns() {
    return columns;
  }

  /// The canonical octets.
  public byte[] canonical() {
    return canonical.clone();
  }

  /// The entry as the canonical octets tell it.
  ///
  /// @throws IllegalArgumentException when they are no canonical encoding
  public AuditEntry entry() {
    return AuditEncoding.decode(sequence(), canonical);
  }

  /// What stands for this event in a block.
  public Sha256 leaf() {
    return AuditLeaf.of(sequence(), canonical).hash();
  }
}
