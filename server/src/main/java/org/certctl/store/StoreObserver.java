package org.certctl.store;

import java.time.Duration;

/// Is told how the writer of a store fares, for metrics and logs.
///
/// Called on the writer's thread: must be quick and must not throw.
public interface StoreObserver {

  /// A group of units of work is on disk.
  ///
  /// @param units how many there were
  /// @param waiting how many wait in the queue now
  /// @param work the time from the first statement to the end of the last
  /// @param commit the time the commit took, with its fsync
  void committed(int units, int waiting, Duration work, Duration commit);

  /// A group of units of work was lost as a whole; its callers are told so.
  void failed(int units, Throwable cause);

  /// One that does not care.
  static StoreObserver none() {
    return new StoreObserver() {
      @Override
      public void committed(int units, int waiting, Duration work, Duration commit) {}

      @Override
      public void failed(int units, Throwable cause) {}
    };
  }
}
