package org.certctl.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.certctl.config.LogSettings.Level;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ValueTypesTest {

  @ParameterizedTest
  @CsvSource({"true,true", "TRUE,true", "1,true", "false,false", "0,false"})
  void readsBooleans(String text, boolean value) throws InvalidValueException {
    assertThat(ValueTypes.bool().read(text)).isEqualTo(value);
  }

  @Test
  void refusesOtherBooleans() {
    assertRefused(ValueTypes.bool(), "yes", "true or false");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "65536", "-1", "99999999999", "80a", "8 0"})
  void refusesWrongPorts(String text) {
    assertRefused(ValueTypes.port(), text, "1 to 65535");
  }

  @ParameterizedTest
  @CsvSource({"30,30000", "30s,30000", "1m30s,90000", "1h,3600000", "1500ms,1500"})
  void readsDurations(String text, long millis) throws InvalidValueException {
    ValueType<Duration> type = ValueTypes.duration(Duration.ofSeconds(1), Duration.ofHours(2));
    assertThat(type.read(text)).isEqualTo(Duration.ofMillis(millis));
    assertThat(type.read(type.display(type.read(text)))).isEqualTo(Duration.ofMillis(millis));
  }

  @ParameterizedTest
  @CsvSource({"2d,172800000,2d", "48h,172800000,2d", "1d,86400000,24h", "36h,129600000,36h"})
  void readsAndShowsDays(String text, long millis, String shown) throws InvalidValueException {
    ValueType<Duration> type = ValueTypes.duration(Duration.ZERO, Duration.ofDays(3650));
    assertThat(type.read(text)).isEqualTo(Duration.ofMillis(millis));
    assertThat(type.display(Duration.ofMillis(millis))).isEqualTo(shown);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "3h", "5 m", "m", "30s ", "1d", "-5s"})
  void refusesWrongDurations(String text) {
    assertRefused(ValueTypes.duration(Duration.ofSeconds(1), Duration.ofHours(2)), text, "write");
  }

  @Test
  void readsChoicesInAnyCase() throws InvalidValueException {
    assertThat(ValueTypes.oneOf(Level.class).read("WaRn")).isEqualTo(Level.WARN);
    assertRefused(ValueTypes.oneOf(Level.class), "loud", "trace, debug, info, warn, error");
  }

  @Test
  void lowersProfileNames() throws InvalidValueException {
    assertThat(ValueTypes.profileNames().read("Laptops, wifi-eap"))
        .isEqualTo(List.of("laptops", "wifi-eap"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"-a", "a-", "a_b", "a.b", "a,,b", ",", "a,A", "ä", "a/b"})
  void refusesWrongProfileNames(String text) {
    assertThatThrownBy(() -> ValueTypes.profileNames().read(text))
        .isInstanceOf(InvalidValueException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0", "::", "[::1]", "localhost", "a.example"})
  void readsHosts(String text) throws InvalidValueException {
    assertThat(ValueTypes.host().read(text)).isEqualTo(text);
  }

  @Test
  void refusesUrlAsHost() {
    assertRefused(ValueTypes.host(), "https://a", "127.0.0.1");
  }

  private static void assertRefused(ValueType<?> type, String text, String hint) {
    assertThatThrownBy(() -> type.read(text))
        .isInstanceOfSatisfying(
            InvalidValueException.class, e -> assertThat(e.hint()).contains(hint));
  }
}
