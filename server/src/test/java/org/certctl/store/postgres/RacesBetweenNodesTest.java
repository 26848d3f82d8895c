package org.certctl.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.certctl.enroll.Enrollments.NOW;
import static org.certctl.enroll.Enrollments.certificate;
import static org.certctl.enroll.Enrollments.claim;
import static org.certctl.enroll.Enrollments.digest;
import static org.certctl.enroll.Enrollments.facts;
import static org.certctl.enroll.Enrollments.intended;
import static org.certctl.enroll.Enrollments.intent;
import static org.certctl.enroll.Enrollments.issued;
import static org.certctl.enroll.Enrollments.key;
import static org.certctl.enroll.Enrollments.released;
import static org.certctl.enroll.Enrollments.serial;
import static org.certctl.store.postgres.TwoNodes.RACERS;
import static org.certctl.store.postgres.TwoNodes.count;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.certctl.audit.Actor;
import org.certctl.audit.AuditEvent;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.challenge.ChallengeClaim;
import org.certctl.challenge.onetime.OneTimeChallenge;
import org.certctl.challenge.onetime.OneTimeChallengeStore;
import org.certctl.enroll.ApprovalRules;
import org.certctl.enroll.Enrollments;
import org.certctl.enroll.IntendResult;
import org.certctl.enroll.Intent;
import org.certctl.enroll.KnownEnrollment;
import org.certctl.enroll.PendingEnrollment;
import org.certctl.enroll.PendingId;
import org.certctl.enroll.PendingState;
import org.certctl.enroll.QueueResult;
import org.certctl.enroll.Replacement;
import org.certctl.pki.CertificateRequest;
import org.certctl.pki.RevocationReason;
import org.certctl.pki.TestRequests;
import org.certctl.rollover.CaGeneration;
import org.certctl.status.CrlKey;
import org.certctl.status.CrlStore;
import org.certctl.status.RevocationOrder;
import org.certctl.status.RevocationOutcome;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Whatever may happen once happens once, whichever nodes try: nobody is stuck, and nobody hears of
/// a deadlock.
class RacesBetweenNodesTest {

  private static final int ROUNDS = 10;
  private static final Instant END = NOW.plus(Duration.ofDays(7));

  @RegisterExtension final TwoNodes nodes = new TwoNodes();

  /// Those of both nodes.
  private List<Intent> openIntents() throws StoreUnavailableException {
    List<Intent> all = new ArrayList<>(Enrollments.open(nodes.one().enrollments()));
    all.addAll(Enrollments.open(nodes.other().enrollments()));
    return all;
  }

  @RepeatedTest(3)
  void oneIntentOfATransactionIsOpen() throws Exception {
    List<IntendResult> results =
        nodes.race((node, number) -> node.enrollments().intend(intent("a"), false, intended("a")));

    assertThat(count(results, IntendResult.Intended.class::isInstance)).isEqualTo(1);
    assertThat(count(results, IntendResult.AlreadyKnown.class::isInstance)).isEqualTo(RACERS - 1);
    assertThat(openIntents()).hasSize(1);
    assertThat(nodes.one().auditStore().events(1, 100)).hasSize(1);
  }

  @Test
  void aTransactionThatWasIssuedAMomentAgoIsNotBegunAgain() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      String name = "r" + round;
      List<Boolean> results =
          nodes.race(
              (node, number) -> {
                Intent intent = intent(name);
                IntendResult result = node.enrollments().intend(intent, false, intended(name));
                if (result instanceof IntendResult.Intended) {
                  node.enrollments().record(intent.id(), certificate(name), issued(name));
                  return true;
                }
                assertThat(result).isInstanceOf(IntendResult.AlreadyKnown.class);
                return false;
              });
      assertThat(count(results, issued -> issued)).isEqualTo(1);
      assertThat(nodes.one().enrollments().find(key(name)))
          .containsInstanceOf(KnownEnrollment.Issued.class);
    }
  }

  @Test
  void aTransactionThatWasReleasedMayBeginAgainButNeverTwiceAtOnce() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      nodes.race(
          (node, number) -> {
            Intent intent = intent("a", claim("one"));
            IntendResult result = node.enrollments().intend(intent, false, intended("a"));
            if (result instanceof IntendResult.Intended) {
              assertThat(openIntents()).hasSize(1);
              node.enrollments().release(intent.id(), released("a"));
            } else {
              assertThat(result).isInstanceOf(IntendResult.AlreadyKnown.class);
            }
            return result;
          });
      assertThat(openIntents()).isEmpty();
    }
  }

  @RepeatedTest(3)
  void aChallengeIsClaimedByOneOfManyTransactions() throws Exception {
    List<IntendResult> results =
        nodes.race(
            (node, number) ->
                node.enrollments()
                    .intend(intent("d" + number, claim("once")), false, intended("d" + number)));

    assertThat(count(results, IntendResult.Intended.class::isInstance)).isEqualTo(1);
    assertThat(count(results, IntendResult.ClaimTaken.class::isInstance)).isEqualTo(RACERS - 1);
    assertThat(openIntents()).hasSize(1);
    assertThat(nodes.other().auditStore().events(1, 100)).hasSize(1);
  }

  @RepeatedTest(3)
  void aDeviceGetsAsManyCertificatesAsItsWindowHasPlaces() throws Exception {
    List<IntendResult> results =
        nodes.race(
            (node, number) -> {
              String name = "d" + number;
              Instant end = NOW.plus(Duration.ofDays(1));
              return node.enrollments()
                  .intend(
                      intent(
                          name,
                          new ChallengeClaim(ChallengeClaim.TOKEN, digest(name), end),
                          new ChallengeClaim(ChallengeClaim.DEVICE_RATE, digest("device"), 5, end)),
                      false,
                      intended(name));
            });

    assertThat(count(results, IntendResult.Intended.class::isInstance)).isEqualTo(5);
    assertThat(count(results, IntendResult.ClaimTaken.class::isInstance)).isEqualTo(RACERS - 5);
  }

  @Test
  void manyClaimsInWhateverOrderEndInNoDeadlock() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      String first = "x" + round;
      String second = "y" + round;
      List<IntendResult> results =
          nodes.race(
              (node, number) ->
                  node.enrollments()
                      .intend(
                          number / 2 % 2 == 0
                              ? intent("d" + number + first, claim(first), claim(second))
                              : intent("d" + number + first, claim(second), claim(first)),
                          false,
                          List.of()));
      assertThat(count(results, IntendResult.Intended.class::isInstance)).isEqualTo(1);
    }
  }

  @RepeatedTest(3)
  void aCertificateIsRecordedOnce() throws Exception {
    Intent intent = intent("a");
    nodes.one().enrollments().intend(intent, false, List.of());

    nodes.race(
        (node, number) -> {
          node.enrollments().record(intent.id(), certificate("a"), issued("a"));
          return true;
        });

    assertThat(nodes.one().certificates().bySerialNumber(serial("a"))).hasSize(1);
    assertThat(nodes.one().auditStore().events(1, 100)).hasSize(1);
  }

  @Test
  void anIntentEndsOneWayOnly() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      String name = "r" + round;
      Intent intent = intent(name, claim(name));
      nodes.one().enrollments().intend(intent, false, List.of());

      List<Boolean> recorded =
          nodes.race(
              (node, number) -> {
                try {
                  if (number < RACERS / 2) {
                    node.enrollments().record(intent.id(), certificate(name), issued(name));
                    return true;
                  }
                  node.enrollments().release(intent.id(), released(name));
                  return false;
                } catch (StoreUnavailableException e) {
                  return number >= RACERS / 2;
                }
              });

      boolean isIssued = nodes.one().enrollments().find(key(name)).isPresent();
      assertThat(recorded).containsOnly(isIssued);
      assertThat(nodes.one().certificates().bySerialNumber(serial(name))).hasSize(isIssued ? 1 : 0);
    }
    assertThat(nodes.one().auditStore().events(1, 100)).hasSize(ROUNDS);
  }

  @RepeatedTest(3)
  void aCertificateIsRevokedOnce() throws Exception {
    Intent intent = intent("a");
    nodes.one().enrollments().intend(intent, false, List.of());
    nodes.one().enrollments().record(intent.id(), certificate("a"), List.of());

    List<RevocationOutcome> results =
        nodes.race(
            (node, number) ->
                node.revocations()
                    .apply(
                        "iss-local",
                        serial("a"),
                        RevocationOrder.revoke(
                            RevocationReason.KEY_COMPROMISE, NOW, Actor.user("anna"), "")));

    assertThat(count(results, RevocationOutcome.Changed.class::isInstance)).isEqualTo(1);
    assertThat(nodes.other().crls().changes("iss-local")).isEqualTo(1);
    assertThat(nodes.other().auditStore().events(1, 100)).hasSize(1);
  }

  @RepeatedTest(3)
  void noCrlNumberIsGivenTwice() throws Exception {
    List<CrlStore.Reservation> results =
        nodes.race((node, number) -> node.crls().reserve(CrlKey.complete("iss-local"), NOW));

    assertThat(new HashSet<>(results)).hasSize(RACERS);
  }

  @RepeatedTest(3)
  void oneTimeChallengesAreEitherUsedOrRevoked() throws Exception {
    OneTimeChallenge challenge =
        new OneTimeChallenge(digest("one"), "default", Optional.empty(), NOW, END);
    nodes.one().oneTimeChallenges().add(List.of(challenge), List.of());

    List<Boolean> won =
        nodes.race(
            (node, number) ->
                number % 4 < 2
                    ? node.oneTimeChallenges().revoke(challenge, List.of())
                        instanceof OneTimeChallengeStore.Revocation.Done
                    : node.enrollments()
                            .intend(intent("d" + number, challenge.claim()), false, List.of())
                        instanceof IntendResult.Intended);

    assertThat(count(won, one -> one)).isEqualTo(1);
  }

  @RepeatedTest(3)
  void oneCaAtMostWaitsForItsTime() throws Exception {
    List<Boolean> results =
        nodes.race(
            (node, number) ->
                node.caGenerations()
                    .add(
                        new CaGeneration(
                            2 + number % 3,
                            digest("ca" + number),
                            "CN=CA",
                            NOW,
                            Optional.empty(),
                            Optional.empty(),
                            Optional.empty()),
                        new AuditEvent.ServerStarted(NOW, "1")));

    assertThat(count(results, added -> added)).isEqualTo(1);
    assertThat(nodes.one().caGenerations().all()).hasSize(1);
  }

  private static PendingEnrollment waiting(String name, ChallengeClaim... claims) {
    CertificateRequest request = TestRequests.of("CN=" + name);
    return new PendingEnrollment(
        new PendingId(UUID.randomUUID()),
        key(name),
        digest(name + " requester"),
        digest(name + " challenge"),
        "static",
        new CertificateRequest(
            key(name).requestDigest(),
            request.subject(),
            request.subjectPublicKeyInfo(),
            request.extensions()),
        facts(name),
        List.of(claims),
        NOW,
        END);
  }

  private static ApprovalRules bounds(int maxPending) {
    return new ApprovalRules(ApprovalRules.Mode.REQUIRED, Duration.ofDays(7), maxPending, 1000);
  }

  @RepeatedTest(3)
  void noMoreRequestsWaitThanMay() throws Exception {
    List<QueueResult> results =
        nodes.race(
            (node, number) -> node.pending().queue(waiting("d" + number), bounds(3), List.of()));

    assertThat(count(results, QueueResult.Queued.class::isInstance)).isEqualTo(3);
    assertThat(count(results, QueueResult.Full.class::isInstance)).isEqualTo(RACERS - 3);
    assertThat(nodes.one().pending().waiting()).containsEntry("default", 3L);
  }

  @RepeatedTest(3)
  void aTransactionWaitsOnce() throws Exception {
    List<QueueResult> results =
        nodes.race(
            (node, number) ->
                node.pending().queue(waiting("a", claim("one")), bounds(100), List.of()));

    assertThat(count(results, QueueResult.Queued.class::isInstance)).isEqualTo(1);
    assertThat(count(results, QueueResult.AlreadyPending.class::isInstance)).isEqualTo(RACERS - 1);
  }

  @RepeatedTest(3)
  void anApprovedRequestIsRedeemedOnceAndADecisionIsMadeOnce() throws Exception {
    PendingEnrollment pending = waiting("a", claim("one"));
    nodes.one().pending().queue(pending, bounds(100), List.of());

    List<Boolean> decided =
        nodes.race(
            (node, number) ->
                number % 4 < 2
                    ? node.pendingDecisions().approve(pending.id(), "anna", NOW, List.of())
                    : node.pending()
                        .refuseWaiting(
                            pending.id(),
                            new PendingState.Refused("approval_expired", "", "certctl", NOW),
                            org.certctl.enroll.PendingStore.Claims.FREED,
                            List.of()));
    assertThat(count(decided, one -> one)).isEqualTo(1);

    PendingEnrollment agreed = waiting("b", claim("two"));
    nodes.one().pending().queue(agreed, bounds(100), List.of());
    nodes.one().pendingDecisions().approve(agreed.id(), "anna", NOW, List.of());
    List<Boolean> redeemed =
        nodes.race((node, number) -> node.pending().redeem(agreed.id(), intent("b"), List.of()));
    assertThat(count(redeemed, one -> one)).isEqualTo(1);
    assertThat(openIntents()).hasSize(1);
    assertThat(openIntents().getFirst().claims()).hasSize(1);
  }

  /// Everything that moves requests and challenges at once, in every order in which locks are
  /// taken.
  @Test
  void queueingReplacingRedeemingAndEnrollingAtOnceEndsInNoDeadlock() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      String name = "r" + round;
      PendingEnrollment old = waiting(name, claim(name));
      nodes.one().pending().queue(old, bounds(1000), List.of());
      PendingEnrollment agreed = waiting(name + "b", claim(name + "b"));
      nodes.one().pending().queue(agreed, bounds(1000), List.of());
      nodes.one().pendingDecisions().approve(agreed.id(), "anna", NOW, List.of());
      PendingState.Refused replaced = new PendingState.Refused("approval_replaced", "", "x", NOW);
      Optional<Replacement> replacement =
          Optional.of(new Replacement(old.id(), replaced, List.of()));

      List<String> won =
          nodes.race(
              (node, number) ->
                  switch (number % 4) {
                    case 0 ->
                        node.enrollments()
                                    .intend(
                                        intent(name, claim(name)), false, replacement, List.of())
                                instanceof IntendResult.Intended
                            ? "replaced"
                            : "";
                    case 1 ->
                        node.pending()
                                    .queue(
                                        waiting(name, claim(name)),
                                        bounds(1000),
                                        replacement,
                                        List.of())
                                instanceof QueueResult.Queued
                            ? "replaced"
                            : "";
                    case 2 ->
                        node.enrollments()
                                    .intend(
                                        intent(name + "c" + number, claim(name), claim(name + "b")),
                                        false,
                                        List.of())
                                instanceof IntendResult.Intended
                            ? "claimed"
                            : "";
                    default ->
                        node.pending().redeem(agreed.id(), intent(name + "b"), List.of())
                            ? "redeemed"
                            : "";
                  });

      List<String> winners = new ArrayList<>(won);
      winners.removeIf(String::isEmpty);
      assertThat(winners).containsExactlyInAnyOrder("replaced", "redeemed");
    }
  }
}
