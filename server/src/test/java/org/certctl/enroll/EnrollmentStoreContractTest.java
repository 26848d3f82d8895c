package org.certctl.enroll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.certctl.enroll.Enrollments.NOW;
import static org.certctl.enroll.Enrollments.certificate;
import static org.certctl.enroll.Enrollments.claim;
import static org.certctl.enroll.Enrollments.intended;
import static org.certctl.enroll.Enrollments.intent;
import static org.certctl.enroll.Enrollments.issued;
import static org.certctl.enroll.Enrollments.key;
import static org.certctl.enroll.Enrollments.released;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.challenge.ChallengeClaim;
import org.certctl.pki.IssuedCertificate;
import org.certctl.pki.Sha256;
import org.junit.jupiter.api.Test;

/// What every {@link EnrollmentStore} promises.
public abstract class EnrollmentStoreContractTest {

  private static final int RACERS = 50;

  /// The store, empty at the start of each test.
  protected abstract EnrollmentStore store();

  /// The actions and outcomes of all audit events so far, such as `intended`, in order.
  protected abstract List<String> auditedOutcomes() throws Exception;

  @Test
  void knowsNothingAtFirst() throws Exception {
    assertThat(store().find(key("a"))).isEmpty();
    assertThat(store().openIntents()).isEmpty();
  }

  @Test
  void keepsAnIntentWithAllThatIsNeededToAskAgain() throws Exception {
    Intent intent = intent("a", claim("one"), claim("two"));

    IntendResult result = store().intend(intent, false, intended("a"));

    assertThat(result).isEqualTo(new IntendResult.Intended());
    assertThat(store().find(key("a")))
        .contains(
            new KnownEnrollment.Open(
                intent.id(), intent.requesterKeyDigest(), intent.challengeMac(), NOW));
    List<Intent> open = Enrollments.open(store());
    assertThat(open).hasSize(1);
    assertThat(open.getFirst())
        .usingRecursiveComparison()
        .ignoringCollectionOrder()
        .isEqualTo(intent);
    assertThat(auditedOutcomes()).containsExactly("intended");
  }

  @Test
  void givesOpenIntentsOldestFirst() throws Exception {
    for (String name : List.of("c", "a", "b")) {
      store().intend(intent(name), false, List.of());
    }
    assertThat(Enrollments.open(store()))
        .extracting(intent -> intent.facts().transactionId())
        .containsExactly("c", "a", "b");
  }

  @Test
  void sec1_findsTheNewestEnrollmentOfARequestUnderAnyTransactionId() throws Exception {
    Sha256 digest = key("a").requestDigest();
    assertThat(store().newestFor("default", digest)).isEmpty();
    Intent first = intent("a");
    store().intend(first, false, intended("a"));
    Intent second = under("z", intent("a"));
    store().intend(second, false, intended("a"));

    assertThat(store().newestFor("default", digest))
        .containsInstanceOf(KnownEnrollment.Open.class)
        .map(known -> ((KnownEnrollment.Open) known).id())
        .contains(second.id());
    assertThat(store().newestFor("other", digest)).isEmpty();
    store().release(second.id(), released("a"));
    store().record(first.id(), certificate("a"), issued("a"));
    assertThat(store().newestFor("default", digest)).isEqualTo(store().find(key("a")));
  }

  private static Intent under(String transaction, Intent intent) {
    return new Intent(
        intent.id(),
        new TransactionKey(
            intent.key().endpoint(),
            transaction.getBytes(StandardCharsets.UTF_8),
            intent.key().requestDigest()),
        intent.requesterKeyDigest(),
        intent.challengeMac(),
        intent.serialNumber(),
        intent.approvedRequest(),
        intent.facts(),
        intent.claims(),
        intent.predecessor(),
        intent.at());
  }

  @Test
  void findsAnIntentAsLongAsItIsOpen() throws Exception {
    Intent intent = intent("a", claim("one"));
    store().intend(intent("b"), false, List.of());
    assertThat(store().findOpen(intent.id())).isEmpty();
    store().intend(intent, false, intended("a"));
    assertThat(store().findOpen(intent.id()))
        .hasValueSatisfying(
            found -> assertThat(found).usingRecursiveComparison().isEqualTo(intent));
    store().release(intent.id(), released("a"));
    assertThat(store().findOpen(intent.id())).isEmpty();
  }

  @Test
  void refusesASecondIntentOfAnOpenTransactionEvenWhenItSupersedes() throws Exception {
    Intent first = intent("a");
    store().intend(first, false, intended("a"));

    for (boolean supersedes : new boolean[] {false, true}) {
      assertThat(store().intend(intent("a"), supersedes, intended("a")))
          .isInstanceOfSatisfying(
              IntendResult.AlreadyKnown.class,
              known ->
                  assertThat(known.known())
                      .isInstanceOfSatisfying(
                          KnownEnrollment.Open.class,
                          open -> assertThat(open.id()).isEqualTo(first.id())));
    }
    assertThat(store().openIntents()).hasSize(1);
    assertThat(auditedOutcomes()).containsExactly("intended");
  }

  @Test
  void tellsTransactionsApartByEndpointTransactionAndRequest() throws Exception {
    store().intend(intent("a"), false, List.of());
    TransactionKey known = key("a");

    assertThat(
            store().find(new TransactionKey("other", known.transactionId(), known.requestDigest())))
        .isEmpty();
    assertThat(
            store()
                .find(
                    new TransactionKey(
                        known.endpoint(),
                        "A".getBytes(StandardCharsets.UTF_8),
                        known.requestDigest())))
        .isEmpty();
    assertThat(
            store()
                .find(
                    new TransactionKey(
                        known.endpoint(), known.transactionId(), key("b").requestDigest())))
        .isEmpty();
  }

  @Test
  void givesBackTheCertificateOfAnIssuedTransaction() throws Exception {
    Intent intent = intent("a");
    store().intend(intent, false, intended("a"));
    store().record(intent.id(), certificate("a"), issued("a"));

    KnownEnrollment issued =
        new KnownEnrollment.Issued(
            intent.requesterKeyDigest(), intent.challengeMac(), NOW, certificate("a"), false);
    assertThat(store().find(key("a"))).contains(issued);
    assertThat(store().openIntents()).isEmpty();
    assertThat(store().intend(intent("a"), false, intended("a")))
        .isEqualTo(new IntendResult.AlreadyKnown(issued));
    assertThat(auditedOutcomes()).containsExactly("intended", "issued");
  }

  @Test
  void letsANewIntentSupersedeAnIssuedOne() throws Exception {
    Intent first = intent("a");
    store().intend(first, false, intended("a"));
    store().record(first.id(), certificate("a"), issued("a"));
    Intent second = intent("a");

    assertThat(store().intend(second, true, intended("a"))).isEqualTo(new IntendResult.Intended());
    assertThat(store().find(key("a")))
        .hasValueSatisfying(
            known ->
                assertThat(known)
                    .isInstanceOfSatisfying(
                        KnownEnrollment.Open.class,
                        open -> assertThat(open.id()).isEqualTo(second.id())));

    store().release(second.id(), released("a"));
    assertThat(store().find(key("a")))
        .hasValueSatisfying(known -> assertThat(known).isInstanceOf(KnownEnrollment.Issued.class));
  }

  @Test
  void recordsTheSameCertificateOnce() throws Exception {
    Intent intent = intent("a");
    store().intend(intent, false, intended("a"));
    store().record(intent.id(), certificate("a"), issued("a"));
    store().record(intent.id(), certificate("a"), issued("a"));

    assertThat(auditedOutcomes()).containsExactly("intended", "issued");
  }

  @Test
  void whatSomebodyElseRecordedFirstIsWhatCounts() throws Exception {
    Intent intent = intent("a");
    store().intend(intent, false, intended("a"));
    store().record(intent.id(), certificate("a"), issued("a"));
    IssuedCertificate twin = certificate("a", NOW.plusSeconds(99));

    assertThat(store().record(intent.id(), twin, issued("a"))).isEqualTo(certificate("a"));

    assertThat(auditedOutcomes()).containsExactly("intended", "issued");
  }

  @Test
  void refusesToRecordWhatBelongsToNoOpenIntent() throws Exception {
    Intent issued = intent("a");
    store().intend(issued, false, List.of());
    store().record(issued.id(), certificate("a"), List.of());
    Intent released = intent("b");
    store().intend(released, false, List.of());
    store().release(released.id(), List.of());

    assertThatThrownBy(() -> store().record(issued.id(), certificate("x"), issued("x")))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> store().record(released.id(), certificate("b"), issued("b")))
        .isInstanceOf(StoreUnavailableException.class);
    assertThatThrownBy(
            () -> store().record(new IntentId(UUID.randomUUID()), certificate("c"), issued("c")))
        .isInstanceOf(IllegalStateException.class);
    assertThat(auditedOutcomes()).isEmpty();
  }

  @Test
  void refusesASerialNumberThatTheIssuerHasUsed() throws Exception {
    Intent first = intent("a");
    Intent second = intent("b");
    store().intend(first, false, List.of());
    store().intend(second, false, List.of());
    store().record(first.id(), certificate("a"), issued("a"));

    assertThatThrownBy(() -> store().record(second.id(), certificate("a"), issued("b")))
        .isInstanceOf(IllegalStateException.class);
    assertThat(store().openIntents()).hasSize(1);
    assertThat(auditedOutcomes()).containsExactly("issued");
  }

  @Test
  void releasesAnIntentAndItsClaims() throws Exception {
    Intent intent = intent("a", claim("one"), claim("two"));
    store().intend(intent, false, intended("a"));
    store().release(intent.id(), released("a"));
    store().release(intent.id(), released("a"));

    assertThat(store().find(key("a"))).isEmpty();
    assertThat(store().openIntents()).isEmpty();
    assertThat(store().intend(intent("a", claim("two"), claim("one")), false, intended("a")))
        .isEqualTo(new IntendResult.Intended());
    assertThat(auditedOutcomes()).containsExactly("intended", "released", "intended");
  }

  @Test
  void refusesToReleaseWhatIsIssuedOrUnknown() throws Exception {
    Intent intent = intent("a");
    store().intend(intent, false, List.of());
    store().record(intent.id(), certificate("a"), List.of());

    assertThatThrownBy(() -> store().release(intent.id(), released("a")))
        .isInstanceOf(StoreUnavailableException.class);
    assertThatThrownBy(() -> store().release(new IntentId(UUID.randomUUID()), released("a")))
        .isInstanceOf(IllegalStateException.class);
    assertThat(auditedOutcomes()).isEmpty();
  }

  @Test
  void takesAllClaimsOrNone() throws Exception {
    store().intend(intent("a", claim("used")), false, intended("a"));

    assertThat(store().intend(intent("b", claim("free"), claim("used")), false, intended("b")))
        .isEqualTo(new IntendResult.ClaimTaken(claim("used")));
    assertThat(store().find(key("b"))).isEmpty();
    assertThat(store().intend(intent("c", claim("free")), false, intended("c")))
        .isEqualTo(new IntendResult.Intended());
    assertThat(auditedOutcomes()).containsExactly("intended", "intended");
  }

  @Test
  void namesTheFirstClaimThatIsTaken() throws Exception {
    store().intend(intent("a", claim("one"), claim("other")), false, List.of());

    assertThat(store().intend(intent("b", claim("one"), claim("other")), false, List.of()))
        .isEqualTo(new IntendResult.ClaimTaken(claim("one")));
    assertThat(store().intend(intent("c", claim("other"), claim("one")), false, List.of()))
        .isEqualTo(new IntendResult.ClaimTaken(claim("other")));
  }

  @Test
  void keepsClaimsOfIssuedEnrollments() throws Exception {
    Intent intent = intent("a", claim("used"));
    store().intend(intent, false, List.of());
    store().record(intent.id(), certificate("a"), List.of());

    assertThat(store().intend(intent("b", claim("used")), false, List.of()))
        .isEqualTo(new IntendResult.ClaimTaken(claim("used")));
  }

  @Test
  void tellsClaimsApartByKind() throws Exception {
    ChallengeClaim claim = claim("one");
    ChallengeClaim sameKey = new ChallengeClaim("token", claim.key(), claim.expiresAt());
    store().intend(intent("a", claim), false, List.of());

    assertThat(store().intend(intent("b", sameKey), false, List.of()))
        .isEqualTo(new IntendResult.Intended());
  }

  @Test
  void forgetsClaimsWhoseEndHasCome() throws Exception {
    ChallengeClaim ended = new ChallengeClaim("onetime", claim("one").key(), NOW);
    store().intend(intent("a", ended), false, List.of());

    assertThat(store().intend(intent("b", claim("one")), false, List.of()))
        .isEqualTo(new IntendResult.Intended());
    assertThat(store().intend(intent("c", claim("one")), false, List.of()))
        .isEqualTo(new IntendResult.ClaimTaken(claim("one")));
  }

  @Test
  void po1_findsATransactionByItsIdAndTheKeyThatSignedIt() throws Exception {
    Intent intent = intent("a");
    store().intend(intent, false, List.of());
    ByteString transaction = ByteString.of(key("a").transactionId());

    assertThat(store().newestOf("default", transaction, intent.requesterKeyDigest()))
        .contains(key("a"));
    assertThat(store().newestOf("other", transaction, intent.requesterKeyDigest())).isEmpty();
    assertThat(store().newestOf("default", transaction, key("a").requestDigest())).isEmpty();

    store().release(intent.id(), released("a"));
    assertThat(store().newestOf("default", transaction, intent.requesterKeyDigest())).isEmpty();
  }

  @Test
  void letsOneOfManyIntendATransaction() throws Exception {
    List<IntendResult> results = race(() -> store().intend(intent("a"), false, intended("a")));

    assertThat(results).filteredOn(IntendResult.Intended.class::isInstance).hasSize(1);
    assertThat(results).filteredOn(IntendResult.AlreadyKnown.class::isInstance).hasSize(RACERS - 1);
    assertThat(store().openIntents()).hasSize(1);
    assertThat(auditedOutcomes()).containsExactly("intended");
  }

  @Test
  void letsOneOfManyTakeAClaim() throws Exception {
    List<IntendResult> results =
        race(
            () -> {
              String name = UUID.randomUUID().toString();
              return store().intend(intent(name, claim("one")), false, intended(name));
            });

    assertThat(results).filteredOn(IntendResult.Intended.class::isInstance).hasSize(1);
    assertThat(results)
        .filteredOn(result -> result.equals(new IntendResult.ClaimTaken(claim("one"))))
        .hasSize(RACERS - 1);
    assertThat(auditedOutcomes()).containsExactly("intended");
  }

  @Test
  void recordsOnceHoweverManyTry() throws Exception {
    Intent intent = intent("a");
    store().intend(intent, false, List.of());

    race(
        () -> {
          store().record(intent.id(), certificate("a"), issued("a"));
          return true;
        });

    assertThat(auditedOutcomes()).containsExactly("issued");
  }

  @Test
  void keepsTheEvidenceOfAConnectorChallenge() throws Exception {
    Intent plain = intent("a");
    Intent intent =
        new Intent(
            plain.id(),
            plain.key(),
            plain.requesterKeyDigest(),
            plain.challengeMac(),
            plain.serialNumber(),
            plain.approvedRequest(),
            Enrollments.connectorFacts("a"),
            List.of(),
            Optional.empty(),
            NOW);

    store().intend(intent, false, List.of());

    assertThat(Enrollments.open(store()).getFirst().facts())
        .isEqualTo(Enrollments.connectorFacts("a"));
  }

  @Test
  void letsAsManyAsThereAreSlotsTakeAClaim() throws Exception {
    ChallengeClaim slots = slots(3, NOW.plus(Duration.ofDays(1)));

    List<IntendResult> results =
        race(
            () -> {
              String name = UUID.randomUUID().toString();
              return store().intend(intent(name, slots), false, intended(name));
            });

    assertThat(results).filteredOn(IntendResult.Intended.class::isInstance).hasSize(3);
    assertThat(results)
        .filteredOn(result -> result.equals(new IntendResult.ClaimTaken(slots)))
        .hasSize(RACERS - 3);
  }

  @Test
  void freesEachSlotAtItsOwnEnd() throws Exception {
    ChallengeClaim ended = slots(2, NOW);
    ChallengeClaim lasting = slots(2, NOW.plus(Duration.ofDays(1)));
    store().intend(intent("a", lasting), false, List.of());
    store().intend(intent("b", ended), false, List.of());

    assertThat(store().intend(intent("c", lasting), false, List.of()))
        .isEqualTo(new IntendResult.Intended());
    assertThat(store().intend(intent("d", lasting), false, List.of()))
        .isEqualTo(new IntendResult.ClaimTaken(lasting));
  }

  @Test
  void freesTheSlotOfWhatIsReleasedAndOfWhatIsRefused() throws Exception {
    ChallengeClaim slots = slots(2, NOW.plus(Duration.ofDays(1)));
    Intent first = intent("a", slots, claim("used"));
    store().intend(first, false, List.of());
    assertThat(store().intend(intent("b", slots, claim("used")), false, List.of()))
        .isEqualTo(new IntendResult.ClaimTaken(claim("used")));
    assertThat(store().intend(intent("c", slots), false, List.of()))
        .isEqualTo(new IntendResult.Intended());
    assertThat(store().intend(intent("d", slots), false, List.of()))
        .isEqualTo(new IntendResult.ClaimTaken(slots));

    store().release(first.id(), List.of());

    assertThat(store().intend(intent("d", slots), false, List.of()))
        .isEqualTo(new IntendResult.Intended());
  }

  private static ChallengeClaim slots(int slots, Instant end) {
    return new ChallengeClaim(ChallengeClaim.DEVICE_RATE, claim("device").key(), slots, end);
  }

  private static <T> List<T> race(Callable<T> runner)
      throws InterruptedException, ExecutionException {
    CountDownLatch start = new CountDownLatch(1);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<T>> futures = new ArrayList<>();
      for (int i = 0; i < RACERS; i++) {
        futures.add(
            threads.submit(
                () -> {
                  start.await();
                  return runner.call();
                }));
      }
      start.countDown();
      List<T> results = new ArrayList<>();
      for (Future<T> future : futures) {
        results.add(future.get());
      }
      return results;
    }
  }
}
