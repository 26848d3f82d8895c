package org.certctl.enroll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.certctl.enroll.Enrollments.NOW;
import static org.certctl.enroll.Enrollments.certificate;
import static org.certctl.enroll.Enrollments.intent;
import static org.certctl.enroll.Enrollments.serial;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.certctl.pki.IssuedCertificate;
import org.junit.jupiter.api.Test;

/// What every {@link CertificateInventory} promises.
public abstract class CertificateInventoryContractTest {

  /// Where the certificates come from, empty at the start of each test; its clock stands at {@link
  /// Enrollments#NOW}.
  protected abstract EnrollmentStore store();

  /// The inventory over the same data.
  protected abstract CertificateInventory inventory();

  private void issue(String name, IssuedCertificate certificate) throws Exception {
    Intent intent = intent(name);
    store().intend(intent, false, List.of());
    store().record(intent.id(), certificate, List.of());
  }

  @Test
  void isEmptyAtFirst() throws Exception {
    assertThat(inventory().page(Long.MAX_VALUE, 10)).isEmpty();
    assertThat(inventory().bySerialNumber(serial("a"))).isEmpty();
    assertThat(inventory().nextExpiry(NOW)).isEmpty();
  }

  @Test
  void tellsACertificateWithItsEnrollment() throws Exception {
    issue("a", certificate("a"));

    List<CertificateInventory.Entry> found = inventory().bySerialNumber(serial("a"));

    assertThat(found).hasSize(1);
    CertificateInventory.Entry entry = found.getFirst();
    assertThat(entry)
        .isEqualTo(
            new CertificateInventory.Entry(
                entry.position(),
                certificate("a"),
                "default",
                "iss-local",
                "prof-default",
                "device-a",
                "a",
                NOW));
    assertThat(inventory().bySerialNumber(serial("b"))).isEmpty();
  }

  @Test
  void pagesFromTheNewestToTheOldest() throws Exception {
    for (String name : List.of("a", "b", "c", "d", "e")) {
      issue(name, certificate(name));
    }

    List<CertificateInventory.Entry> first = inventory().page(Long.MAX_VALUE, 2);
    List<CertificateInventory.Entry> second = inventory().page(first.getLast().position(), 1000);

    assertThat(first).extracting(entry -> entry.transactionId()).containsExactly("e", "d");
    assertThat(second).extracting(entry -> entry.transactionId()).containsExactly("c", "b", "a");
    assertThat(inventory().page(second.getLast().position(), 10)).isEmpty();
  }

  @Test
  void refusesPagesOutOfRange() {
    assertThatThrownBy(() -> inventory().page(Long.MAX_VALUE, 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> inventory().page(Long.MAX_VALUE, 1001))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void holdsNothingOfOpenAndReleasedIntents() throws Exception {
    store().intend(intent("open"), false, List.of());
    Intent released = intent("released");
    store().intend(released, false, List.of());
    store().release(released.id(), List.of());

    assertThat(inventory().page(Long.MAX_VALUE, 10)).isEmpty();
  }

  @Test
  void knowsTheNextEndAmongThoseStillValid() throws Exception {
    Instant first = Instant.parse("2026-03-02T00:00:00Z");
    Instant second = first.plus(Duration.ofDays(1));
    issue("b", certificate("b", second));
    issue("a", certificate("a", first));

    assertThat(inventory().nextExpiry(NOW)).contains(first);
    assertThat(inventory().nextExpiry(first)).contains(first);
    assertThat(inventory().nextExpiry(first.plusSeconds(1))).contains(second);
    assertThat(inventory().nextExpiry(second.plusSeconds(1))).isEmpty();
  }
}
