package org.certctl.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BackgroundWorkTest {

  @ParameterizedTest
  @ValueSource(
      classes = {
        IOException.class,
        IllegalStateException.class,
        StackOverflowError.class,
        NoClassDefFoundError.class
      })
  void aTaskThatFailedRunsAgainInItsTurn(Class<? extends Throwable> failure) throws Exception {
    AtomicInteger runs = new AtomicInteger();
    CountDownLatch ranAgain = new CountDownLatch(1);
    try (BackgroundWork work = new BackgroundWork()) {
      work.every(
          Duration.ofMillis(1),
          "fail once",
          () -> {
            if (runs.incrementAndGet() == 1) {
              throwUnchecked(failure.getDeclaredConstructor().newInstance());
            }
            ranAgain.countDown();
          });

      assertThat(ranAgain.await(1, TimeUnit.MINUTES)).isTrue();
    }
  }

  private static void throwUnchecked(Throwable failure) throws Exception {
    switch (failure) {
      case Error error -> throw error;
      case Exception exception -> throw exception;
      default -> throw new AssertionError(failure);
    }
  }
}
