package org.certctl.app;

import java.util.List;
import org.certctl.enroll.EnrollmentObserver;

/// Tells several observers, in their order.
record EnrollmentObservers(List<EnrollmentObserver> observers) implements EnrollmentObserver {

  EnrollmentObservers {
    observers = List.copyOf(observers);
  }

  @Override
  public void completed(Step step, long nanos) {
    observers.forEach(observer -> observer.completed(step, nanos));
  }

  @Override
  public void ended(String endpoint, String code) {
    observers.forEach(observer -> observer.ended(endpoint, code));
  }
}
