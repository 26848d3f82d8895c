package org.certctl.rollover;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.certctl.pki.Sha256;
import org.certctl.rollover.CaSuccession.Former;
import org.junit.jupiter.api.Test;

/// Which CA issues, at every edge of a date.
class CaSuccessionTest {

  private static final Instant PREPARED = Instant.parse("2026-06-01T00:00:00Z");
  private static final Instant SWITCH = Instant.parse("2026-07-01T08:00:00Z");

  @Test
  void isTheConfiguredCaWhileNoneWasPrepared() {
    assertThat(CaSuccession.at(PREPARED, List.of()))
        .isEqualTo(new CaSuccession(1, Optional.empty(), List.of()));
  }

  @Test
  void waitsUntilSomebodySaysWhen_NXT5() {
    CaGeneration open = generation(2, Optional.empty());
    assertThat(CaSuccession.at(SWITCH.plus(Duration.ofDays(9999)), List.of(open)))
        .isEqualTo(new CaSuccession(1, Optional.of(open), List.of()));
  }

  @Test
  void switchesAtTheDateAndNotAMillisecondBefore() {
    CaGeneration second = generation(2, Optional.of(SWITCH));
    assertThat(CaSuccession.at(SWITCH.minusMillis(1), List.of(second)))
        .isEqualTo(new CaSuccession(1, Optional.of(second), List.of()));
    assertThat(CaSuccession.at(SWITCH, List.of(second)))
        .isEqualTo(new CaSuccession(2, Optional.empty(), List.of(new Former(1, SWITCH))));
  }

  @Test
  void doesNotGoBackWhenTheClockDoes() {
    CaGeneration switched =
        new CaGeneration(
            2,
            Sha256.over(),
            "CN=2",
            PREPARED,
            Optional.of(SWITCH),
            Optional.of(SWITCH.plusSeconds(1)),
            Optional.empty());
    assertThat(CaSuccession.at(SWITCH.minusSeconds(60), List.of(switched)).current()).isEqualTo(2);
  }

  @Test
  void countsWhatWasCancelledAmongTheFormerAndGoesOnFromThere() {
    CaGeneration cancelled =
        new CaGeneration(
            2,
            Sha256.over(),
            "CN=2",
            PREPARED,
            Optional.of(SWITCH),
            Optional.empty(),
            Optional.of(PREPARED.plusSeconds(1)));
    CaGeneration third = generation(3, Optional.of(SWITCH));
    CaGeneration fourth = generation(4, Optional.of(SWITCH.plusSeconds(10)));
    List<CaGeneration> all = List.of(cancelled, third, fourth);
    assertThat(CaSuccession.at(SWITCH.plusSeconds(10), all))
        .isEqualTo(
            new CaSuccession(
                4,
                Optional.empty(),
                List.of(
                    new Former(3, SWITCH.plusSeconds(10)),
                    new Former(1, SWITCH),
                    new Former(2, PREPARED.plusSeconds(1)))));
  }

  @Test
  void keepsTheIssuersOfTwoCasApart() {
    assertThat(CaSuccession.issuerId("iss-local", 1)).isEqualTo("iss-local");
    assertThat(CaSuccession.issuerId("iss-local", 2)).isEqualTo("iss-local-2");
  }

  private static CaGeneration generation(int number, Optional<Instant> activateAt) {
    return CaGeneration.prepared(number, Sha256.over(), "CN=" + number, PREPARED, activateAt);
  }
}
