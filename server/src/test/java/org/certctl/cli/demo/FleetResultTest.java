package org.certctl.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class FleetResultTest {

  private static FleetResult hundred() {
    List<DeviceOutcome> outcomes = new ArrayList<>();
    for (int i = 1; i <= 95; i++) {
      outcomes.add(new DeviceOutcome.Issued(Duration.ofMillis(i), i == 7));
    }
    for (int i = 96; i <= 98; i++) {
      outcomes.add(
          new DeviceOutcome.Refused(
              Duration.ofMillis(i), "challenge_refused", Behaviour.WRONG_CHALLENGE));
    }
    outcomes.add(
        new DeviceOutcome.Refused(Duration.ofMillis(99), "ca_requested", Behaviour.ASKS_FOR_CA));
    outcomes.add(new DeviceOutcome.Failed("no answer in time"));
    Collections.shuffle(outcomes);
    return new FleetResult(outcomes, Duration.ofSeconds(2));
  }

  @Test
  void counts() {
    FleetResult result = hundred();

    assertThat(result.issued()).isEqualTo(95);
    assertThat(result.issuedAgain()).isEqualTo(1);
    assertThat(result.answeredPerSecond()).isEqualTo(49.5);
    assertThat(result.failures()).containsExactly(java.util.Map.entry("no answer in time", 1));
    assertThat(result.refusals())
        .containsExactly(
            new FleetResult.Refusals("challenge_refused", Behaviour.WRONG_CHALLENGE, 3),
            new FleetResult.Refusals("ca_requested", Behaviour.ASKS_FOR_CA, 1));
  }

  @Test
  void takesPercentilesByRank() {
    FleetResult result = hundred();

    assertThat(result.percentile(0.5)).isEqualTo(Duration.ofMillis(50));
    assertThat(result.percentile(0.99)).isEqualTo(Duration.ofMillis(99));
    assertThat(result.percentile(1)).isEqualTo(Duration.ofMillis(99));
    assertThat(result.percentile(0.0001)).isEqualTo(Duration.ofMillis(1));
  }

  @Test
  void hasNumbersForAnEmptyFleet() {
    FleetResult empty = new FleetResult(List.of(), Duration.ZERO);

    assertThat(empty.percentile(0.5)).isEqualTo(Duration.ZERO);
    assertThat(empty.answeredPerSecond()).isZero();
  }

  @Test
  void isShownInEightyColumns() {
    StringWriter out = new StringWriter();
    new DemoScreen(new PrintWriter(out)).showResult(hundred());

    assertThat(out.toString().lines()).allMatch(line -> line.length() < 80);
    assertThat(out.toString())
        .contains("95 certificates in 2.0 s: 50 enrollments a second")
        .contains("half answered within 50 ms, 99 % within 99 ms")
        .contains("     3  challenge_refused   sent a wrong challenge")
        .contains("Failed    1: no answer in time");
  }

  @Test
  void progressFillsItsBar() {
    StringWriter out = new StringWriter();
    ProgressDisplay progress = new ProgressDisplay(new PrintWriter(out), true, 200, 0);
    progress.show(50, 1_000_000_000L);
    progress.show(200, 2_000_000_000L);

    assertThat(out.toString())
        .contains("\r\033[?7l 25 %  50/200      50/s  [##########....")
        .contains("\r\033[?7l100 %  200/200     100/s  [####")
        .contains("#]\033[?7h")
        .endsWith(System.lineSeparator());
  }

  @Test
  void progressWithoutTerminalIsALineForEachQuarter() {
    StringWriter out = new StringWriter();
    ProgressDisplay progress = new ProgressDisplay(new PrintWriter(out), false, 100, 0);
    for (int done = 0; done <= 100; done++) {
      progress.show(done, 1_000_000_000L);
    }

    assertThat(out.toString().lines())
        .containsExactly("  25 of 100", "  50 of 100", "  75 of 100", "  100 of 100");
  }
}
