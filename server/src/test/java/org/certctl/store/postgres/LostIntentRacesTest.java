package org.certctl.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.certctl.enroll.Enrollments.NOW;
import static org.certctl.enroll.Enrollments.certificate;
import static org.certctl.enroll.Enrollments.claim;
import static org.certctl.enroll.Enrollments.intended;
import static org.certctl.enroll.Enrollments.intent;
import static org.certctl.enroll.Enrollments.issued;
import static org.certctl.enroll.Enrollments.key;

import java.sql.Connection;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.certctl.challenge.ChallengeClaim;
import org.certctl.cluster.NodeId;
import org.certctl.enroll.IntendResult;
import org.certctl.enroll.Intent;
import org.certctl.enroll.KnownEnrollment;
import org.certctl.store.CommitHook;
import org.certctl.store.StoreObserver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Intents that lose against another node's, which is not committed yet when they begin: whether
/// they go in one message or are too large for it, the answer is the same, and nothing of them is
/// left.
class LostIntentRacesTest {

  /// With one claim of its own all goes in one message, with nine it does not.
  private static final int FEW = 1;

  private static final int MANY = 9;

  @RegisterExtension final TwoNodes nodes = new TwoNodes();

  private final CountDownLatch written = new CountDownLatch(1);
  private final CountDownLatch mayCommit = new CountDownLatch(1);
  private volatile boolean loses;
  private PostgresStore winner;

  @BeforeEach
  void openWinner() throws Exception {
    winner =
        PostgresStore.open(
            nodes.config(),
            new NodeId("winner"),
            Clock.fixed(NOW, ZoneOffset.UTC),
            StoreObserver.none(),
            new Holding(),
            Duration.ofSeconds(20));
  }

  @AfterEach
  void closeWinner() {
    winner.close();
  }

  /// Holds the commit until it may go on.
  private final class Holding implements CommitHook {
    @Override
    public void beforeCommit(int units) {
      written.countDown();
      try {
        mayCommit.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      if (loses) {
        throw new IllegalArgumentException("does not win after all");
      }
    }

    @Override
    public void afterCommit(int units) {}
  }

  private static ChallengeClaim[] claims(int own, ChallengeClaim... more) {
    List<ChallengeClaim> claims = new ArrayList<>();
    IntStream.range(0, own).forEach(number -> claims.add(claim("own " + number)));
    claims.addAll(List.of(more));
    return claims.toArray(ChallengeClaim[]::new);
  }

  /// Has one intent written and not committed, another wait for it, then lets the first go on.
  ///
  /// @return what the other hears
  private IntendResult race(Intent first, String name, Intent second) throws Exception {
    try (Connection connection = PostgresServer.connect(nodes.config());
        Statement query = connection.createStatement();
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<IntendResult> winning =
          threads.submit(() -> winner.enrollments().intend(first, false, intended("winner")));
      while (written.getCount() > 0 && !winning.isDone()) {
        Thread.onSpinWait();
      }
      Future<IntendResult> waiting =
          threads.submit(() -> nodes.one().enrollments().intend(second, false, intended(name)));
      TwoNodes.awaitWaiting(query, 1, waiting);
      boolean waits = !waiting.isDone();
      mayCommit.countDown();
      assertThat(waits).as("waits for the other").isTrue();
      if (!loses) {
        assertThat(winning.get()).isEqualTo(new IntendResult.Intended());
      }
      return waiting.get();
    }
  }

  /// That there is what the other wrote, and nothing else.
  private void onlyTheOtherIsThere(Intent other) throws Exception {
    try (Connection connection = PostgresServer.connect(nodes.config());
        Statement query = connection.createStatement()) {
      assertThat(TwoNodes.number(query, "SELECT count(*) FROM enrollment")).isEqualTo(1);
      assertThat(TwoNodes.number(query, "SELECT count(*) FROM challenge_claim"))
          .isEqualTo(other.claims().size());
    }
    assertThat(winner.enrollments().find(other.key())).isPresent();
    assertThat(nodes.other().auditStore().events(1, 100))
        .extracting(event -> event.entry().transactionId())
        .containsOnly("winner");
  }

  @ParameterizedTest
  @ValueSource(ints = {FEW, MANY})
  void theSameTransactionIsOpenOnAnotherNode(int own) throws Exception {
    Intent first = intent("a", claim("first"));

    IntendResult result = race(first, "a", intent("a", claims(own)));

    assertThat(result)
        .isEqualTo(
            new IntendResult.AlreadyKnown(
                new KnownEnrollment.Open(
                    first.id(), first.requesterKeyDigest(), first.challengeMac(), NOW)));
    onlyTheOtherIsThere(first);
  }

  @ParameterizedTest
  @ValueSource(ints = {FEW, MANY})
  void theChallengeIsTakenOnAnotherNode(int own) throws Exception {
    Intent first = intent("a", claim("once"));

    IntendResult result = race(first, "b", intent("b", claims(own, claim("once"))));

    assertThat(result).isEqualTo(new IntendResult.ClaimTaken(claim("once")));
    onlyTheOtherIsThere(first);
  }

  @ParameterizedTest
  @ValueSource(ints = {FEW, MANY})
  void theTransactionHasItsCertificate(int own) throws Exception {
    mayCommit.countDown();
    Intent first = intent("a", claim("first"));
    winner.enrollments().intend(first, false, intended("winner"));
    winner.enrollments().record(first.id(), certificate("a"), issued("winner"));

    IntendResult result =
        nodes.one().enrollments().intend(intent("a", claims(own)), false, intended("a"));

    assertThat(result)
        .isEqualTo(
            new IntendResult.AlreadyKnown(
                nodes.other().enrollments().find(key("a")).orElseThrow()));
    assertThat(result)
        .isInstanceOfSatisfying(
            IntendResult.AlreadyKnown.class,
            known -> assertThat(known.known()).isInstanceOf(KnownEnrollment.Issued.class));
    onlyTheOtherIsThere(first);
  }

  @ParameterizedTest
  @ValueSource(ints = {FEW, MANY})
  void whoWaitedForOneThatCameToNothingGoesOn(int own) throws Exception {
    loses = true;
    Intent second = intent("a", claims(own, claim("once")));

    IntendResult result = race(intent("a", claim("once")), "winner", second);

    assertThat(result).isEqualTo(new IntendResult.Intended());
    onlyTheOtherIsThere(second);
  }
}
