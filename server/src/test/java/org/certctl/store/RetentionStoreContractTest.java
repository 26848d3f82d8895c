package org.certctl.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.certctl.enroll.Enrollments.NOW;
import static org.certctl.enroll.Enrollments.certificate;
import static org.certctl.enroll.Enrollments.digest;
import static org.certctl.enroll.Enrollments.facts;
import static org.certctl.enroll.Enrollments.intended;
import static org.certctl.enroll.Enrollments.intent;
import static org.certctl.enroll.Enrollments.issued;
import static org.certctl.enroll.Enrollments.key;
import static org.certctl.enroll.Enrollments.released;
import static org.certctl.enroll.Enrollments.renewal;
import static org.certctl.enroll.Enrollments.serial;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.certctl.audit.Actor;
import org.certctl.audit.AuditQuery;
import org.certctl.challenge.ChallengeClaim;
import org.certctl.enroll.ApprovalRules;
import org.certctl.enroll.ByteString;
import org.certctl.enroll.CertificateInventory;
import org.certctl.enroll.CertificateSearch;
import org.certctl.enroll.EnrollmentStore;
import org.certctl.enroll.Intent;
import org.certctl.enroll.PendingEnrollment;
import org.certctl.enroll.PendingId;
import org.certctl.pki.RevocationReason;
import org.certctl.pki.Sha256;
import org.certctl.pki.TestRequests;
import org.certctl.retention.RetentionStore;
import org.certctl.retention.RetentionStore.Place;
import org.certctl.retention.RetentionStore.Step;
import org.certctl.status.CrlEdition;
import org.certctl.status.CrlExtensions;
import org.certctl.status.CrlKey;
import org.certctl.status.RevocationOrder;
import org.certctl.status.RevocationOutcome;
import org.junit.jupiter.api.Test;

/// What every {@link RetentionStore} promises.
public abstract class RetentionStoreContractTest {

  private static final Duration DAY = Duration.ofDays(1);
  private static final Instant LATER = NOW.plus(Duration.ofDays(100));

  /// Everything, empty at the start of each test; its clock stands at {@link
  /// org.certctl.enroll.Enrollments#NOW}.
  protected abstract Store data();

  private RetentionStore store() {
    return data().retention();
  }

  private EnrollmentStore enrollments() {
    return data().enrollments();
  }

  private CertificateInventory inventory() {
    return data().certificates();
  }

  private Intent open(String name, ChallengeClaim... claims) throws Exception {
    Intent intent = intent(name, claims);
    enrollments().intend(intent, false, intended(name));
    return intent;
  }

  private void issue(Intent intent, String name, Duration left) throws Exception {
    enrollments().intend(intent, false, intended(name));
    enrollments().record(intent.id(), certificate(name, NOW.plus(left)), issued(name));
  }

  private void issue(String name, Duration left) throws Exception {
    issue(intent(name), name, left);
  }

  private int removeEnrollments(Instant until) throws Exception {
    int removed = 0;
    Optional<Place> place = Optional.of(Place.FIRST);
    while (place.isPresent()) {
      Step step = store().removeEnrollments(place.get(), until, LATER);
      removed += step.removed();
      place = step.next();
    }
    return removed;
  }

  private int removeCertificates(Instant until) throws Exception {
    int removed = 0;
    Optional<Place> place = Optional.of(Place.FIRST);
    while (place.isPresent()) {
      Step step = store().removeCertificates(place.get(), until, LATER);
      removed += step.removed();
      place = step.next();
    }
    return removed;
  }

  private boolean isKnown(String name) throws Exception {
    return enrollments().find(key(name)).isPresent();
  }

  private boolean isListed(String name) throws Exception {
    boolean listed = !inventory().bySerialNumber(serial(name)).isEmpty();
    assertThat(
            inventory()
                .search(
                    CertificateSearch.of(new CertificateSearch.Device("device-" + name)),
                    Optional.empty(),
                    10)
                .entries())
        .hasSize(listed ? 1 : 0);
    return listed;
  }

  private List<String> told() throws Exception {
    return data().auditSearch().find(AuditQuery.newest(1000)).stream()
        .filter(entry -> entry.action().equals("retention"))
        .map(entry -> entry.resourceType() + " " + entry.outcome() + " " + entry.details())
        .toList();
  }

  @Test
  void removesWhatWasDecidedAndNothingElse() throws Exception {
    issue("issued", DAY);
    Intent given = open("released");
    enrollments().release(given.id(), released("released"));
    Intent open = open("open");

    assertThat(removeEnrollments(NOW.minusMillis(1))).isZero();
    assertThat(isKnown("issued")).isTrue();
    assertThat(told()).isEmpty();

    assertThat(removeEnrollments(NOW.truncatedTo(ChronoUnit.MILLIS))).isEqualTo(2);
    assertThat(isKnown("issued")).isFalse();
    assertThat(isListed("issued")).isTrue();
    assertThat(enrollments().openIntents()).containsExactly(open.id());
    assertThat(told()).containsExactly("enrollments removed {count=2, until=" + NOW + "}");
    assertThat(inventory().removedUntil()).isEmpty();
    assertThat(removeEnrollments(LATER)).isZero();
  }

  @Test
  void whatAClaimRefersToStaysUntilTheClaimIsGone() throws Exception {
    ChallengeClaim claim = new ChallengeClaim("onetime", digest("claim"), NOW);
    issue(intent("a", claim), "a", DAY);

    assertThat(removeEnrollments(LATER)).isZero();
    assertThat(removeCertificates(LATER)).isZero();
    assertThat(isKnown("a")).isTrue();

    assertThat(data().forgetExpiredClaims()).isEqualTo(1);
    assertThat(removeEnrollments(LATER)).isEqualTo(1);
    assertThat(removeCertificates(LATER)).isEqualTo(1);
  }

  @Test
  void whatAHumanAgreedToStaysUntilThatIsForgotten() throws Exception {
    PendingEnrollment waiting =
        new PendingEnrollment(
            new PendingId(UUID.randomUUID()),
            key("a"),
            digest("a requester"),
            digest("a challenge"),
            "static",
            TestRequests.of("CN=a"),
            facts("a"),
            List.of(),
            NOW,
            LATER);
    data()
        .pending()
        .queue(
            waiting,
            new ApprovalRules(ApprovalRules.Mode.REQUIRED, Duration.ofDays(7), 10, 10),
            List.of());
    assertThat(data().pendingDecisions().approve(waiting.id(), "anna", NOW, List.of())).isTrue();
    Intent intent = intent("a");
    assertThat(data().pending().redeem(waiting.id(), intent, List.of())).isTrue();
    enrollments().record(intent.id(), certificate("a", NOW.plus(DAY)), issued("a"));

    assertThat(removeEnrollments(LATER)).isZero();
    assertThat(removeCertificates(LATER)).isZero();

    assertThat(data().pending().forgetClosed(LATER)).isEqualTo(1);
    assertThat(removeCertificates(LATER)).isEqualTo(1);
    assertThat(isKnown("a")).isFalse();
  }

  @Test
  void goesInSmallStepsPastWhatStays() throws Exception {
    int all = 2 * RetentionStore.STEP + 1;
    Intent kept = open("kept");
    for (int i = 1; i < all; i++) {
      issue("e" + i, DAY);
    }

    Step first = store().removeEnrollments(Place.FIRST, LATER, LATER);
    assertThat(first.removed()).isEqualTo(RetentionStore.STEP - 1);
    Step second = store().removeEnrollments(first.next().orElseThrow(), LATER, LATER);
    assertThat(second.removed()).isEqualTo(RetentionStore.STEP);
    Step third = store().removeEnrollments(second.next().orElseThrow(), LATER, LATER);
    assertThat(third).isEqualTo(new Step(1, Optional.empty()));
    assertThat(enrollments().openIntents()).containsExactly(kept.id());

    Step certificates = store().removeCertificates(Place.FIRST, LATER, LATER);
    assertThat(certificates.removed()).isEqualTo(RetentionStore.STEP);
    assertThat(removeCertificates(LATER)).isEqualTo(RetentionStore.STEP);
    assertThat(told()).hasSize(5);
  }

  @Test
  void certificatesGoWithEverythingOfThem() throws Exception {
    issue("first", DAY);
    issue("second", DAY.multipliedBy(2));
    issue("third", DAY.multipliedBy(3));
    List<Instant> ends = new ArrayList<>();
    for (String name : List.of("first", "second", "third")) {
      ends.add(inventory().bySerialNumber(serial(name)).getFirst().certificate().notAfter());
    }

    assertThat(removeCertificates(ends.get(0).minusMillis(1))).isZero();
    assertThat(inventory().removedUntil()).isEmpty();
    assertThat(removeCertificates(ends.get(1))).isEqualTo(2);

    assertThat(isListed("first")).isFalse();
    assertThat(isListed("second")).isFalse();
    assertThat(isListed("third")).isTrue();
    assertThat(isKnown("first")).isFalse();
    assertThat(isKnown("third")).isTrue();
    assertThat(inventory().search(CertificateSearch.of(), Optional.empty(), 10).entries())
        .hasSize(1);
    assertThat(inventory().removedUntil()).contains(ends.get(1));
    assertThat(told()).containsExactly("certificates removed {count=2, until=" + ends.get(1) + "}");
    assertThat(revoke("first")).isInstanceOf(RevocationOutcome.UnknownCertificate.class);

    assertThat(removeCertificates(LATER)).isEqualTo(1);
    assertThat(inventory().removedUntil()).contains(ends.get(2));
  }

  private RevocationOutcome revoke(String name) throws Exception {
    return data()
        .revocations()
        .apply(
            "iss-local",
            serial(name),
            RevocationOrder.revoke(RevocationReason.KEY_COMPROMISE, NOW, Actor.user("alice"), ""));
  }

  private void publish(long number, Instant thisUpdate, Instant nextUpdate) throws Exception {
    CrlEdition edition =
        new CrlEdition(
            CrlKey.complete("iss-local"),
            number,
            thisUpdate.truncatedTo(ChronoUnit.SECONDS),
            nextUpdate.truncatedTo(ChronoUnit.SECONDS),
            1,
            1,
            1,
            1,
            Sha256.over(new byte[] {1}),
            CrlExtensions.none());
    data().crls().keepPart(edition.key(), number, 0, ByteString.of(new byte[] {1}));
    assertThat(data().crls().publish(edition, List.of())).isTrue();
  }

  @Test
  void whatWasRevokedStaysUntilNoCrlThatIsGoodIsOlderThanItsEnd() throws Exception {
    issue("revoked", DAY);
    issue("other", DAY);
    assertThat(revoke("revoked")).isInstanceOf(RevocationOutcome.Changed.class);

    assertThat(removeCertificates(LATER)).as("there is no CRL").isEqualTo(1);
    assertThat(isListed("revoked")).isTrue();
    publish(1, NOW, NOW.plus(DAY.multipliedBy(3)));
    assertThat(removeCertificates(LATER)).as("it is older").isZero();
    publish(2, NOW.plus(DAY.multipliedBy(2)), NOW.plus(DAY.multipliedBy(5)));
    assertThat(removeCertificates(LATER)).as("the older one is good").isZero();
    publish(3, NOW.plus(DAY.multipliedBy(4)), NOW.plus(DAY.multipliedBy(7)));
    assertThat(removeCertificates(LATER)).isEqualTo(1);

    assertThat(isListed("revoked")).isFalse();
    assertThat(data().revocations().find("iss-local", serial("revoked"))).isEmpty();
    assertThat(
            data()
                .crls()
                .revoked(CrlKey.complete("iss-local"), Optional.empty(), Instant.EPOCH, 10))
        .isEmpty();
    assertThat(data().crls().changes("iss-local")).isEqualTo(1);
  }

  @Test
  void aRenewalStaysAsLongAsWhatItRenewed() throws Exception {
    // `renewal` refers to the certificate that ends in thirty days.
    issue("old", Duration.ofDays(30));
    issue(renewal("new", "old"), "new", DAY);

    assertThat(removeCertificates(NOW.plus(DAY.multipliedBy(2)))).isZero();
    assertThat(inventory().bySerialNumber(serial("old")).getFirst().superseded()).isTrue();

    assertThat(removeCertificates(LATER)).isEqualTo(2);
  }
}
