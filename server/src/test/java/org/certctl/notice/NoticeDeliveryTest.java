package org.certctl.notice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.certctl.notice.Notices.NOW;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.certctl.audit.AuditEvent;
import org.certctl.notice.DeliveryResult.Delivered;
import org.certctl.notice.DeliveryResult.Refused;
import org.certctl.notice.DeliveryResult.TryLater;
import org.certctl.notice.OutboxEntry.State;
import org.certctl.pki.TestClock;
import org.certctl.store.StoreObserver;
import org.certctl.store.sqlite.SqliteStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NoticeDeliveryTest {

  private static final RetryRules RULES = RetryRules.defaults();
  private static final long SEED = 20260301;

  @TempDir Path folder;
  private final TestClock clock = new TestClock(NOW);
  private final Scripted mail = new Scripted();
  private final Seen seen = new Seen();
  private SqliteStore store;

  /// Answers as it is told, and knows what it was given.
  private static final class Scripted implements Notifier {

    private final Deque<DeliveryResult> answers = new ArrayDeque<>();
    private final List<String> given = new ArrayList<>();

    @Override
    public String name() {
      return "mail";
    }

    @Override
    public List<Target> targets() {
      return List.of(Notices.ALICE, Notices.BOB);
    }

    @Override
    public DeliveryResult deliver(Notice notice, Target target) {
      given.add(notice.id() + " " + target.address());
      DeliveryResult answer = answers.poll();
      if (answer == null) {
        throw new IllegalStateException("nobody said what to answer");
      }
      return answer;
    }
  }

  private static final class Seen implements NoticeDelivery.Observer {

    private final List<String> all = new ArrayList<>();
    private Instant next = Instant.MIN;

    @Override
    public void delivered(OutboxEntry entry) {
      all.add("delivered");
    }

    @Override
    public void failed(OutboxEntry entry, String reason, Instant nextAttemptAt) {
      all.add("failed: " + reason);
      next = nextAttemptAt;
    }

    @Override
    public void gaveUp(OutboxEntry entry, String reason) {
      all.add("gave up: " + reason);
    }
  }

  @BeforeEach
  void open() throws Exception {
    store = SqliteStore.open(folder.resolve("certctl.db"), clock, StoreObserver.none());
  }

  @AfterEach
  void close() {
    store.close();
  }

  private void put(String id, Target... targets) throws Exception {
    assertThat(
            store
                .expiry()
                .advance(
                    Map.of(),
                    Map.of(id, clock.instant()),
                    List.of(Notices.server(id)),
                    List.of(targets),
                    List.<AuditEvent>of()))
        .isTrue();
  }

  private void run() throws Exception {
    new NoticeDelivery(store.notices(), mail, RULES, new Random(SEED), clock, seen).run();
  }

  private OutboxEntry only() throws Exception {
    return store.notices().page(Long.MAX_VALUE, Optional.empty(), 10).getFirst();
  }

  @Test
  void deliversEachOnce() throws Exception {
    put("notice-1", Notices.ALICE, Notices.BOB, Notices.WEBHOOK);
    mail.answers.addAll(List.of(new Delivered(), new Delivered()));

    run();
    run();

    assertThat(mail.given)
        .containsExactly("notice-1 alice@example.com", "notice-1 bob@example.com");
    assertThat(seen.all).containsExactly("delivered", "delivered");
    assertThat(store.notices().counts()).containsEntry(State.QUEUED, 1L);
  }

  @Test
  void waitsLongerAndLongerAndNeverMoreThanAnHour() throws Exception {
    put("notice-1", Notices.ALICE);
    Duration most = Duration.ofMinutes(2);
    for (int i = 0; i < 12; i++) {
      mail.answers.add(new TryLater("busy"));
      run();
      run();
      Duration wait = Duration.between(clock.instant(), seen.next);
      assertThat(wait).as("attempt %d, seed %d", i, SEED).isBetween(most.dividedBy(2), most);
      most =
          most.multipliedBy(2).compareTo(Duration.ofHours(1)) < 0
              ? most.multipliedBy(2)
              : Duration.ofHours(1);
      clock.set(seen.next);
    }
    assertThat(mail.given).hasSize(12);
    mail.answers.add(new Delivered());
    run();
    assertThat(seen.all.getLast()).isEqualTo("delivered");
  }

  @Test
  void waitsAsLongAsTheOtherSideAsksButNotForEver() throws Exception {
    put("notice-1", Notices.ALICE);
    mail.answers.add(new TryLater("429", Optional.of(Duration.ofMinutes(30))));
    run();
    assertThat(seen.next).isEqualTo(NOW.plus(Duration.ofMinutes(30)));

    clock.set(seen.next);
    mail.answers.add(new TryLater("429", Optional.of(Duration.ofDays(400))));
    run();
    assertThat(seen.next).isEqualTo(clock.instant().plus(Duration.ofHours(6)));
  }

  @Test
  void oneThatHasToWaitHasTheOthersWaitForTheNextRunOnly() throws Exception {
    put("notice-1", Notices.ALICE, Notices.BOB);
    mail.answers.addAll(List.of(new TryLater("busy"), new Delivered()));
    run();
    assertThat(mail.given).hasSize(1);
    run();
    assertThat(mail.given)
        .containsExactly("notice-1 alice@example.com", "notice-1 bob@example.com");
  }

  @Test
  void isGivenUpAfterThreeDays() throws Exception {
    put("notice-1", Notices.ALICE);
    int attempts = 0;
    while (only().state() == State.QUEUED) {
      attempts++;
      assertThat(attempts).as("attempts").isLessThanOrEqualTo(RULES.maxAttempts());
      mail.answers.add(new TryLater("away", Optional.of(Duration.ofHours(6))));
      run();
      clock.set(seen.next.isAfter(clock.instant()) ? seen.next : clock.instant());
    }
    assertThat(attempts).isEqualTo(13);
    assertThat(clock.instant()).isBeforeOrEqualTo(NOW.plus(Duration.ofDays(3)));
    assertThat(seen.all.getLast()).isEqualTo("gave up: away");
    assertThat(only().lastError()).isEqualTo("away");
    assertThat(audited()).containsExactly("given_up");
  }

  private List<String> audited() throws Exception {
    return store.auditStore().events(1, 100).stream()
        .map(event -> event.entry())
        .filter(entry -> entry.action().equals("notice_delivery"))
        .map(entry -> entry.outcome())
        .toList();
  }

  @Test
  void isGivenUpAtTheThirdRefusal() throws Exception {
    put("notice-1", Notices.ALICE);
    for (int i = 0; i < 3; i++) {
      mail.answers.add(new Refused("550 no such user"));
      run();
      clock.advance(Duration.ofHours(1));
    }
    run();
    assertThat(mail.given).hasSize(3);
    assertThat(seen.all)
        .containsExactly(
            "failed: 550 no such user", "failed: 550 no such user", "gave up: 550 no such user");
  }

  /// SIGKILL after the other side has taken it and before that was written down.
  @Test
  void whatWasSentAndNotRecordedIsSentAgainUnderTheSameId() throws Exception {
    put("notice-1", Notices.ALICE);
    OutboxEntry lost = store.notices().claim("mail", clock.instant(), RULES.lease()).orElseThrow();
    mail.answers.add(new Delivered());
    mail.deliver(lost.notice(), lost.target());
    store.close();

    open();
    run();
    assertThat(mail.given).as("claimed still").hasSize(1);
    store.notices().endClaims();
    mail.answers.add(new Delivered());
    run();

    assertThat(mail.given)
        .containsExactly("notice-1 alice@example.com", "notice-1 alice@example.com");
    assertThat(store.notices().delivered(lost, clock.instant())).isFalse();
  }

  @Test
  void aFaultOfOursIsAFailedAttemptAndDoesNotEndTheWork() throws Exception {
    put("notice-1", Notices.ALICE);
    run();
    assertThat(seen.all).containsExactly("failed: a fault in this program: IllegalStateException");
  }

  @Test
  void whatNobodyDeliversAnyMoreIsGivenUpToo() throws Exception {
    put("notice-1", Notices.WEBHOOK);
    OutboxKeeping keeping = new OutboxKeeping(store.notices(), RULES, clock, seen);
    clock.advance(RULES.maxAge());
    keeping.run();
    assertThat(only().state()).isEqualTo(State.QUEUED);
    clock.advance(Duration.ofMillis(1));
    keeping.run();
    assertThat(only().state()).isEqualTo(State.DEAD);
    assertThat(only().lastError()).isEqualTo("webhook is not configured any more");

    clock.advance(OutboxKeeping.DEAD_KEPT.plusMillis(1));
    keeping.run();
    assertThat(store.notices().page(Long.MAX_VALUE, Optional.empty(), 10)).isEmpty();
  }
}
