package org.certctl.enroll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.certctl.enroll.Enrollments.NOW;
import static org.certctl.enroll.Enrollments.certificate;
import static org.certctl.enroll.Enrollments.intent;
import static org.certctl.enroll.Enrollments.serial;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.certctl.audit.Actor;
import org.certctl.enroll.CertificateSearch.AltName;
import org.certctl.enroll.CertificateSearch.Criterion;
import org.certctl.enroll.CertificateSearch.Cursor;
import org.certctl.enroll.CertificateSearch.Device;
import org.certctl.enroll.CertificateSearch.Endpoint;
import org.certctl.enroll.CertificateSearch.Expiry;
import org.certctl.enroll.CertificateSearch.Fingerprint;
import org.certctl.enroll.CertificateSearch.InState;
import org.certctl.enroll.CertificateSearch.IssuedBy;
import org.certctl.enroll.CertificateSearch.Serial;
import org.certctl.enroll.CertificateSearch.State;
import org.certctl.enroll.CertificateSearch.Subject;
import org.certctl.enroll.CertificateSearch.SubjectPrefix;
import org.certctl.enroll.CertificateSearch.Transaction;
import org.certctl.pki.IssuedCertificate;
import org.certctl.pki.RevocationReason;
import org.certctl.status.RevocationOrder;
import org.certctl.status.RevocationStore;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What {@link CertificateInventory#search} promises, whichever inventory it is.
public abstract class CertificateSearchContractTest {

  private static final Instant LATER = NOW.plus(Duration.ofDays(1));

  /// Where the certificates come from, empty at the start of each test.
  protected abstract EnrollmentStore store();

  /// The inventory over the same data.
  protected abstract CertificateInventory inventory();

  /// The revocations of the same data.
  protected abstract RevocationStore revocations();

  /// Ends in 5, 1 (over by tomorrow), 3, 2 and 4 days and some; c is revoked, d held, e was.
  @BeforeEach
  void issueFive() throws Exception {
    issue("Apple", 5 * 24 + 1);
    issue("apricot", 1);
    issue("cherry", 3 * 24);
    issue("date", 2 * 24);
    issue("elder", 4 * 24);
    Actor actor = Actor.user("alice");
    apply("cherry", RevocationOrder.revoke(RevocationReason.SUPERSEDED, NOW, actor, ""));
    apply("date", RevocationOrder.hold(NOW, actor, ""));
    apply("elder", RevocationOrder.hold(NOW, actor, ""));
    apply("elder", RevocationOrder.release(NOW, actor, ""));
  }

  private void issue(String name, int hours) throws Exception {
    Intent intent = intent(name);
    store().intend(intent, false, List.of());
    store().record(intent.id(), withEnd(name, hours), List.of());
  }

  private static IssuedCertificate withEnd(String name, int hours) {
    return certificate(name, NOW.plus(Duration.ofHours(hours)));
  }

  private void apply(String name, RevocationOrder order) throws Exception {
    var _ = revocations().apply("iss-local", serial(name), order);
  }

  private List<String> find(Criterion... criteria) throws Exception {
    return transactions(
        inventory().search(CertificateSearch.of(criteria), Optional.empty(), 10).entries());
  }

  private static List<String> transactions(List<CertificateInventory.Entry> entries) {
    return entries.stream().map(CertificateInventory.Entry::transactionId).toList();
  }

  @Test
  void findsOneByWhatItAloneHas() throws Exception {
    assertThat(find(new Serial(serial("date")))).containsExactly("date");
    assertThat(find(new Fingerprint(withEnd("date", 48).fingerprint()))).containsExactly("date");
    assertThat(find(new Transaction("date"))).containsExactly("date");
    assertThat(find(new Device("device-date"))).containsExactly("date");
    assertThat(find(new Serial(serial("fig")))).isEmpty();
    assertThat(find(new Fingerprint(withEnd("fig", 48).fingerprint()))).isEmpty();
    assertThat(find(new Transaction("fig"))).isEmpty();
    assertThat(find(new Transaction("Date"))).isEmpty();
    assertThat(find(new Device("device-Date"))).isEmpty();
    assertThat(find(new Device("date"))).isEmpty();
  }

  @Test
  void findsWhatWasRenewedUnlessTheRenewalIsGoodNoMore() throws Exception {
    for (String old : List.of("Apple", "cherry", "apricot")) {
      Intent renewal = Enrollments.renewal("new " + old, withEnd(old, hours(old)));
      store().intend(renewal, false, List.of());
      store().record(renewal.id(), withEnd("new " + old, 1000), List.of());
    }

    assertThat(find(new InState(State.SUPERSEDED, NOW))).containsExactly("apricot", "Apple");
    assertThat(find(new InState(State.SUPERSEDED, LATER))).containsExactly("Apple");
    assertThat(find(new InState(State.VALID, NOW)))
        .containsExactlyInAnyOrder("elder", "new Apple", "new cherry", "new apricot");
    assertThat(find(new InState(State.REVOKED, NOW))).containsExactly("cherry");

    apply("new Apple", RevocationOrder.hold(NOW, Actor.user("alice"), ""));
    assertThat(find(new InState(State.SUPERSEDED, NOW))).containsExactly("apricot");
    apply("new Apple", RevocationOrder.release(NOW, Actor.user("alice"), ""));
    assertThat(find(new InState(State.SUPERSEDED, NOW))).containsExactly("apricot", "Apple");
  }

  private static int hours(String name) {
    return switch (name) {
      case "Apple" -> 5 * 24 + 1;
      case "cherry" -> 3 * 24;
      default -> 1;
    };
  }

  @Test
  void findsBySubjectInEitherCase() throws Exception {
    assertThat(find(new Subject("apple"))).containsExactly("Apple");
    assertThat(find(new Subject("cn=APPLE"))).containsExactly("Apple");
    assertThat(find(new Subject("apple.example"))).isEmpty();
    assertThat(find(new Subject("app"))).isEmpty();
  }

  @Test
  void findsByTheBeginningOfTheSubjectInItsOrder() throws Exception {
    assertThat(find(new SubjectPrefix("AP"))).containsExactly("Apple", "apricot");
    assertThat(find(new SubjectPrefix("CN=apr"))).containsExactly("apricot");
    assertThat(find(new SubjectPrefix("device"))).isEmpty();
    assertThat(find(new SubjectPrefix("apple.example"))).isEmpty();
    assertThatIllegalArgumentException().isThrownBy(() -> new SubjectPrefix("CN="));
  }

  @Test
  void findsBySubjectAltNameWithItsTypeOrWithout() throws Exception {
    assertThat(find(new AltName("APPLE.example"))).containsExactly("Apple");
    assertThat(find(new AltName("dns:apple.example"))).containsExactly("Apple");
    assertThat(find(new AltName("email:apple.example"))).isEmpty();
    assertThat(find(new AltName("apple"))).isEmpty();
  }

  @Test
  void findsLongNamesWhichDifferOnlyAtTheirEnd() throws Exception {
    String longName = "x".repeat(60) + ",O=" + "y".repeat(60) + ",OU=" + "z".repeat(60);
    issue(longName + "1", 48);
    issue(longName + "2", 48);

    assertThat(find(new Subject(longName + "2"))).containsExactly(longName + "2");
    assertThat(find(new AltName(longName + "1.example"))).containsExactly(longName + "1");
    assertThat(find(new SubjectPrefix(longName))).hasSize(2);
    assertThat(find(new SubjectPrefix(longName + "2"))).containsExactly(longName + "2");
  }

  @Test
  void findsByState() throws Exception {
    assertThat(find(new InState(State.REVOKED, NOW))).containsExactly("cherry");
    assertThat(find(new InState(State.HELD, NOW))).containsExactly("date");
    assertThat(find(new InState(State.VALID, NOW))).containsExactly("apricot", "elder", "Apple");
    assertThat(find(new InState(State.VALID, LATER))).containsExactly("elder", "Apple");
    assertThat(find(new InState(State.EXPIRED, LATER))).containsExactly("apricot");
    assertThat(find(new InState(State.EXPIRED, NOW))).isEmpty();
  }

  @Test
  void findsByTheEndOfValidityTheNextFirst() throws Exception {
    assertThat(find(new Expiry(LATER, Expiry.MAX)))
        .containsExactly("date", "cherry", "elder", "Apple");
    assertThat(find(new Expiry(Expiry.MIN, LATER))).containsExactly("apricot");
    Instant end = withEnd("cherry", 72).notAfter();
    assertThat(find(new Expiry(end, end.plusMillis(1)))).containsExactly("cherry");
    assertThat(find(new Expiry(LATER, end))).containsExactly("date");
    assertThat(find(new Expiry(end, LATER))).isEmpty();
  }

  @Test
  void findsByEndpointAndIssuerTheNewestFirst() throws Exception {
    assertThat(find(new Endpoint("default")))
        .containsExactly("elder", "date", "cherry", "apricot", "Apple")
        .isEqualTo(find(new IssuedBy("iss-local")))
        .isEqualTo(find());
    assertThat(find(new Endpoint("wifi"))).isEmpty();
    assertThat(find(new IssuedBy("other"))).isEmpty();
  }

  @Test
  void meetsEveryCriterion() throws Exception {
    assertThat(find(new Endpoint("default"), new InState(State.VALID, LATER)))
        .containsExactly("elder", "Apple");
    assertThat(find(new Expiry(LATER, Expiry.MAX), new InState(State.VALID, NOW)))
        .containsExactly("elder", "Apple");
    assertThat(find(new SubjectPrefix("ap"), new InState(State.EXPIRED, LATER)))
        .containsExactly("apricot");
    assertThat(find(new Device("device-date"), new Subject("cherry"))).isEmpty();
    assertThat(find(new Serial(serial("date")), new Endpoint("wifi"))).isEmpty();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CertificateSearch.of(new Device("a"), new Device("b")));
  }

  @Test
  void pagesInEveryOrderWithoutGapsAndRepetitions() throws Exception {
    issue("apple pie", 4 * 24);
    for (Criterion criterion :
        List.of(
            new Endpoint("default"),
            new IssuedBy("iss-local"),
            new Expiry(NOW, Expiry.MAX),
            new InState(State.VALID, NOW),
            new InState(State.REVOKED, NOW),
            new Device("device-date"),
            new Serial(serial("date")),
            new SubjectPrefix("ap"))) {
      CertificateSearch search = CertificateSearch.of(criterion);
      List<String> paged = new ArrayList<>();
      Optional<Cursor> after = Optional.empty();
      do {
        CertificateSearch.Page page = inventory().search(search, after, 1);
        paged.addAll(transactions(page.entries()));
        after = page.next().map(Cursor::text).map(Cursor::ofText);
        if (after.isPresent()) {
          assertThat(after).contains(search.cursor(page.entries().getLast()));
        }
      } while (after.isPresent());
      assertThat(paged).as("%s", criterion).isEqualTo(find(criterion)).isNotEmpty();
    }
  }

  @Test
  void refusesACursorOfAnotherOrderAndPagesOutOfRange() {
    CertificateSearch search = CertificateSearch.of(new SubjectPrefix("a"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> inventory().search(search, Optional.of(Cursor.newest(7)), 10));
    for (int limit : List.of(0, 1001)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> inventory().search(search, Optional.empty(), limit));
    }
  }
}
