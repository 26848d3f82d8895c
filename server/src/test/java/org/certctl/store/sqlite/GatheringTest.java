package org.certctl.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.junit.jupiter.api.Test;

/// Whether a group waits for more, by a clock that only the test moves.
final class GatheringTest {

  private static final Duration WAIT = Duration.ofMillis(2);

  private final BlockingQueue<String> queue = new ArrayBlockingQueue<>(100);
  private final List<Duration> slept = new ArrayList<>();
  private long now = Long.MAX_VALUE - 1_000_000; // The clock of the system may overflow as well.

  private final Gathering gathering =
      new Gathering(
          () -> now,
          nanos -> {
            slept.add(Duration.ofNanos(nanos));
            now += nanos;
            queue.add("came meanwhile");
          });

  private List<String> gathered(int units, Duration sinceTheLast) {
    now += sinceTheLast.toNanos();
    List<String> group = new ArrayList<>();
    for (int i = 0; i < units; i++) {
      group.add("unit " + i);
    }
    gathering.gather(group, queue);
    return group;
  }

  private void becomeBusy() {
    for (int i = 0; i < 100; i++) {
      gathered(3, Duration.ofMillis(1));
    }
    slept.clear();
  }

  @Test
  void whereFewComeNobodyWaits() {
    for (int i = 0; i < 100; i++) {
      assertThat(gathered(1, Duration.ofMillis(2))).hasSize(1);
    }
    assertThat(slept).isEmpty();
  }

  @Test
  void whereManyComeAGroupTakesWhatComesInTwoMilliseconds() {
    becomeBusy();
    assertThat(gathered(1, Duration.ofMillis(1))).containsExactly("unit 0", "came meanwhile");
    assertThat(slept).containsExactly(WAIT);
    assertThat(queue).isEmpty();
  }

  @Test
  void aGroupThatIsLargeDoesNotWait() {
    becomeBusy();
    assertThat(gathered(32, Duration.ofMillis(1))).hasSize(32);
    assertThat(slept).isEmpty();
  }

  @Test
  void afterAPauseTheFirstDoesNotWaitLong() {
    becomeBusy();
    gathered(1, Duration.ofSeconds(2));
    slept.clear();
    assertThat(gathered(1, Duration.ofMillis(5))).containsExactly("unit 0");
    assertThat(slept).isEmpty();
  }
}
