package org.certctl.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.certctl.enroll.Enrollments.NOW;
import static org.certctl.enroll.Enrollments.certificate;
import static org.certctl.enroll.Enrollments.intent;
import static org.certctl.enroll.Enrollments.renewal;
import static org.certctl.enroll.Enrollments.serial;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.certctl.audit.Actor;
import org.certctl.enroll.Intent;
import org.certctl.enroll.MemoryEnrollmentStore;
import org.certctl.pki.Revocation;
import org.certctl.pki.RevocationReason;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// RN-8.
class SupersededCertificatesTest {

  private static final Duration DELAY = Duration.ofDays(14);

  private final MemoryEnrollmentStore store =
      new MemoryEnrollmentStore(Clock.fixed(NOW, ZoneOffset.UTC));

  @BeforeEach
  void issue() throws Exception {
    Intent first = intent("old");
    store.intend(first, false, List.of());
    store.record(first.id(), certificate("old"), List.of());
    Intent second = renewal("new", "old");
    store.intend(second, false, List.of());
    store.record(second.id(), certificate("new"), List.of());
  }

  private int runAt(Instant now) throws Exception {
    return new SupersededCertificates(
            store, store, Map.of("default", DELAY), Clock.fixed(now, ZoneOffset.UTC))
        .revokeDue();
  }

  @Test
  void revokesThePredecessorWhenItsTimeHasComeAndOnlyOnce() throws Exception {
    assertThat(runAt(NOW.plus(DELAY).minusSeconds(1))).isZero();
    Instant due = NOW.plus(DELAY).plusMillis(1);
    assertThat(runAt(due)).isEqualTo(1);
    assertThat(runAt(due.plusSeconds(60))).isZero();

    assertThat(store.find("iss-local", serial("old")))
        .hasValueSatisfying(
            state -> assertThat(state.reason()).isEqualTo(RevocationReason.SUPERSEDED));
    assertThat(store.find("iss-local", serial("new"))).isEmpty();
  }

  @Test
  void leavesAHoldToWhoeverHolds() throws Exception {
    store.apply("iss-local", serial("old"), RevocationOrder.hold(NOW, Actor.system(), ""));
    assertThat(runAt(NOW.plus(DELAY).plusSeconds(1))).isZero();
    assertThat(store.find("iss-local", serial("old"))).map(Revocation::isHold).contains(true);
  }

  @Test
  void keepsTheOldCertificateWhenTheNewOneIsRevoked() throws Exception {
    store.apply(
        "iss-local",
        serial("new"),
        RevocationOrder.revoke(RevocationReason.KEY_COMPROMISE, NOW, Actor.system(), ""));
    assertThat(runAt(NOW.plus(DELAY).plusSeconds(1))).isZero();
  }
}
