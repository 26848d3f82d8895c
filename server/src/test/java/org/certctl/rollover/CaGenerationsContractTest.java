package org.certctl.rollover;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.certctl.audit.Actor;
import org.certctl.audit.AuditEvent;
import org.certctl.pki.Sha256;
import org.junit.jupiter.api.Test;

/// What every store of CA generations keeps.
public abstract class CaGenerationsContractTest {

  private static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");
  private static final Instant SWITCH = NOW.plusSeconds(3600);

  protected abstract CaGenerations store();

  protected abstract List<String> auditedOutcomes() throws Exception;

  @Test
  void keepsWhatWasPreparedWithItsEvent() throws Exception {
    CaGeneration second = generation(2);
    assertThat(store().all()).isEmpty();
    assertThat(store().add(second, event("prepared", second))).isTrue();
    assertThat(store().all()).containsExactly(second);
    assertThat(auditedOutcomes()).containsExactly("prepared");
  }

  @Test
  void takesOnlyOneAtATimeAndNoNumberTwice() throws Exception {
    assertThat(store().add(generation(2), event("prepared", generation(2)))).isTrue();
    assertThat(store().add(generation(2), event("prepared", generation(2)))).isFalse();
    assertThat(store().add(generation(3), event("prepared", generation(3)))).isFalse();
    assertThat(store().cancel(2, NOW, event("cancelled", generation(2)))).isTrue();
    assertThat(store().add(generation(2), event("prepared", generation(2)))).isFalse();
    assertThat(store().add(generation(3), event("prepared", generation(3)))).isTrue();
    assertThat(auditedOutcomes()).containsExactly("prepared", "cancelled", "prepared");
  }

  @Test
  void notesASwitchOnceWhoeverLooksFirst() throws Exception {
    store().add(generation(2), event("prepared", generation(2)));
    assertThat(store().noteSwitch(2, SWITCH, event("switched", generation(2)))).isFalse();
    assertThat(store().schedule(2, SWITCH, NOW, event("scheduled", generation(2)))).isTrue();
    note(SWITCH.minusMillis(1));
    assertThat(auditedOutcomes()).containsExactly("prepared", "scheduled");
    note(SWITCH);
    note(SWITCH.plusSeconds(1));
    assertThat(CaSuccession.at(SWITCH, store().all()).current()).isEqualTo(2);
    assertThat(auditedOutcomes()).containsExactly("prepared", "scheduled", "switched");
    assertThat(store().all().getFirst().switchedAt()).contains(SWITCH);
  }

  @Test
  void neitherMovesNorCancelsWhatHasBegun() throws Exception {
    store().add(generation(2), event("prepared", generation(2)));
    store().schedule(2, SWITCH, NOW, event("scheduled", generation(2)));
    assertThat(store().cancel(2, SWITCH, event("cancelled", generation(2)))).isFalse();
    assertThat(store().schedule(2, SWITCH.plusSeconds(9), SWITCH, event("x", generation(2))))
        .isFalse();
    assertThat(store().cancel(2, SWITCH.minusMillis(1), event("cancelled", generation(2))))
        .isTrue();
    assertThat(store().schedule(2, SWITCH, NOW, event("x", generation(2)))).isFalse();
    note(SWITCH.plusSeconds(9));
    assertThat(CaSuccession.at(SWITCH.plusSeconds(9), store().all()).current()).isEqualTo(1);
    assertThat(auditedOutcomes()).containsExactly("prepared", "scheduled", "cancelled");
  }

  private void note(Instant now) throws Exception {
    CaSuccession.note(store(), store().all(), "iss-local", now);
  }

  private static CaGeneration generation(int number) {
    return CaGeneration.prepared(
        number, Sha256.over(new byte[] {1}), "CN=" + number, NOW, Optional.empty());
  }

  private static AuditEvent event(String step, CaGeneration generation) {
    return CaSuccession.event(NOW, Actor.user("alice"), step, "iss-local", generation);
  }
}
