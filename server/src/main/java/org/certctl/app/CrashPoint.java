package org.certctl.app;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;
import org.certctl.enroll.EnrollmentObserver;
import org.certctl.store.CommitHook;
import org.jspecify.annotations.Nullable;

/// Stops the process dead at a chosen point of the enrollment cycle, or around the calls of a port:
/// for crash tests only.
///
/// Chosen by the system property `certctl.crash-point`, which no operator sets; the process ends
/// without a farewell, as by SIGKILL.
final class CrashPoint implements EnrollmentObserver, CommitHook {

  static final String PROPERTY = "certctl.crash-point";
  private static final String NONE = "";
  private static final int KILLED = 137;

  private final String point;
  private final AtomicReference<@Nullable Step> last = new AtomicReference<>();

  private CrashPoint(String point) {
    this.point = point;
  }

  /// The point that was chosen, or one that is never passed.
  static CrashPoint chosen() {
    return new CrashPoint(System.getProperty(PROPERTY, NONE));
  }

  boolean isChosen() {
    return !point.equals(NONE);
  }

  @Override
  public void completed(Step step, long nanos) {
    last.set(step);
    stopAt(step.name().toLowerCase(Locale.ROOT));
  }

  @Override
  public void ended(String endpoint, String code) {
    if (code.equals("issued")) {
      stopAt("before-respond");
    }
  }

  @Override
  public void beforeCommit(int units) {
    aroundCommit("before-");
  }

  @Override
  public void afterCommit(int units) {
    aroundCommit("after-");
  }

  private void aroundCommit(String moment) {
    Step step = last.get();
    if (step == Step.DECIDED) {
      stopAt(moment + "intend-commit");
    } else if (step == Step.ISSUED) {
      stopAt(moment + "record-commit");
    }
  }

  /// The same port, with a point before and one after each call: `before-` or `after-`, the name,
  /// `-` and the method.
  ///
  /// @param name of the port in the names of the points
  <T> T around(String name, Class<T> port, T called) {
    if (!isChosen()) {
      return called;
    }
    return port.cast(
        Proxy.newProxyInstance(
            port.getClassLoader(),
            new Class<?>[] {port},
            (_, method, arguments) -> {
              String call = name + "-" + method.getName();
              stopAt("before-" + call);
              try {
                Object result = method.invoke(called, arguments);
                stopAt("after-" + call);
                return result;
              } catch (InvocationTargetException e) {
                throw e.getTargetException();
              }
            }));
  }

  private void stopAt(String passed) {
    if (passed.equals(point)) {
      Runtime.getRuntime().halt(KILLED);
    }
  }
}
