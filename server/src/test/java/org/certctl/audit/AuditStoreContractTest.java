package org.certctl.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.certctl.enroll.Enrollments.NOW;

import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.certctl.enroll.Enrollments;
import org.certctl.pki.Sha256;
import org.certctl.pki.SigningUnavailableException;
import org.junit.jupiter.api.Test;

/// What every {@link AuditStore}, {@link AuditLog} and {@link AuditSearch} promises.
public abstract class AuditStoreContractTest {

  private final AuditKeys keys = AuditKeys.generate();

  /// Takes events; empty at the start of each test.
  protected abstract AuditLog log();

  /// The same trail.
  protected abstract AuditStore store();

  /// The same trail.
  protected abstract AuditSearch search();

  private BlockSealer sealer() {
    return new BlockSealer(store(), keys, keys.publicKey(), Clock.fixed(NOW, ZoneOffset.UTC));
  }

  private void append(int count) throws Exception {
    for (int i = 0; i < count; i++) {
      log().append(new AuditEvent.ServerStarted(NOW.plusSeconds(i), "v" + i));
    }
  }

  @Test
  void isEmptyAtFirst() throws Exception {
    assertThat(store().events(1, 10)).isEmpty();
    assertThat(store().blocks(1, 10)).isEmpty();
    assertThat(store().head()).isEqualTo(AuditHead.NONE);
    assertThat(search().find(AuditQuery.newest(10))).isEmpty();
    assertThat(sealer().sealPending()).isZero();
  }

  @Test
  void numbersEventsFromOneWithoutGaps() throws Exception {
    append(5);

    assertThat(store().events(1, 10))
        .extracting(StoredEvent::sequence)
        .containsExactly(1L, 2L, 3L, 4L, 5L);
    assertThat(store().events(3, 2)).extracting(StoredEvent::sequence).containsExactly(3L, 4L);
    assertThat(store().events(6, 10)).isEmpty();
  }

  @Test
  void givesBackEventsAsTheyWere() throws Exception {
    AuditEvent event =
        new AuditEvent.EnrollmentRefused(NOW, Enrollments.facts("a"), "challenge_wrong", "no");
    log().append(event);

    StoredEvent stored = store().events(1, 1).getFirst();

    assertThat(stored.entry()).isEqualTo(AuditEntry.of(event).placed(1));
    assertThat(stored.columns()).isEqualTo(stored.entry().withoutDetails());
  }

  @Test
  void numbersEventsOfManyThreadsWithoutGaps() throws Exception {
    List<Callable<Boolean>> writers = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      AuditEvent event = new AuditEvent.ServerStarted(NOW, "v" + i);
      writers.add(
          () -> {
            log().append(event);
            return true;
          });
    }
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Boolean> written : threads.invokeAll(writers)) {
        assertThat(written.get()).isTrue();
      }
    }

    assertThat(store().events(1, 1000))
        .extracting(StoredEvent::sequence)
        .containsExactlyElementsOf(LongStream.rangeClosed(1, 200).boxed().toList());
  }

  @Test
  void forgetsOldBlocksAndGoesOnAfterThem() throws Exception {
    for (int i = 0; i < 3; i++) {
      append(2);
      assertThat(sealer().sealPending()).isEqualTo(2);
    }
    AuditHead second = AuditHead.of(store().blocks(2, 1).getFirst());
    assertThat(store().start()).isEqualTo(AuditHead.NONE);

    store().forget(second, new AuditEvent.ServerStopped(NOW, "x"));

    assertThat(store().start()).isEqualTo(second);
    assertThat(store().blocks(1, 10)).extracting(AuditBlock::number).containsExactly(3L);
    assertThat(store().events(1, 10)).extracting(StoredEvent::sequence).containsExactly(5L, 6L, 7L);
    assertThat(sealer().sealPending()).isEqualTo(1);
    assertThat(new AuditVerifier(store(), List.of(keys.publicKey())).verify(Set.of(second.hash())))
        .isEqualTo(new AuditVerification.Intact(7, 4, 0, store().head().hash()));
  }

  @Test
  void forgetsNeitherTheNewestBlockNorWhatIsNone() throws Exception {
    append(1);
    assertThat(sealer().sealPending()).isEqualTo(1);
    AuditHead first = store().head();
    append(1);
    assertThat(sealer().sealPending()).isEqualTo(1);
    AuditEvent event = new AuditEvent.ServerStopped(NOW, "x");

    for (AuditHead wrong :
        List.of(
            store().head(),
            AuditHead.NONE,
            new AuditHead(1, 1, store().head().hash()),
            new AuditHead(1, 2, first.hash()))) {
      assertThatThrownBy(() -> store().forget(wrong, event))
          .isInstanceOf(IllegalStateException.class);
    }
    assertThat(store().events(1, 10)).hasSize(2);
    assertThat(store().start()).isEqualTo(AuditHead.NONE);
  }

  @Test
  void staysIntactWhenTheClockGoesBack() throws Exception {
    for (Instant now : List.of(NOW.plusSeconds(86_400), NOW, NOW.minusSeconds(86_400))) {
      log().append(new AuditEvent.ServerStarted(now, "1"));
      var _ =
          new BlockSealer(store(), keys, keys.publicKey(), Clock.fixed(now, ZoneOffset.UTC))
              .sealPending();
    }
    assertThat(new AuditVerifier(store(), List.of(keys.publicKey())).verify(Set.of()))
        .isInstanceOf(AuditVerification.Intact.class);
    assertThat(store().head().number()).isEqualTo(3);
  }

  @Test
  void findsByEveryCondition() throws Exception {
    log().append(new AuditEvent.ServerStarted(NOW, "1"));
    log()
        .append(
            new AuditEvent.EnrollmentRefused(
                NOW.plusSeconds(1), Enrollments.facts("a"), "challenge_wrong", ""));
    log()
        .append(
            new AuditEvent.EnrollmentRepeated(NOW.plusSeconds(2), Enrollments.facts("b"), "0b"));
    log().append(new AuditEvent.ServerStopped(NOW.plusSeconds(3), "1"));
    Optional<String> any = Optional.empty();
    Optional<Instant> ever = Optional.empty();

    assertThat(found(AuditQuery.newest(10))).containsExactly(4L, 3L, 2L, 1L);
    assertThat(found(AuditQuery.newest(2))).containsExactly(4L, 3L);
    assertThat(found(query(ever, ever, any, any, any, any, any, any, 3))).containsExactly(2L, 1L);
    assertThat(
            found(
                query(
                    Optional.of(NOW.plusSeconds(1)),
                    Optional.of(NOW.plusSeconds(3)),
                    any,
                    any,
                    any,
                    any,
                    any,
                    any,
                    99)))
        .containsExactly(3L, 2L);
    assertThat(found(query(ever, ever, Optional.of("server"), any, any, any, any, any, 99)))
        .containsExactly(4L, 1L);
    assertThat(found(query(ever, ever, any, Optional.of("refused"), any, any, any, any, 99)))
        .containsExactly(2L);
    assertThat(
            found(query(ever, ever, any, any, Optional.of("challenge_wrong"), any, any, any, 99)))
        .containsExactly(2L);
    assertThat(found(query(ever, ever, any, any, any, Optional.of("default"), any, any, 99)))
        .containsExactly(3L, 2L);
    assertThat(found(query(ever, ever, any, any, any, any, Optional.of("b"), any, 99)))
        .containsExactly(3L);
    assertThat(found(query(ever, ever, any, any, any, any, any, Optional.of("0b"), 99)))
        .containsExactly(3L);
  }

  private static AuditQuery query(
      Optional<Instant> since,
      Optional<Instant> until,
      Optional<String> action,
      Optional<String> outcome,
      Optional<String> reason,
      Optional<String> endpoint,
      Optional<String> transactionId,
      Optional<String> resourceId,
      long before) {
    return new AuditQuery(
        since, until, action, outcome, reason, endpoint, transactionId, resourceId, before, 10);
  }

  private List<Long> found(AuditQuery query) throws Exception {
    return search().find(query).stream().map(AuditEntry::sequence).toList();
  }

  @Test
  void sealsEverythingInBlocksThatVerify() throws Exception {
    int events = BlockSealer.MAX_EVENTS_PER_BLOCK + 10;
    append(events);
    assertThat(sealer().sealPending()).isEqualTo(events);
    append(3);
    assertThat(sealer().sealPending()).isEqualTo(3);
    append(2);

    AuditVerification result =
        new AuditVerifier(store(), List.of(keys.publicKey())).verify(Set.of());

    Sha256 head = store().head().hash();
    assertThat(result).isEqualTo(new AuditVerification.Intact(events + 3, 3, 2, head));
    List<AuditBlock> blocks = store().blocks(1, 10);
    assertThat(store().head()).isEqualTo(AuditHead.of(blocks.getLast()));
    assertThat(blocks).extracting(AuditBlock::number).containsExactly(1L, 2L, 3L);
    assertThat(blocks.get(1).previous()).isEqualTo(blocks.get(0).hash());
    assertThat(blocks.get(0).header()).isEqualTo(store().blocks(1, 1).getFirst().header());
    assertThat(
            new AuditVerifier(store(), List.of(keys.publicKey()))
                .verify(Set.of(blocks.get(0).hash(), head)))
        .isInstanceOf(AuditVerification.Intact.class);
  }

  @Test
  void distrustsKeysNobodyNamed() throws Exception {
    append(1);
    sealer().sealPending();

    assertThat(
            new AuditVerifier(store(), List.of(AuditKeys.generate().publicKey())).verify(Set.of()))
        .isInstanceOfSatisfying(
            AuditVerification.Broken.class,
            broken -> assertThat(broken.problem()).isEqualTo(AuditProblem.SIGNATURE_INVALID));
  }

  @Test
  void missesAHeadThatWasNotedElsewhere() throws Exception {
    append(1);
    sealer().sealPending();

    assertThat(
            new AuditVerifier(store(), List.of(keys.publicKey()))
                .verify(Set.of(Sha256.over(new byte[1]))))
        .isInstanceOfSatisfying(
            AuditVerification.Broken.class,
            broken -> assertThat(broken.problem()).isEqualTo(AuditProblem.HEAD_MISSING));
  }

  @Test
  void givesTheSealerTheOldestEventsThatNoBlockHolds() throws Exception {
    append(2);
    sealer().sealPending();
    append(3);
    List<AuditLeaf> wanted =
        store().events(3, 2).stream()
            .map(event -> new AuditLeaf(event.sequence(), event.leaf()))
            .toList();
    AuditHead before = store().head();

    assertThatThrownBy(
            () ->
                store()
                    .seal(
                        2,
                        (head, leaves) -> {
                          assertThat(head).isEqualTo(before);
                          assertThat(leaves).isEqualTo(wanted);
                          throw new SigningUnavailableException("no key", new IOException());
                        }))
        .isInstanceOf(SigningUnavailableException.class);

    assertThat(store().head()).isEqualTo(before);
    assertThat(store().events(1, 10)).hasSize(5);
  }

  @Test
  void refusesABlockThatDoesNotFollow() throws Exception {
    append(2);
    sealer().sealPending();
    AuditBlock block = store().blocks(1, 1).getFirst();

    append(1);

    assertThatThrownBy(() -> store().seal(10, (head, leaves) -> block))
        .isInstanceOf(IllegalStateException.class);
    assertThat(store().blocks(1, 10)).hasSize(1);
  }

  @Test
  void tellsTheObserverOfSealingAndOfFailure() throws Exception {
    List<String> told = new ArrayList<>();
    AuditSealing.Observer observer =
        new AuditSealing.Observer() {
          @Override
          public void sealed(int events) {
            told.add("sealed " + events);
          }

          @Override
          public void failed(Exception cause) {
            told.add("failed");
          }
        };
    append(2);
    try (AuditSealing sealing = new AuditSealing(sealer(), observer)) {
      sealing.sealPending();
      sealing.sealPending();
      append(1);
    }

    assertThat(told).containsExactly("sealed 2", "sealed 1");
  }
}
