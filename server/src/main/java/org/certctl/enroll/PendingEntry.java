package org.certctl.enroll;

/// A pending enrollment as the queue has it.
///
/// @param number what operators call it: from 1, in the order of coming
/// @param enrollment what waits
/// @param state how far it has come
public record PendingEntry(long number, PendingEnrollment enrollment, PendingState state) {

  /// Whether the transaction is taken by it: not yet redeemed or refused.
  public boolean isOpen() {
    return state instanceof PendingState.Waiting || state instanceof PendingState.Approved;
  }
}
