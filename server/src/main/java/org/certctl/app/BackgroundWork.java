package org.certctl.app;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.certctl.pki.SigningUnavailableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs what must happen from time to time, each task in its own rhythm, one after the other.
final class BackgroundWork implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(BackgroundWork.class);
  private static final long MAX_WAIT_SECONDS = 10;

  /// A task that may fail; it runs again in its turn.
  @FunctionalInterface
  interface Task {
    void run() throws Exception;
  }

  private final ScheduledExecutorService executor =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("background").factory());

  void every(Duration period, String name, Task task) {
    AtomicBoolean failing = new AtomicBoolean();
    var _ =
        executor.scheduleWithFixedDelay(
            () -> run(name, task, failing),
            period.toMillis(),
            period.toMillis(),
            TimeUnit.MILLISECONDS);
  }

  /// Says once that a task fails, and once that it works again, however often it runs.
  ///
  /// Errors too: what the executor is told of it never runs again, silently. A broken class or a
  /// stack that was too deep is the trouble of one task, and the process ends by itself when there
  /// is no memory.
  private static void run(String name, Task task, AtomicBoolean failing) {
    try {
      task.run();
      if (failing.getAndSet(false)) {
        log.atInfo().addKeyValue("task", name).log("background task works again");
      }
    } catch (SigningUnavailableException e) {
      if (!failing.getAndSet(true)) {
        log.atError()
            .addKeyValue("task", name)
            .addKeyValue("reason", String.valueOf(e.getMessage()))
            .log("background task waits for a key that cannot be used");
      }
    } catch (Throwable e) {
      if (!failing.getAndSet(true)) {
        log.atError()
            .addKeyValue("task", name)
            .setCause(e)
            .log("background task fails; it is tried again without further words");
      }
    }
  }

  @Override
  public void close() {
    executor.shutdown();
    try {
      if (!executor.awaitTermination(MAX_WAIT_SECONDS, TimeUnit.SECONDS)) {
        log.warn("a background task did not end in time");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
