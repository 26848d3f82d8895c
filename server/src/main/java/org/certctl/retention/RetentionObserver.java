package org.certctl.retention;

/// Is told of what is removed.
@FunctionalInterface
public interface RetentionObserver {

  /// Records were removed.
  ///
  /// @param records {@link RetentionWork#ENROLLMENTS} or {@link RetentionWork#CERTIFICATES}
  void removed(String records, int count);
}
