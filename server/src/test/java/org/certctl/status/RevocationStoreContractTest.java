package org.certctl.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.certctl.enroll.Enrollments.NOW;
import static org.certctl.enroll.Enrollments.certificate;
import static org.certctl.enroll.Enrollments.intent;
import static org.certctl.enroll.Enrollments.serial;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.certctl.audit.Actor;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.enroll.CertificateInventory;
import org.certctl.enroll.EnrollmentStore;
import org.certctl.enroll.Intent;
import org.certctl.pki.Revocation;
import org.certctl.pki.RevocationReason;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What every {@link RevocationStore} promises.
public abstract class RevocationStoreContractTest {

  private static final Actor ALICE = Actor.user("alice");
  private static final Instant AT = NOW.plus(Duration.ofDays(1)).truncatedTo(ChronoUnit.MILLIS);
  private static final String ISSUER = "iss-local";

  /// Where the certificates come from, empty at the start of each test.
  protected abstract EnrollmentStore enrollments();

  /// The revocations over the same data.
  protected abstract RevocationStore store();

  /// The inventory over the same data.
  protected abstract CertificateInventory inventory();

  /// The outcomes of all audit events that tell of revocations, in order.
  protected abstract List<String> auditedRevocations() throws Exception;

  @BeforeEach
  void issue() throws Exception {
    Intent intent = intent("a");
    enrollments().intend(intent, false, List.of());
    enrollments().record(intent.id(), certificate("a"), List.of());
  }

  private RevocationOutcome apply(RevocationOrder order) throws StoreUnavailableException {
    return store().apply(ISSUER, serial("a"), order);
  }

  private static RevocationOrder revoke(RevocationReason reason) {
    return RevocationOrder.revoke(reason, AT, ALICE, "a note");
  }

  private Optional<Revocation> shown() throws StoreUnavailableException {
    return inventory().bySerialNumber(serial("a")).getFirst().revocation();
  }

  @Test
  void knowsNothingOfACertificateThatIsGood() throws Exception {
    assertThat(store().find(ISSUER, serial("a"))).isEmpty();
    assertThat(shown()).isEmpty();
  }

  @Test
  void keepsARevocationWithItsAuditEventAndTheInventoryShowsIt() throws Exception {
    Revocation expected = new Revocation(RevocationReason.KEY_COMPROMISE, AT);

    assertThat(apply(revoke(RevocationReason.KEY_COMPROMISE)))
        .isEqualTo(new RevocationOutcome.Changed(Optional.of(expected)));

    assertThat(store().find(ISSUER, serial("a"))).contains(expected);
    assertThat(shown()).contains(expected);
    assertThat(inventory().page(Long.MAX_VALUE, 1).getFirst().revocation()).contains(expected);
    assertThat(inventory().bySerialNumberPrefix(serial("a").hex(), 1).getFirst().revocation())
        .contains(expected);
    assertThat(
            inventory()
                .byFingerprint(certificate("a").fingerprint())
                .flatMap(CertificateInventory.Entry::revocation))
        .contains(expected);
    assertThat(auditedRevocations()).containsExactly("revoked");
  }

  @Test
  void repeatingAnOrderChangesAndAuditsNothing() throws Exception {
    var _ = apply(revoke(RevocationReason.SUPERSEDED));

    assertThat(
            apply(
                RevocationOrder.revoke(
                    RevocationReason.CESSATION_OF_OPERATION, AT.plusSeconds(9), ALICE, "")))
        .isEqualTo(
            new RevocationOutcome.Unchanged(
                Optional.of(new Revocation(RevocationReason.SUPERSEDED, AT))));
    assertThat(auditedRevocations()).containsExactly("revoked");
  }

  @Test
  void holdsAndReleases() throws Exception {
    assertThat(apply(RevocationOrder.release(AT, ALICE, "")))
        .isEqualTo(new RevocationOutcome.Unchanged(Optional.empty()));
    assertThat(apply(RevocationOrder.hold(AT, ALICE, "")))
        .isInstanceOf(RevocationOutcome.Changed.class);
    assertThat(shown().map(Revocation::state)).contains("held");
    assertThat(apply(RevocationOrder.hold(AT, ALICE, "")))
        .isInstanceOf(RevocationOutcome.Unchanged.class);

    assertThat(apply(RevocationOrder.release(AT, ALICE, "found again")))
        .isEqualTo(new RevocationOutcome.Changed(Optional.empty()));

    assertThat(shown()).isEmpty();
    assertThat(store().find(ISSUER, serial("a"))).isEmpty();
    assertThat(apply(RevocationOrder.hold(AT, ALICE, "")))
        .isInstanceOf(RevocationOutcome.Changed.class);
    assertThat(auditedRevocations()).containsExactly("held", "released", "held");
  }

  @Test
  void revokesForGood() throws Exception {
    var _ = apply(revoke(RevocationReason.SUPERSEDED));

    assertThat(apply(RevocationOrder.hold(AT, ALICE, "")))
        .isInstanceOf(RevocationOutcome.Refused.class);
    assertThat(apply(RevocationOrder.release(AT, ALICE, "")))
        .isInstanceOf(RevocationOutcome.Refused.class);
    assertThat(shown().map(Revocation::reason)).contains(RevocationReason.SUPERSEDED);
  }

  @Test
  void aHoldMayBecomeARevocationAndKeepsItsBeginning() throws Exception {
    var _ = apply(RevocationOrder.hold(AT, ALICE, ""));

    var _ =
        apply(
            RevocationOrder.revoke(
                RevocationReason.PRIVILEGE_WITHDRAWN, AT.plusSeconds(60), ALICE, ""));

    assertThat(shown()).contains(new Revocation(RevocationReason.PRIVILEGE_WITHDRAWN, AT));
  }

  @Test
  void aKeyCompromiseCanBeSaidLater() throws Exception {
    var _ = apply(revoke(RevocationReason.SUPERSEDED));

    assertThat(apply(revoke(RevocationReason.KEY_COMPROMISE)))
        .isInstanceOf(RevocationOutcome.Changed.class);
    assertThat(shown()).contains(new Revocation(RevocationReason.KEY_COMPROMISE, AT));
    assertThat(auditedRevocations()).containsExactly("revoked", "revoked");
  }

  @Test
  void refusesWhatItDidNotIssue() throws Exception {
    RevocationOrder order = revoke(RevocationReason.UNSPECIFIED);

    assertThat(store().apply(ISSUER, serial("b"), order))
        .isEqualTo(new RevocationOutcome.UnknownCertificate());
    assertThat(store().apply("iss-other", serial("a"), order))
        .isEqualTo(new RevocationOutcome.UnknownCertificate());
    assertThat(auditedRevocations()).isEmpty();
  }

  @Test
  void ofTwoAtOnceOneChangesTheStateAndTheOtherFindsIt() throws Exception {
    Callable<RevocationOutcome> one = () -> apply(revoke(RevocationReason.SUPERSEDED));
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<RevocationOutcome>> outcomes =
          executor.invokeAll(Stream.generate(() -> one).limit(20).toList());
      long changed = 0;
      for (Future<RevocationOutcome> outcome : outcomes) {
        changed += outcome.get() instanceof RevocationOutcome.Changed ? 1 : 0;
      }
      assertThat(changed).isEqualTo(1);
    }
    assertThat(auditedRevocations()).containsExactly("revoked");
  }
}
