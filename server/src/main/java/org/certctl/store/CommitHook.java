package org.certctl.store;

/// Runs around each commit: where crash tests stop the process. The product runs with {@link
/// #none()}.
///
/// Called on the writer's thread. An exception from either method fails the whole group.
public interface CommitHook {

  /// All statements have run; nothing is on disk.
  void beforeCommit(int units);

  /// All is on disk; no caller knows it yet.
  void afterCommit(int units);

  /// One that does nothing.
  static CommitHook none() {
    return new CommitHook() {
      @Override
      public void beforeCommit(int units) {}

      @Override
      public void afterCommit(int units) {}
    };
  }
}
