package org.certctl.notice;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.certctl.audit.Actor;
import org.certctl.notice.OutboxEntry.State;
import org.junit.jupiter.api.Test;

/// What every {@link NoticeOutbox} promises.
public abstract class NoticeOutboxContractTest {

  private static final Instant NOW = Notices.NOW;
  private static final Duration LEASE = Duration.ofMinutes(5);

  /// The outbox, empty at the start of each test.
  protected abstract NoticeOutbox outbox();

  /// Puts a notice in.
  protected abstract void put(Notice notice, List<Target> targets) throws Exception;

  /// The outcomes in the audit trail of what is done to notices.
  protected abstract List<String> auditedDeliveries() throws Exception;

  private Optional<OutboxEntry> claim(Instant at) throws Exception {
    return outbox().claim("mail", at, LEASE);
  }

  @Test
  void givesEachEntryToOneWorker() throws Exception {
    put(Notices.server("notice-1"), List.of(Notices.WEBHOOK, Notices.ALICE, Notices.BOB));

    OutboxEntry first = claim(NOW).orElseThrow();
    OutboxEntry second = claim(NOW).orElseThrow();
    assertThat(List.of(first.target(), second.target()))
        .containsExactly(Notices.ALICE, Notices.BOB);
    assertThat(first.notice()).isEqualTo(Notices.server("notice-1"));
    assertThat(first.attempts()).isEqualTo(1);
    assertThat(claim(NOW)).isEmpty();
    assertThat(outbox().claim("webhook", NOW, LEASE)).isPresent();

    assertThat(outbox().delivered(first, NOW)).isTrue();
    assertThat(outbox().counts())
        .isEqualTo(Map.of(State.QUEUED, 2L, State.DELIVERED, 1L, State.DEAD, 0L));
  }

  @Test
  void keepsEveryKindOfNoticeAsItIs() throws Exception {
    for (Notice notice : List.of(Notices.server("notice-1"), Notices.issued("notice-2"))) {
      put(notice, List.of(Notices.ALICE));
      OutboxEntry entry = claim(NOW).orElseThrow();
      assertThat(entry.notice()).isEqualTo(notice);
      assertThat(outbox().find(entry.number()).orElseThrow().notice()).isEqualTo(notice);
      outbox().delivered(entry, NOW);
    }
  }

  @Test
  void waitsAsLongAsItWasTold() throws Exception {
    put(Notices.server("notice-1"), List.of(Notices.ALICE));
    OutboxEntry entry = claim(NOW).orElseThrow();
    assertThat(outbox().failed(entry, NOW.plusSeconds(60), "busy")).isTrue();

    assertThat(claim(NOW.plusSeconds(60).minusMillis(1))).isEmpty();
    OutboxEntry again = claim(NOW.plusSeconds(60)).orElseThrow();
    assertThat(again.attempts()).isEqualTo(2);
    assertThat(again.lastError()).isEqualTo("busy");
  }

  @Test
  void givesAnEntryToAnotherWhenTheClaimHasEndedAndThenOnlyItsWordCounts() throws Exception {
    put(Notices.server("notice-1"), List.of(Notices.ALICE));
    OutboxEntry stalled = claim(NOW).orElseThrow();
    assertThat(claim(NOW.plus(LEASE).minusMillis(1))).isEmpty();

    OutboxEntry taken = claim(NOW.plus(LEASE)).orElseThrow();
    assertThat(taken.notice().id()).isEqualTo(stalled.notice().id());
    assertThat(outbox().delivered(stalled, NOW)).isFalse();
    assertThat(outbox().failed(stalled, NOW, "late")).isFalse();
    assertThat(outbox().giveUp(stalled, NOW, "late", stalled.givenUp(NOW, "late"))).isFalse();
    assertThat(auditedDeliveries()).isEmpty();
    assertThat(outbox().delivered(taken, NOW)).isTrue();
    assertThat(outbox().delivered(taken, NOW)).as("twice").isFalse();
  }

  @Test
  void endsTheClaimsOfThoseWhoAreGone() throws Exception {
    put(Notices.server("notice-1"), List.of(Notices.ALICE));
    OutboxEntry gone = claim(NOW).orElseThrow();
    outbox().endClaims();

    assertThat(claim(NOW))
        .hasValueSatisfying(
            entry -> {
              assertThat(entry.notice().id()).isEqualTo(gone.notice().id());
              assertThat(entry.attempts()).isEqualTo(2);
            });
  }

  @Test
  void deadOnesWaitForAPersonAndComeBackWithAllTheirAttempts() throws Exception {
    put(Notices.server("notice-1"), List.of(Notices.ALICE));
    OutboxEntry entry = claim(NOW).orElseThrow();
    assertThat(outbox().retry(entry.number(), NOW, entry.putBack(NOW, Actor.user("alice"))))
        .as("not dead")
        .isFalse();
    assertThat(outbox().giveUp(entry, NOW, "gone", entry.givenUp(NOW, "gone"))).isTrue();
    assertThat(claim(NOW.plus(Duration.ofDays(1)))).isEmpty();
    assertThat(outbox().page(Long.MAX_VALUE, Optional.of(State.DEAD), 10))
        .singleElement()
        .satisfies(
            dead -> {
              assertThat(dead.lastError()).isEqualTo("gone");
              assertThat(dead.closedAt()).contains(Notices.NOW);
            });

    Instant later = NOW.plus(Duration.ofDays(10));
    assertThat(outbox().retry(entry.number(), later, entry.putBack(later, Actor.user("alice"))))
        .isTrue();
    assertThat(claim(later))
        .hasValueSatisfying(
            back -> {
              assertThat(back.attempts()).isEqualTo(1);
              assertThat(back.since()).isEqualTo(later);
              assertThat(back.notice().id()).isEqualTo("notice-1");
            });
    assertThat(outbox().delivered(entry, later)).as("the worker of before").isFalse();
    assertThat(auditedDeliveries()).containsExactly("given_up", "put_back");
  }

  @Test
  void tellsWhatWaitsTooLong() throws Exception {
    put(Notices.server("notice-1"), List.of(Notices.ALICE, Notices.BOB));
    OutboxEntry claimed = claim(NOW).orElseThrow();

    assertThat(outbox().waitingSince(NOW, NOW, 10)).as("not before").isEmpty();
    assertThat(outbox().waitingSince(NOW.plusMillis(1), NOW, 10))
        .extracting(OutboxEntry::target)
        .containsExactly(Notices.BOB)
        .doesNotContain(claimed.target());
    assertThat(outbox().waitingSince(NOW.plusMillis(1), NOW.plus(LEASE), 10)).hasSize(2);
  }

  @Test
  void forgetsWhatIsOver() throws Exception {
    put(Notices.server("notice-1"), List.of(Notices.ALICE, Notices.BOB, Notices.WEBHOOK));
    outbox().delivered(claim(NOW).orElseThrow(), NOW);
    OutboxEntry dead = claim(NOW).orElseThrow();
    outbox().giveUp(dead, NOW, "gone", dead.givenUp(NOW, "gone"));

    assertThat(outbox().forget(NOW, NOW)).isZero();
    assertThat(outbox().forget(NOW.plusMillis(1), NOW)).isEqualTo(1);
    assertThat(outbox().forget(NOW.plusMillis(1), NOW.plusMillis(1))).isEqualTo(1);
    assertThat(outbox().page(Long.MAX_VALUE, Optional.empty(), 10))
        .extracting(OutboxEntry::state)
        .containsExactly(State.QUEUED);
  }

  @Test
  void pagesNewestFirst() throws Exception {
    for (int i = 0; i < 5; i++) {
      put(Notices.server("notice-" + i), List.of(Notices.ALICE));
    }
    List<OutboxEntry> first = outbox().page(Long.MAX_VALUE, Optional.empty(), 3);
    List<OutboxEntry> second = outbox().page(first.getLast().number(), Optional.empty(), 3);
    assertThat(first).extracting(entry -> entry.notice().id()).startsWith("notice-4", "notice-3");
    assertThat(second)
        .extracting(entry -> entry.notice().id())
        .containsExactly("notice-1", "notice-0");
  }
}
