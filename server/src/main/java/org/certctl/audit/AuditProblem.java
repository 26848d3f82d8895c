package org.certctl.audit;

/// How an audit trail can differ from what was sealed; the codes are stable.
public enum AuditProblem {
  /// The octets of an event are not those that were sealed.
  ALTERED("altered"),
  /// An event is not there.
  MISSING("missing"),
  /// Another sealed event stands in this one's place.
  REORDERED("reordered"),
  /// An event stands before the first one.
  UNEXPECTED("unexpected"),
  /// The columns kept for searching say something else than the sealed octets.
  COLUMNS_DISAGREE("columns_disagree"),
  /// A block does not have the hash that was kept with it.
  BLOCK_ALTERED("block_altered"),
  /// A block does not follow the one before: one is missing, or the chain was begun anew.
  CHAIN_BROKEN("chain_broken"),
  /// A block was not signed by a key that is trusted.
  SIGNATURE_INVALID("signature_invalid"),
  /// A block that was noted elsewhere is not in the trail.
  HEAD_MISSING("head_missing");

  private final String code;

  AuditProblem(String code) {
    this.code = code;
  }

  /// The stable code.
  public String code() {
    return code;
  }
}
