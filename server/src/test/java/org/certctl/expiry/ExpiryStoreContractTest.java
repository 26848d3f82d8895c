package org.certctl.expiry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.certctl.enroll.Enrollments.NOW;
import static org.certctl.enroll.Enrollments.certificate;
import static org.certctl.enroll.Enrollments.digest;
import static org.certctl.enroll.Enrollments.intent;
import static org.certctl.enroll.Enrollments.renewal;
import static org.certctl.enroll.Enrollments.serial;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.certctl.audit.Actor;
import org.certctl.audit.AuditEvent;
import org.certctl.enroll.EnrollmentStore;
import org.certctl.enroll.Intent;
import org.certctl.notice.NoticeOutbox;
import org.certctl.notice.Notices;
import org.certctl.notice.OutboxEntry;
import org.certctl.pki.RevocationReason;
import org.certctl.status.RevocationOrder;
import org.certctl.status.RevocationStore;
import org.junit.jupiter.api.Test;

/// What every {@link ExpiryStore} promises.
public abstract class ExpiryStoreContractTest {

  private static final Duration DAY = Duration.ofDays(1);
  private static final AuditEvent EVENT =
      new AuditEvent.IssuedExpiryNoticed(NOW, "default", "1d", "3", "notice-1");

  /// The store, empty at the start of each test.
  protected abstract ExpiryStore store();

  /// The outbox of the same data.
  protected abstract NoticeOutbox outbox();

  /// Where certificates come from.
  protected abstract EnrollmentStore enrollments();

  /// The revocations of the same data.
  protected abstract RevocationStore revocations();

  /// The outcomes in the audit trail.
  protected abstract List<String> auditedOutcomes() throws Exception;

  private List<OutboxEntry> queued() throws Exception {
    return outbox().page(Long.MAX_VALUE, Optional.empty(), 100);
  }

  @Test
  void tellsOnceForEachThreshold() throws Exception {
    assertThat(tell("a", 7)).isTrue();
    assertThat(tell("a", 7)).isFalse();
    assertThat(tell("b", 7)).isTrue();
    assertThat(tell("a", 1)).isTrue();

    assertThat(store().told(Set.of(digest("a"), digest("b"), digest("c"))))
        .isEqualTo(Map.of(digest("a"), DAY, digest("b"), DAY.multipliedBy(7)));
    assertThat(queued()).hasSize(6);
    assertThat(auditedOutcomes()).containsExactly("noticed", "noticed", "noticed");
  }

  private boolean tell(String name, int days) throws Exception {
    return store()
        .tell(
            new ExpiryStore.Telling(
                digest(name), Duration.ofDays(days), NOW.plus(Duration.ofDays(days)), NOW),
            Notices.server("notice-" + name + days),
            List.of(Notices.WEBHOOK, Notices.ALICE),
            EVENT);
  }

  @Test
  void forgetsWhatWasToldOfThoseLongGoneButForTheOnesStillThere() throws Exception {
    tell("a", 1);
    tell("b", 1);
    tell("c", 7);
    store().forget(NOW.plus(DAY.multipliedBy(2)), Set.of(digest("b")));
    assertThat(store().told(Set.of(digest("a"), digest("b"), digest("c"))))
        .containsOnlyKeys(digest("b"), digest("c"));
  }

  @Test
  void marksMoveOnlyFromWhereTheyWere() throws Exception {
    Map<String, Instant> none = store().marks();
    assertThat(none).isEmpty();
    Map<String, Instant> first = Map.of("x", NOW, "y", NOW);
    assertThat(advance(none, first, "notice-1")).isTrue();
    assertThat(advance(none, Map.of("x", NOW.plusSeconds(1)), "notice-2"))
        .as("it is there already")
        .isFalse();
    assertThat(
            advance(
                Map.of("x", NOW, "y", NOW.plusSeconds(9)),
                Map.of("x", NOW.plusSeconds(1), "y", NOW.plusSeconds(1)),
                "notice-3"))
        .as("one was elsewhere")
        .isFalse();
    assertThat(store().marks()).isEqualTo(first);
    assertThat(queued()).extracting(entry -> entry.notice().id()).containsOnly("notice-1");
    assertThat(auditedOutcomes()).hasSize(1);

    assertThat(advance(store().marks(), Map.of("x", NOW.plusSeconds(1)), "notice-4")).isTrue();
    assertThat(store().marks()).isEqualTo(Map.of("x", NOW.plusSeconds(1), "y", NOW));
  }

  private boolean advance(Map<String, Instant> before, Map<String, Instant> after, String id)
      throws Exception {
    return store()
        .advance(
            before, after, List.of(Notices.server(id)), List.of(Notices.ALICE), List.of(EVENT));
  }

  private void issue(Intent intent, String name, Duration left) throws Exception {
    enrollments().intend(intent, false, List.of());
    enrollments().record(intent.id(), certificate(name, NOW.plus(left)), List.of());
  }

  private List<IssuedEnd> walk(Duration until, int pageSize) throws Exception {
    List<IssuedEnd> all = new ArrayList<>();
    Optional<ExpiryStore.Cursor> cursor = Optional.empty();
    do {
      ExpiryStore.Page page = store().issuedEnds(NOW, NOW.plus(until), cursor, pageSize);
      assertThat(page.ends()).hasSizeLessThanOrEqualTo(pageSize);
      all.addAll(page.ends());
      cursor = page.next();
    } while (cursor.isPresent());
    return all;
  }

  @Test
  void walksTheEndsInTheirOrderAndNoFurther() throws Exception {
    for (int i = 9; i > 0; i--) {
      issue(intent("c" + i), "c" + i, DAY.multipliedBy(i));
      issue(intent("d" + i), "d" + i, DAY.multipliedBy(i));
    }
    issue(intent("ended"), "ended", Duration.ofSeconds(-10));
    for (int pageSize : new int[] {1, 2, 3, 7, 100}) {
      assertThat(walk(DAY.multipliedBy(4), pageSize))
          .as("pages of %d", pageSize)
          .extracting(IssuedEnd::subject)
          .containsExactly("CN=c1", "CN=d1", "CN=c2", "CN=d2", "CN=c3", "CN=d3", "CN=c4", "CN=d4");
    }
  }

  @Test
  void tellsWhatACertificateIsAndWhetherItIsInUse() throws Exception {
    issue(intent("a"), "a", DAY);
    assertThat(walk(DAY, 10))
        .containsExactly(
            new IssuedEnd(
                "iss-local",
                serial("a").hex(),
                "CN=a",
                "default",
                "device-a",
                certificate("a").notBefore(),
                certificate("a", NOW.plus(DAY)).notAfter(),
                true));

    revocations().apply("iss-local", serial("a"), RevocationOrder.hold(NOW, Actor.system(), ""));
    assertThat(walk(DAY, 10)).extracting(IssuedEnd::good).containsExactly(false);
    revocations().apply("iss-local", serial("a"), RevocationOrder.release(NOW, Actor.system(), ""));
    assertThat(walk(DAY, 10)).extracting(IssuedEnd::good).containsExactly(true);
    revoke("a");
    assertThat(walk(DAY, 10)).extracting(IssuedEnd::good).containsExactly(false);
  }

  @Test
  void oneThatWasRenewedIsNotInUseUnlessItsRenewalWasRevoked() throws Exception {
    // `renewal` refers to the certificate that ends in thirty days.
    issue(intent("old"), "old", Duration.ofDays(30));
    issue(renewal("new", "old"), "new", Duration.ofDays(90));
    assertThat(walk(Duration.ofDays(31), 10)).extracting(IssuedEnd::good).containsExactly(false);
    revoke("new");
    assertThat(walk(Duration.ofDays(31), 10)).extracting(IssuedEnd::good).containsExactly(true);
  }

  private void revoke(String name) throws Exception {
    revocations()
        .apply(
            "iss-local",
            serial(name),
            RevocationOrder.revoke(RevocationReason.KEY_COMPROMISE, NOW, Actor.system(), ""));
  }
}
