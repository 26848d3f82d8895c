package org.certctl.front.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RequestLimiterTest {

  private final AtomicLong nanos = new AtomicLong();

  private void advance(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  @Test
  void saysHowLongASourceHasToWaitThatSentTooMany() {
    RequestLimiter limiter = new RequestLimiter(2, nanos::get);
    assertThat(limiter.count("192.0.2.1")).isEmpty();
    advance(Duration.ofMillis(10_500));
    assertThat(limiter.count("192.0.2.1")).isEmpty();

    assertThat(limiter.count("192.0.2.1")).contains(Duration.ofSeconds(50));
    assertThat(limiter.count("192.0.2.2")).isEmpty();
    advance(Duration.ofMillis(49_400));
    assertThat(limiter.count("192.0.2.1")).contains(Duration.ofSeconds(1));
    advance(Duration.ofMillis(100));
    assertThat(limiter.count("192.0.2.1")).isEmpty();
  }

  @Test
  void zeroIsNoLimit() {
    RequestLimiter limiter = new RequestLimiter(0, nanos::get);
    for (int i = 0; i < 10_000; i++) {
      assertThat(limiter.count("192.0.2.1")).isEmpty();
    }
  }
}
