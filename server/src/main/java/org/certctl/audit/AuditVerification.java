package org.certctl.audit;

import org.certctl.pki.Sha256;

/// What the verifier found.
public sealed interface AuditVerification {

  /// Every sealed event is what it was when it was sealed, and none is missing.
  ///
  /// Says nothing of events that were removed together with all blocks from theirs on: for that,
  /// compare the head with one that was noted elsewhere.
  ///
  /// @param events how many sealed events there are, with those before the trail's start
  /// @param blocks how many blocks there are, with those before the trail's start
  /// @param unsealed how many events no block holds yet; nothing proves those
  /// @param head the hash of the newest block, {@link AuditBlock#NO_PREVIOUS} when there is none
  record Intact(long events, long blocks, long unsealed, Sha256 head)
      implements AuditVerification {}

  /// The trail is not what it was.
  ///
  /// @param problem the kind of the first problem
  /// @param sequence the event concerned; 0 when it is a block as a whole
  /// @param block the number of the block concerned; 0 when the event is in none
  /// @param explanation for people
  record Broken(AuditProblem problem, long sequence, long block, String explanation)
      implements AuditVerification {}
}
