package org.certctl.app;

import java.lang.reflect.Proxy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What SIGHUP does: the signal by which daemons are told to read their files again, and by which a
/// process learns that its terminal was closed.
@FunctionalInterface
interface HangUp {

  /// From now on, runs this with each SIGHUP, if it is caught.
  void onEach(Runnable action);

  /// Left to the platform: it ends the process. For what lives only as long as its terminal.
  static HangUp left() {
    return _ -> {};
  }

  /// Caught: it no longer ends the process.
  ///
  /// The platform's class for signals is not part of any standard, so it is reached by its name;
  /// where it is missing, there is `certctl reload`.
  static HangUp caught() {
    return HangUp::handle;
  }

  private static void handle(Runnable action) {
    Logger log = LoggerFactory.getLogger(HangUp.class);
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object listener =
          Proxy.newProxyInstance(
              HangUp.class.getClassLoader(),
              new Class<?>[] {handler},
              (proxy, method, arguments) ->
                  switch (method.getName()) {
                    case "handle" -> {
                      Thread.ofVirtual().name("hang-up").start(action);
                      yield null;
                    }
                    case "equals" -> proxy == arguments[0];
                    case "hashCode" -> System.identityHashCode(proxy);
                    default -> "HangUp";
                  });
      var _ =
          signal
              .getMethod("handle", signal, handler)
              .invoke(null, signal.getConstructor(String.class).newInstance("HUP"), listener);
    } catch (ReflectiveOperationException e) {
      log.atInfo().log("SIGHUP is not handled here; use certctl reload");
    }
  }
}
