package org.certctl.enroll;

import org.certctl.challenge.ChallengeClaim;

/// What became of an intent.
public sealed interface IntendResult {

  /// It is written; go on and ask the issuer.
  record Intended() implements IntendResult {}

  /// Another message of the same transaction was first.
  record AlreadyKnown(KnownEnrollment known) implements IntendResult {}

  /// The entry to be replaced does not wait any more; nothing was written.
  record NotReplaced() implements IntendResult {}

  /// Something that may be used once is used up.
  record ClaimTaken(ChallengeClaim claim) implements IntendResult {}
}
