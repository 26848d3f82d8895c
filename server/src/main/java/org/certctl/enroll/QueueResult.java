package org.certctl.enroll;

import org.certctl.challenge.ChallengeClaim;

/// What became of a request that was to wait.
public sealed interface QueueResult {

  /// It waits.
  ///
  /// @param number what operators call it
  record Queued(long number) implements QueueResult {}

  /// A request of the same transaction waits already.
  record AlreadyPending(PendingEntry entry) implements QueueResult {}

  /// The entry to be replaced does not wait any more; nothing was written.
  record NotReplaced() implements QueueResult {}

  /// Something that may be used once is used up.
  record ClaimTaken(ChallengeClaim claim) implements QueueResult {}

  /// As many wait as may.
  record Full(Limit limit) implements QueueResult {}

  /// Which bound was met.
  enum Limit {
    /// That of the endpoint.
    ENDPOINT("endpoint"),
    /// That of the source address at the endpoint.
    ADDRESS("address");

    private final String code;

    Limit(String code) {
      this.code = code;
    }

    /// The stable code.
    public String code() {
      return code;
    }
  }
}
