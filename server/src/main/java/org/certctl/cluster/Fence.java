package org.certctl.cluster;

import java.util.Optional;

/// The right to do shared work under one lease: its number grows each time that another node takes
/// the lease.
///
/// What is written while a fence stands around the thread is written only if the lease still has
/// this number at the moment of the commit, so that a leader that stalled does no harm when it
/// wakes up.
///
/// @param work what is led
/// @param number the number of the lease when it was taken; at least 1
public record Fence(SharedWork work, long number) {

  private static final ScopedValue<Fence> AROUND = ScopedValue.newInstance();

  /// Something done under a lease.
  @FunctionalInterface
  public interface Task {
    /// Does it.
    void run() throws Exception;
  }

  /// The fence that stands around this thread, if there is one.
  public static Optional<Fence> around() {
    return AROUND.isBound() ? Optional.of(AROUND.get()) : Optional.empty();
  }

  /// Runs a task inside.
  public void around(Task task) throws Exception {
    ScopedValue.where(AROUND, this)
        .call(
            () -> {
              task.run();
              return true;
            });
  }
}
