package org.certctl.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.pki.TestClock;
import org.certctl.retention.RetentionStore.Place;
import org.certctl.retention.RetentionStore.Step;
import org.junit.jupiter.api.Test;

final class RetentionWorkTest {

  private static final Instant NOW = Instant.parse("2026-11-23T00:00:00Z");
  private static final Duration ENROLLMENTS = Duration.ofDays(7);
  private static final Duration CERTIFICATES = Duration.ofDays(30);

  private final TestClock clock = new TestClock(NOW);
  private final List<String> asked = new ArrayList<>();
  private final List<String> observed = new ArrayList<>();
  private final Recorder store = new Recorder();

  private final class Recorder implements RetentionStore {
    private Step answer = new Step(0, Optional.empty());
    private boolean away;

    private Step step(String records, Place after, Instant until, Instant now)
        throws StoreUnavailableException {
      if (away) {
        throw new StoreUnavailableException("away");
      }
      asked.add(records + " " + after.position() + " " + Duration.between(until, now).toDays());
      return answer;
    }

    @Override
    public Step removeEnrollments(Place after, Instant decidedUntil, Instant now)
        throws StoreUnavailableException {
      return step("e", after, decidedUntil, now);
    }

    @Override
    public Step removeCertificates(Place after, Instant endedUntil, Instant now)
        throws StoreUnavailableException {
      return step("c", after, endedUntil, now);
    }
  }

  private RetentionWork work(Optional<Duration> enrollments, Optional<Duration> certificates) {
    return new RetentionWork(
        new RetentionRules(enrollments, certificates),
        store,
        (records, count) -> observed.add(records + " " + count),
        clock);
  }

  @Test
  void keepsEverythingUnlessToldOtherwise() throws Exception {
    work(RetentionRules.defaults().enrollments(), RetentionRules.defaults().certificates()).run();
    assertThat(asked).isEmpty();
  }

  @Test
  void doesSomeStepsOfEachARun() throws Exception {
    store.answer = new Step(9, Optional.of(new Place(1, 7)));
    RetentionWork work = work(Optional.of(ENROLLMENTS), Optional.of(CERTIFICATES));

    work.run();
    work.run();

    assertThat(asked).hasSize(4 * RetentionWork.STEPS);
    assertThat(asked.subList(0, RetentionWork.STEPS + 2))
        .containsExactly("e 0 7", "e 7 7", "e 7 7", "e 7 7", "e 7 7", "c 0 30", "c 7 30");
    assertThat(asked.get(2 * RetentionWork.STEPS)).isEqualTo("e 7 7");
    assertThat(observed)
        .hasSize(4 * RetentionWork.STEPS)
        .startsWith("enrollments 9")
        .endsWith("certificates 9");
  }

  @Test
  void restsForAnHourWhenNothingIsOldEnough() throws Exception {
    RetentionWork work = work(Optional.of(ENROLLMENTS), Optional.empty());

    work.run();
    clock.advance(RetentionWork.REST.minusSeconds(1));
    work.run();
    assertThat(asked).hasSize(1);
    clock.advance(Duration.ofSeconds(1));
    work.run();
    assertThat(asked).containsExactly("e 0 7", "e 0 7");
    clock.set(NOW);
    work.run();
    assertThat(asked).as("the clock was set back").hasSize(3);
    assertThat(observed).isEmpty();
  }

  @Test
  void goesOnWhereItWasWhenTheStoreIsBack() throws Exception {
    RetentionWork work = work(Optional.of(ENROLLMENTS), Optional.empty());
    store.answer = new Step(1, Optional.of(new Place(1, 7)));
    work.run();
    store.away = true;
    assertThatThrownBy(work::run).isInstanceOf(StoreUnavailableException.class);
    store.away = false;
    work.run();

    assertThat(asked).hasSize(2 * RetentionWork.STEPS).startsWith("e 0 7");
    assertThat(asked.subList(1, asked.size())).containsOnly("e 7 7");
  }

  @Test
  void recordsThatAreNeededCannotBeToldToGo() {
    assertThatThrownBy(() -> work(Optional.of(ENROLLMENTS.minusSeconds(1)), Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> work(Optional.empty(), Optional.of(CERTIFICATES.minusSeconds(1))))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
