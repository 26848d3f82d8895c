package org.certctl.it;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/// Ports for the servers of the tests.
///
/// They lie below those that Linux takes for outgoing connections, because a test starts its server
/// a while after it has chosen the port, and may start it again. Test classes run in several
/// processes at once; each takes only ports that are its own number modulo [#PROCESSES].
final class Ports {

  private static final int FIRST = 12_000;
  private static final int COUNT = 20_000;
  private static final int PROCESSES = 8;
  private static final int PROCESS =
      Math.floorMod(Integer.getInteger("certctl.fork", 0), PROCESSES);

  /// Begins anywhere: builds in other directories know nothing of this one.
  private static final AtomicInteger NEXT =
      new AtomicInteger(ThreadLocalRandom.current().nextInt(COUNT / PROCESSES));

  private Ports() {}

  /// A port that nobody listens on, and that this process has not given out before.
  static int free() {
    for (var tried = 0; tried < COUNT / PROCESSES; tried++) {
      var place = Math.floorMod(NEXT.getAndIncrement(), COUNT / PROCESSES);
      var port = FIRST + place * PROCESSES + PROCESS;
      if (isFree(port)) {
        return port;
      }
    }
    throw new AssertionError("no port is free");
  }

  private static boolean isFree(int port) {
    try (var _ = new ServerSocket(port)) {
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
