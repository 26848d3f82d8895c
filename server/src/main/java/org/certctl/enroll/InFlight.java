package org.certctl.enroll;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;

/// The transactions under way in this process: one walker each at a time, the others wait.
///
/// Devices resend while the first answer is still being made; this keeps such a storm from reaching
/// the store. Across processes the store's constraints decide.
public final class InFlight {

  private final ConcurrentMap<TransactionKey, CompletableFuture<Void>> walkers =
      new ConcurrentHashMap<>();
  private final Duration patience;

  /// @param patience how long a message waits for its twin
  public InFlight(Duration patience) {
    this.patience = patience;
  }

  /// Enters, waiting while another message of the same transaction is inside.
  ///
  /// @return false when patience ran out; then nothing was entered
  boolean enter(TransactionKey key) {
    long deadline = System.nanoTime() + patience.toNanos();
    CompletableFuture<Void> mine = new CompletableFuture<>();
    while (true) {
      CompletableFuture<Void> other = walkers.putIfAbsent(key, mine);
      if (other == null) {
        return true;
      }
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        return false;
      }
      // Ends without a value when the other leaves or the time is over; the loop looks again.
      other.copy().completeOnTimeout(null, left, TimeUnit.NANOSECONDS).join();
    }
  }

  /// Enters only when nobody is inside.
  boolean enterNow(TransactionKey key) {
    return walkers.putIfAbsent(key, new CompletableFuture<>()) == null;
  }

  /// Leaves, and lets the next one enter.
  void leave(TransactionKey key) {
    CompletableFuture<Void> mine = walkers.remove(key);
    if (mine != null) {
      mine.complete(null);
    }
  }

  /// How many transactions are under way.
  public int size() {
    return walkers.size();
  }
}
