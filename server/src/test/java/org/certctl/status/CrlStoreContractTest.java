package org.certctl.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.certctl.enroll.Enrollments.NOW;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.certctl.audit.AuditEvent;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.enroll.ByteString;
import org.certctl.pki.Revocation;
import org.certctl.pki.RevocationReason;
import org.certctl.pki.SerialNumber;
import org.certctl.pki.Sha256;
import org.junit.jupiter.api.Test;

/// What every {@link CrlStore} promises.
public abstract class CrlStoreContractTest {

  private static final String ISSUER = "iss-local";
  private static final CrlKey KEY = CrlKey.complete(ISSUER);
  private static final Instant SECONDS = NOW.truncatedTo(ChronoUnit.SECONDS);
  private static final Instant LATER = SECONDS.plus(Duration.ofDays(30));

  /// Empty at the start of each test.
  protected abstract CrlStore store();

  /// Issues a certificate with this end and revokes it at {@link
  /// org.certctl.enroll.Enrollments#NOW}.
  ///
  /// @return its serial number
  protected abstract SerialNumber revoke(String name, RevocationReason reason, Instant notAfter)
      throws Exception;

  /// The outcomes of all audit events about CRLs, in order.
  protected abstract List<String> auditedCrls() throws Exception;

  private static CrlEdition edition(long number, int parts) {
    return edition(number, parts, SECONDS);
  }

  private static CrlEdition edition(long number, int parts, Instant thisUpdate) {
    return new CrlEdition(
        KEY,
        number,
        thisUpdate,
        LATER,
        7,
        9,
        parts,
        11,
        Sha256.over(new byte[] {1}),
        CrlExtensions.none());
  }

  private void publish(long number) throws Exception {
    publish(number, SECONDS);
  }

  private void publish(long number, Instant thisUpdate) throws Exception {
    store().keepPart(KEY, number, 0, ByteString.of(new byte[] {(byte) number}));
    assertThat(store().publish(edition(number, 1, thisUpdate), issued(number))).isTrue();
  }

  private static List<AuditEvent> issued(long number) {
    return List.of(
        new AuditEvent.CrlIssued(SECONDS, ISSUER, "complete", Long.toString(number), "9", LATER));
  }

  @Test
  void isEmptyAtFirst() throws Exception {
    assertThat(store().newest(KEY)).isEmpty();
    assertThat(store().changes(ISSUER)).isZero();
    assertThat(store().revoked(KEY, Optional.empty(), Instant.EPOCH, 10)).isEmpty();
  }

  @Test
  void givesOutEachNumberOnceAndNeverLessThanTheTime() throws Exception {
    long first = store().reserve(KEY, SECONDS).number();

    assertThat(first).isEqualTo(SECONDS.getEpochSecond());
    assertThat(store().reserve(KEY, SECONDS).number()).isEqualTo(first + 1);
    assertThat(store().reserve(KEY, SECONDS.minusSeconds(3600)).number()).isEqualTo(first + 2);
    assertThat(store().reserve(KEY, SECONDS.plusSeconds(3600)).number()).isEqualTo(first + 3600);
    assertThat(store().reserve(CrlKey.complete("iss-other"), SECONDS).number()).isEqualTo(first);
  }

  @Test
  void givesOutNumbersToManyAtOnce() throws Exception {
    Callable<Long> one = () -> store().reserve(KEY, SECONDS).number();
    List<Long> numbers = new ArrayList<>();
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var future : executor.invokeAll(Stream.generate(() -> one).limit(50).toList())) {
        numbers.add(future.get());
      }
    }
    assertThat(new HashSet<>(numbers)).hasSize(50);
  }

  @Test
  void aNumberComesWithTheChangesBeforeIt() throws Exception {
    var _ = revoke("a", RevocationReason.SUPERSEDED, LATER);
    assertThat(store().reserve(KEY, SECONDS).changes()).isEqualTo(1);
    var _ = revoke("b", RevocationReason.CERTIFICATE_HOLD, LATER);

    assertThat(store().changes(ISSUER)).isEqualTo(2);
    assertThat(store().reserve(KEY, SECONDS).changes()).isEqualTo(2);
    assertThat(store().changes("iss-other")).isZero();
  }

  @Test
  void tellsWhatIsRevokedPageByPageWithoutWhatHasExpired() throws Exception {
    List<SerialNumber> serials = new ArrayList<>();
    for (String name : List.of("a", "b", "c")) {
      serials.add(revoke(name, RevocationReason.KEY_COMPROMISE, LATER));
    }
    var _ = revoke("ended", RevocationReason.SUPERSEDED, LATER.minusMillis(1));

    List<CrlStore.Revoked> all = new ArrayList<>();
    Optional<SerialNumber> after = Optional.empty();
    for (int page = 0; page < 3; page++) {
      List<CrlStore.Revoked> found = store().revoked(KEY, after, LATER, 1);
      assertThat(found).hasSize(1);
      all.addAll(found);
      after = Optional.of(found.getFirst().serialNumber());
    }

    assertThat(store().revoked(KEY, after, LATER, 1)).isEmpty();
    assertThat(all)
        .extracting(CrlStore.Revoked::serialNumber)
        .containsExactlyInAnyOrderElementsOf(serials);
    assertThat(all)
        .extracting(CrlStore.Revoked::revocation)
        .containsOnly(
            new Revocation(RevocationReason.KEY_COMPROMISE, NOW.truncatedTo(ChronoUnit.MILLIS)));
    assertThat(store().revoked(KEY, Optional.empty(), LATER, 10_000)).hasSize(3);
    assertThatThrownBy(() -> store().revoked(KEY, Optional.empty(), LATER, 10_001))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void publishesWithAuditEvent() throws Exception {
    publish(5);

    assertThat(store().newest(KEY)).contains(edition(5, 1));
    assertThat(store().part(edition(5, 1), 0)).contains(ByteString.of(new byte[] {5}));
    assertThat(store().part(edition(5, 1), 1)).isEmpty();
    assertThat(auditedCrls()).containsExactly("issued");
  }

  @Test
  void whatIsNotPublishedIsNotSeen() throws Exception {
    store().keepPart(KEY, 5, 0, ByteString.of(new byte[] {5}));

    assertThat(store().newest(KEY)).isEmpty();
    assertThat(store().keptPart(KEY, 5, 0)).isEqualTo(ByteString.of(new byte[] {5}));
    assertThatThrownBy(() -> store().keptPart(KEY, 5, 1))
        .isInstanceOf(StoreUnavailableException.class);
  }

  @Test
  void neverGoesBackToALowerNumber() throws Exception {
    store().keepPart(KEY, 4, 0, ByteString.of(new byte[] {4}));
    publish(5);

    assertThat(store().publish(edition(4, 1), issued(4))).isFalse();

    assertThat(store().newest(KEY).map(CrlEdition::number)).contains(5L);
    assertThat(store().part(edition(4, 1), 0)).isEmpty();
    assertThat(auditedCrls()).containsExactly("issued");
  }

  @Test
  void whatWasReplacedCanBeReadForAWhileHoweverManyCame() throws Exception {
    for (long number = 1; number <= 20; number++) {
      publish(number, SECONDS.plusSeconds(number));
    }

    for (long number = 1; number <= 20; number++) {
      assertThat(store().part(edition(number, 1), 0)).isPresent();
    }
  }

  @Test
  void dropsTheOctetsOfWhatWasReplacedLongAgoAndOfWhatWasGivenUp() throws Exception {
    store().keepPart(KEY, 1, 0, ByteString.of(new byte[] {1}));
    Instant replaced = SECONDS.plusSeconds(3600);
    publish(2, SECONDS);
    publish(3, replaced);
    publish(4, replaced.plus(CrlStore.KEPT_AFTER_REPLACEMENT).minusSeconds(1));

    assertThat(store().part(edition(1, 1), 0)).isEmpty();
    assertThat(store().part(edition(2, 1), 0)).as("replaced within the time").isPresent();

    publish(5, replaced.plus(CrlStore.KEPT_AFTER_REPLACEMENT));
    assertThat(store().part(edition(2, 1), 0)).isEmpty();
    for (long number = 3; number <= 5; number++) {
      assertThat(store().part(edition(number, 1), 0)).isPresent();
    }
    assertThat(store().newest(KEY).map(CrlEdition::number)).contains(5L);
  }

  private static CrlEdition complete(long number, long changes, String... distributionPoint) {
    return new CrlEdition(
        KEY,
        number,
        SECONDS,
        LATER,
        changes,
        9,
        1,
        11,
        Sha256.over(new byte[] {1}),
        new CrlExtensions(
            OptionalLong.empty(), List.of(distributionPoint), Optional.of("http://a/delta")));
  }

  private static CrlEdition delta(long number, long base) {
    return new CrlEdition(
        KEY.ofDelta(),
        number,
        SECONDS,
        LATER,
        7,
        9,
        1,
        11,
        Sha256.over(new byte[] {1}),
        new CrlExtensions(
            OptionalLong.of(base), List.of("http://a/1", "http://b/1"), Optional.empty()));
  }

  @Test
  void keepsDeltasAndPartitionsApartUnderTheNumbersTheyShare() throws Exception {
    CrlKey seventh = new CrlKey(ISSUER, 7, false);
    assertThat(store().reserve(KEY, SECONDS).number()).isEqualTo(SECONDS.getEpochSecond());
    assertThat(store().reserve(KEY.ofDelta(), SECONDS).number())
        .isEqualTo(SECONDS.getEpochSecond() + 1);
    assertThat(store().reserve(seventh, SECONDS).number()).isEqualTo(SECONDS.getEpochSecond());

    store().keepPart(KEY, 5, 0, ByteString.of(new byte[] {5}));
    store().keepPart(KEY.ofDelta(), 6, 0, ByteString.of(new byte[] {6}));
    assertThat(store().publish(delta(6, 5), List.of())).isTrue();
    assertThat(store().newest(KEY)).isEmpty();
    assertThat(store().publish(complete(5, 1), List.of())).as("not overtaken").isTrue();

    assertThat(store().newest(KEY)).contains(complete(5, 1));
    assertThat(store().newest(KEY.ofDelta())).contains(delta(6, 5));
    assertThat(store().newest(seventh)).isEmpty();
    assertThat(store().part(complete(5, 1), 0)).contains(ByteString.of(new byte[] {5}));
    assertThat(store().part(delta(6, 5), 0)).contains(ByteString.of(new byte[] {6}));

    store().drop(KEY.ofDelta());
    assertThat(store().newest(KEY.ofDelta())).isEmpty();
    assertThat(store().part(delta(6, 5), 0)).isEmpty();
    assertThat(store().newest(KEY)).contains(complete(5, 1));
  }

  @Test
  void tellsWhatHasChangedSince() throws Exception {
    var _ = revoke("a", RevocationReason.SUPERSEDED, LATER);
    SerialNumber second = revoke("b", RevocationReason.CERTIFICATE_HOLD, LATER);
    var _ = revoke("ended", RevocationReason.SUPERSEDED, LATER.minusMillis(1));

    assertThat(store().changedSince(KEY, 0, Instant.EPOCH, 10)).hasSize(3);
    assertThat(store().changedSince(KEY, 0, Instant.EPOCH, 2)).hasSize(2);
    assertThat(store().changedSince(KEY, 3, Instant.EPOCH, 10)).isEmpty();
    Instant at = NOW.truncatedTo(ChronoUnit.MILLIS);
    assertThat(store().changedSince(KEY, 1, LATER, 10))
        .containsExactly(
            new CrlStore.Changed(
                second, at, Optional.of(new Revocation(RevocationReason.CERTIFICATE_HOLD, at))));
    assertThat(store().lastChange(KEY)).isEqualTo(3);
    assertThat(store().lastChange(new CrlKey(ISSUER, 7, false))).isZero();
  }

  @Test
  void findsTheOldestBaseThatSomebodyMayHave() throws Exception {
    for (long number = 1; number <= 4; number++) {
      assertThat(store().publish(complete(number, number, "http://a/1"), List.of())).isTrue();
    }
    CrlEdition newest = complete(4, 4, "http://a/1");

    assertThat(store().oldestBase(newest, 0, SECONDS).map(CrlEdition::number)).contains(1L);
    assertThat(store().oldestBase(newest, 3, SECONDS).map(CrlEdition::number)).contains(3L);
    assertThat(store().oldestBase(newest, 5, SECONDS)).isEmpty();
    assertThat(store().oldestBase(newest, 0, LATER)).as("ended").isEmpty();
    assertThat(store().oldestBase(newest, 0, SECONDS.minusSeconds(1))).as("future").isEmpty();
    assertThat(store().oldestBase(complete(4, 4, "http://b/1"), 0, SECONDS)).isEmpty();
    assertThat(store().isNamed(KEY.ofDelta(), SECONDS)).isTrue();
    assertThat(store().isNamed(KEY.ofDelta(), LATER)).isFalse();
    assertThat(store().isNamed(new CrlKey(ISSUER, 7, true), SECONDS)).isFalse();
  }
}
