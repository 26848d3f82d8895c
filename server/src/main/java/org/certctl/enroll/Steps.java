package org.certctl.enroll;

/// Tells the observer how long each step took.
final class Steps {

  private final EnrollmentObserver observer;
  private long started = System.nanoTime();

  Steps(EnrollmentObserver observer) {
    this.observer = observer;
  }

  void completed(EnrollmentObserver.Step step) {
    long now = System.nanoTime();
    observer.completed(step, now - started);
    started = now;
  }
}
