package org.certctl.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.certctl.audit.Actor;
import org.certctl.audit.AuditCounts.Count;
import org.certctl.audit.AuditEvent;
import org.certctl.audit.AuditLog;
import org.certctl.audit.AuditSearch;
import org.certctl.audit.AuditStore;
import org.certctl.audit.AuditStoreContractTest;
import org.certctl.audit.StoredEvent;
import org.certctl.challenge.ChallengeClaim;
import org.certctl.challenge.onetime.OneTimeChallengeStore;
import org.certctl.challenge.onetime.OneTimeChallengeStoreContractTest;
import org.certctl.enroll.CertificateInventory;
import org.certctl.enroll.CertificateInventoryContractTest;
import org.certctl.enroll.CertificateSearchContractTest;
import org.certctl.enroll.EnrollmentStore;
import org.certctl.enroll.EnrollmentStoreContractTest;
import org.certctl.enroll.Enrollments;
import org.certctl.enroll.Intent;
import org.certctl.enroll.PendingDecisions;
import org.certctl.enroll.PendingStore;
import org.certctl.enroll.PendingStoreContractTest;
import org.certctl.expiry.ExpiryStore;
import org.certctl.expiry.ExpiryStoreContractTest;
import org.certctl.notice.Notice;
import org.certctl.notice.NoticeOutbox;
import org.certctl.notice.NoticeOutboxContractTest;
import org.certctl.notice.Target;
import org.certctl.pki.RevocationReason;
import org.certctl.pki.SerialNumber;
import org.certctl.rollover.CaGenerations;
import org.certctl.rollover.CaGenerationsContractTest;
import org.certctl.status.CrlKey;
import org.certctl.status.CrlStore;
import org.certctl.status.CrlStoreContractTest;
import org.certctl.status.RevocationOrder;
import org.certctl.status.RevocationStore;
import org.certctl.status.RevocationStoreContractTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// What a store promises on whatever engine: the contracts of all its ports.
public abstract class StoreContractTest extends EnrollmentStoreContractTest {

  private Store store;

  /// Opens an empty store.
  protected abstract Store open(Clock clock) throws Exception;

  /// Changes the database behind the store's back.
  protected abstract void execute(String sql) throws Exception;

  /// Octets as the engine's SQL writes them.
  protected abstract String octets(String hex);

  @BeforeEach
  void openStore() throws Exception {
    store = open(Clock.fixed(Enrollments.NOW, ZoneOffset.UTC));
  }

  @AfterEach
  void closeStore() {
    store.close();
  }

  @Override
  protected EnrollmentStore store() {
    return store.enrollments();
  }

  @Override
  protected List<String> auditedOutcomes() throws Exception {
    return store.auditStore().events(1, 1000).stream()
        .map(StoredEvent::entry)
        .map(entry -> entry.outcome())
        .toList();
  }

  @Test
  void forgetsClaimsWhoseEndHasComeAndNoOthers() throws Exception {
    ChallengeClaim kept = Enrollments.claim("kept");
    ChallengeClaim ended =
        new ChallengeClaim("onetime", Enrollments.claim("ended").key(), Enrollments.NOW);
    store.enrollments().intend(Enrollments.intent("a", ended, kept), false, List.of());

    assertThat(store.forgetExpiredClaims()).isEqualTo(1);
    assertThat(Enrollments.open(store.enrollments()))
        .extracting(Intent::claims)
        .containsExactly(List.of(kept));
  }

  @Test
  void anIntentThatCannotBeReadHidesNoOther() throws Exception {
    EnrollmentStore enrollments = store.enrollments();
    Intent before = Enrollments.intent("a");
    Intent spoilt = Enrollments.intent("b");
    Intent after = Enrollments.intent("c");
    for (Intent intent : List.of(before, spoilt, after)) {
      enrollments.intend(intent, false, List.of());
    }
    for (String octets : List.of("", "00", "3003020109", "30820fff")) {
      execute(
          "UPDATE enrollment SET facts = "
              + octets(octets)
              + " WHERE id = '%s'".formatted(spoilt.id()));

      assertThat(enrollments.openIntents()).containsExactly(before.id(), spoilt.id(), after.id());
      assertThat(enrollments.findOpen(before.id())).isPresent();
      assertThatThrownBy(() -> enrollments.findOpen(spoilt.id()))
          .as(octets)
          .isInstanceOf(IllegalArgumentException.class);
      assertThat(enrollments.findOpen(after.id())).isPresent();
    }
  }

  @Test
  void forgetsExpiredClaimsAmongManyOthers() throws Exception {
    List<ChallengeClaim> claims =
        IntStream.range(0, 2 * ExpiredClaims.STEP + 7)
            .mapToObj(
                i ->
                    new ChallengeClaim(
                        i % 3 == 0 ? "onetime" : "connector_token",
                        Enrollments.claim("claim " + i).key(),
                        i % 2 == 0 ? Enrollments.NOW : Enrollments.NOW.plusSeconds(1)))
            .toList();
    Intent intent = Enrollments.intent("a", claims.toArray(ChallengeClaim[]::new));
    store.enrollments().intend(intent, false, List.of());

    assertThat(store.forgetExpiredClaims()).isEqualTo(ExpiredClaims.STEP + 4);
    assertThat(store.forgetExpiredClaims()).isZero();
    assertThat(store.enrollments().findOpen(intent.id()).orElseThrow().claims())
        .hasSize(ExpiredClaims.STEP + 3)
        .allMatch(claim -> claim.expiresAt().isAfter(Enrollments.NOW));
  }

  @Test
  void countsEnrollmentsByConnectorChallenges() throws Exception {
    AuditLog log = store.auditLog();
    log.append(
        new AuditEvent.EnrollmentRefused(
            Enrollments.NOW, Enrollments.facts("a"), "challenge_wrong", "no"));
    for (String reason : List.of("replay", "expired", "replay")) {
      log.append(
          new AuditEvent.EnrollmentRefused(
              Enrollments.NOW, Enrollments.connectorFacts("b"), reason, "no"));
    }

    assertThat(store.auditCounts().connectorEnrollments())
        .extracting(Count::outcome, Count::reason, Count::events)
        .containsExactlyInAnyOrder(tuple("refused", "replay", 2L), tuple("refused", "expired", 1L));
  }

  @Nested
  class OneTimeChallenges extends OneTimeChallengeStoreContractTest {

    @Override
    protected OneTimeChallengeStore store() {
      return store.oneTimeChallenges();
    }

    @Override
    protected EnrollmentStore enrollments() {
      return store.enrollments();
    }

    @Override
    protected List<String> auditedOutcomes() throws Exception {
      return StoreContractTest.this.auditedOutcomes();
    }
  }

  @Nested
  class Generations extends CaGenerationsContractTest {

    @Override
    protected CaGenerations store() {
      return store.caGenerations();
    }

    @Override
    protected List<String> auditedOutcomes() throws Exception {
      return StoreContractTest.this.auditedOutcomes();
    }
  }

  @Nested
  class Inventory extends CertificateInventoryContractTest {

    @Override
    protected EnrollmentStore store() {
      return store.enrollments();
    }

    @Override
    protected CertificateInventory inventory() {
      return store.certificates();
    }
  }

  @Nested
  class Search extends CertificateSearchContractTest {

    @Override
    protected EnrollmentStore store() {
      return store.enrollments();
    }

    @Override
    protected CertificateInventory inventory() {
      return store.certificates();
    }

    @Override
    protected RevocationStore revocations() {
      return store.revocations();
    }
  }

  @Nested
  class Audit extends AuditStoreContractTest {

    @Override
    protected AuditLog log() {
      return store.auditLog();
    }

    @Override
    protected AuditStore store() {
      return store.auditStore();
    }

    @Override
    protected AuditSearch search() {
      return store.auditSearch();
    }
  }

  @Nested
  class Revocations extends RevocationStoreContractTest {

    @Override
    protected EnrollmentStore enrollments() {
      return store.enrollments();
    }

    @Override
    protected RevocationStore store() {
      return store.revocations();
    }

    @Override
    protected CertificateInventory inventory() {
      return store.certificates();
    }

    @Override
    protected List<String> auditedRevocations() throws Exception {
      return store.auditStore().events(1, 1000).stream()
          .map(StoredEvent::entry)
          .filter(entry -> entry.action().equals("cert_revocation"))
          .map(entry -> entry.outcome())
          .toList();
    }
  }

  @Nested
  class Crls extends CrlStoreContractTest {

    @Override
    protected CrlStore store() {
      return store.crls();
    }

    @Override
    protected SerialNumber revoke(String name, RevocationReason reason, Instant notAfter)
        throws Exception {
      Intent intent = Enrollments.intent(name);
      store.enrollments().intend(intent, false, List.of());
      // Certificates have whole seconds; an end within one is rounded down, as it must be.
      store.enrollments().record(intent.id(), Enrollments.certificate(name, notAfter), List.of());
      Actor actor = Actor.user("alice");
      var _ =
          store
              .revocations()
              .apply(
                  "iss-local",
                  Enrollments.serial(name),
                  reason == RevocationReason.CERTIFICATE_HOLD
                      ? RevocationOrder.hold(Enrollments.NOW, actor, "")
                      : RevocationOrder.revoke(reason, Enrollments.NOW, actor, ""));
      return Enrollments.serial(name);
    }

    @Override
    protected List<String> auditedCrls() throws Exception {
      return store.auditStore().events(1, 1000).stream()
          .map(StoredEvent::entry)
          .filter(entry -> entry.action().equals("crl"))
          .map(entry -> entry.outcome())
          .toList();
    }

    @Test
    void aReleasedHoldIsNotListed() throws Exception {
      SerialNumber serialNumber =
          revoke("a", RevocationReason.CERTIFICATE_HOLD, Enrollments.NOW.plusSeconds(60));
      assertThat(
              crls().revoked(CrlKey.complete("iss-local"), Optional.empty(), Enrollments.NOW, 10))
          .hasSize(1);

      var _ =
          store
              .revocations()
              .apply(
                  "iss-local",
                  serialNumber,
                  RevocationOrder.release(Enrollments.NOW, Actor.user("alice"), ""));

      assertThat(
              crls().revoked(CrlKey.complete("iss-local"), Optional.empty(), Enrollments.NOW, 10))
          .isEmpty();
      assertThat(crls().changes("iss-local")).isEqualTo(2);
    }

    @Test
    void aReleaseIsAChangeOfItsOwn() throws Exception {
      SerialNumber serialNumber =
          revoke("a", RevocationReason.CERTIFICATE_HOLD, Enrollments.NOW.plusSeconds(60));
      CrlKey key = CrlKey.complete("iss-local");
      var _ =
          store
              .revocations()
              .apply(
                  "iss-local",
                  serialNumber,
                  RevocationOrder.release(Enrollments.NOW.plusSeconds(1), Actor.user("alice"), ""));

      assertThat(crls().changedSince(key, 1, Enrollments.NOW, 10))
          .containsExactly(
              new CrlStore.Changed(
                  serialNumber,
                  Enrollments.NOW.plusSeconds(1).truncatedTo(ChronoUnit.MILLIS),
                  Optional.empty()));
    }

    @Test
    void aCertificateIsInThePartitionThatItNames() throws Exception {
      String location = "http://pki.example.com/.well-known/pki/crl/iss-local/";
      SerialNumber seventh = revokeNaming("a", location + 7);
      var _ = revokeNaming("b", location + 8);
      var _ = revokeNaming("c", location.replace("iss-local", "iss-other") + 7);
      var _ = revokeNaming("d", "http://pki.example.com/7");
      CrlKey key = new CrlKey("iss-local", 7, false);

      assertThat(crls().revoked(key, Optional.empty(), Enrollments.NOW, 10))
          .extracting(CrlStore.Revoked::serialNumber)
          .containsExactly(seventh);
      assertThat(crls().changedSince(key, 0, Enrollments.NOW, 10)).hasSize(1);
      assertThat(crls().lastChange(key)).isEqualTo(1);
      assertThat(
              crls().revoked(CrlKey.complete("iss-local"), Optional.empty(), Enrollments.NOW, 10))
          .hasSize(4);
      assertThat(crls().partitions("iss-local"))
          .extracting(CrlStore.NamedPartition::number, CrlStore.NamedPartition::location)
          .containsExactly(tuple(7, location + 7), tuple(8, location + 8));
      assertThat(crls().partitions("iss-local").getFirst().lastEnd())
          .isBetween(
              Enrollments.NOW.plus(Duration.ofDays(30)), Enrollments.NOW.plus(Duration.ofDays(31)));
    }

    private SerialNumber revokeNaming(String name, String location) throws Exception {
      Intent intent = Enrollments.intent(name);
      store.enrollments().intend(intent, false, List.of());
      store.enrollments().record(intent.id(), Enrollments.naming(name, location), List.of());
      var _ =
          store
              .revocations()
              .apply(
                  "iss-local",
                  Enrollments.serial(name),
                  RevocationOrder.revoke(
                      RevocationReason.SUPERSEDED, Enrollments.NOW, Actor.user("alice"), ""));
      return Enrollments.serial(name);
    }

    private CrlStore crls() {
      return store.crls();
    }
  }

  @Nested
  class Pending extends PendingStoreContractTest {

    @Override
    protected PendingStore pending() {
      return store.pending();
    }

    @Override
    protected PendingDecisions decisions() {
      return store.pendingDecisions();
    }

    @Override
    protected EnrollmentStore enrollments() {
      return store.enrollments();
    }

    @Override
    protected List<String> auditedOutcomes() throws Exception {
      return StoreContractTest.this.auditedOutcomes();
    }
  }

  @Nested
  class Notices extends NoticeOutboxContractTest {

    @Override
    protected NoticeOutbox outbox() {
      return store.notices();
    }

    @Override
    protected void put(Notice notice, List<Target> targets) throws Exception {
      assertThat(
              store
                  .expiry()
                  .advance(
                      Map.of(),
                      Map.of(notice.id(), notice.at()),
                      List.of(notice),
                      targets,
                      List.of()))
          .isTrue();
    }

    @Override
    protected List<String> auditedDeliveries() throws Exception {
      return auditedOutcomes();
    }
  }

  @Nested
  class Retention extends RetentionStoreContractTest {

    @Override
    protected Store data() {
      return store;
    }
  }

  @Nested
  class Expiry extends ExpiryStoreContractTest {

    @Override
    protected ExpiryStore store() {
      return store.expiry();
    }

    @Override
    protected NoticeOutbox outbox() {
      return store.notices();
    }

    @Override
    protected EnrollmentStore enrollments() {
      return store.enrollments();
    }

    @Override
    protected RevocationStore revocations() {
      return store.revocations();
    }

    @Override
    protected List<String> auditedOutcomes() throws Exception {
      return StoreContractTest.this.auditedOutcomes();
    }
  }
}
