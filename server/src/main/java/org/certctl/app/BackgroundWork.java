package org.certctl.app;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs what must happen from time to time, each task in its own rhythm, one after the other.
final class BackgroundWork implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(BackgroundWork.class);
  private static final long MAX_WAIT_SECONDS = 10;

  /// A task that may fail; the failure is logged and the task runs again in its turn.
  @FunctionalInterface
  interface Task {
    void run() throws Exception;
  }

  private final ScheduledExecutorService executor =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("background").factory());

  void every(Duration period, String name, Task task) {
    var _ =
        executor.scheduleWithFixedDelay(
            () -> {
              try {
                task.run();
              } catch (Exception e) {
                log.atWarn().addKeyValue("task", name).setCause(e).log("background task failed");
              }
            },
            period.toMillis(),
            period.toMillis(),
            TimeUnit.MILLISECONDS);
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
