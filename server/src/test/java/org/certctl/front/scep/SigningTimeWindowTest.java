package org.certctl.front.scep;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SigningTimeWindowTest {
  private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");

  @Test
  void AT9_takesAnyTimeAndNoneWithoutAWindow() {
    var any = new SigningTimeWindow(Optional.empty());

    assertThat(any.takes(Optional.empty(), NOW)).isTrue();
    assertThat(any.takes(Optional.of(Instant.EPOCH), NOW)).isTrue();
  }

  @Test
  void AT9_aWindowReachesBothWaysAndWantsATime() {
    var day = new SigningTimeWindow(Optional.of(Duration.ofDays(1)));

    assertThat(day.takes(Optional.of(NOW.minus(Duration.ofDays(1))), NOW)).isTrue();
    assertThat(day.takes(Optional.of(NOW.plus(Duration.ofDays(1))), NOW)).isTrue();
    assertThat(day.takes(Optional.of(NOW.minus(Duration.ofDays(1)).minusMillis(1)), NOW)).isFalse();
    assertThat(day.takes(Optional.of(NOW.plus(Duration.ofDays(1)).plusMillis(1)), NOW)).isFalse();
    assertThat(day.takes(Optional.empty(), NOW)).isFalse();
  }
}
