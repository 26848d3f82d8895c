package org.certctl.cluster;

import java.util.Locale;

/// Work that one node at a time does for all. Each has a lease of its own.
public enum SharedWork {
  /// Sealing the audit trail.
  AUDIT,
  /// Taking up what a dead node left open.
  RECOVERY,
  /// Building CRLs.
  CRL,
  /// Issuing what a human has approved.
  APPROVALS,
  /// Telling of issued certificates that end soon.
  EXPIRY,
  /// Revoking what was renewed, and forgetting what nobody needs any more.
  HOUSEKEEPING;

  /// The name in the database, in metrics, and for operators.
  public String wireValue() {
    return name().toLowerCase(Locale.ROOT);
  }
}
