package org.certctl.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimeSpanTest {

  @ParameterizedTest
  @CsvSource({
    "250ms, PT0.25S",
    "30s, PT30S",
    "15m, PT15M",
    "24h, PT24H",
    "7d, PT168H",
    "1h30m, PT1H30M",
    "0d, PT0S",
    "999999999d, PT23999999976H"
  })
  void readsNumbersWithTheirUnits(String text, Duration span) {
    assertThat(TimeSpan.parse(text)).contains(span);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "30",
        "2026",
        "m",
        "1h30",
        "-1h",
        "1.5h",
        "1 h",
        " 1h",
        "1h ",
        "1H",
        "1w",
        "1234567890s",
        "1s1s1s1s1s1s1s1s1s1s1s1s1s1s1s1s1s"
      })
  void refusesAnythingElse(String text) {
    assertThat(TimeSpan.parse(text)).isEmpty();
  }
}
