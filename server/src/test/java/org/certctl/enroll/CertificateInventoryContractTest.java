package org.certctl.enroll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.certctl.enroll.Enrollments.NOW;
import static org.certctl.enroll.Enrollments.certificate;
import static org.certctl.enroll.Enrollments.intent;
import static org.certctl.enroll.Enrollments.serial;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.certctl.pki.IssuedCertificate;
import org.certctl.pki.Sha256;
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
                NOW,
                Optional.empty(),
                Optional.empty(),
                false));
    assertThat(inventory().bySerialNumber(serial("b"))).isEmpty();
    assertThat(inventory().byFingerprint(certificate("a").fingerprint())).contains(entry);
    assertThat(inventory().byFingerprint(certificate("b").fingerprint())).isEmpty();
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
  void findsByTheFirstDigitsOfTheSerialNumber() throws Exception {
    issue("a", certificate("a"));
    issue("b", certificate("b"));
    String hex = serial("a").hex();

    assertThat(inventory().bySerialNumberPrefix(hex.substring(0, 9), 10))
        .extracting(entry -> entry.device())
        .containsExactly("device-a");
    assertThat(inventory().bySerialNumberPrefix(hex, 10)).hasSize(1);
    assertThat(inventory().bySerialNumberPrefix(hex + "0", 10)).isEmpty();
    assertThatThrownBy(() -> inventory().bySerialNumberPrefix("", 10))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> inventory().bySerialNumberPrefix("%", 10))
        .isInstanceOf(IllegalArgumentException.class);
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
  void linksARenewalToItsPredecessor() throws Exception {
    issue("a", certificate("a"));
    Intent renewal = Enrollments.renewal("b", "a");
    store().intend(renewal, false, List.of());
    assertThat(Enrollments.open(store())).containsExactly(renewal);
    store().record(renewal.id(), certificate("b"), List.of());

    Sha256 old = certificate("a").fingerprint();
    assertThat(inventory().successors(old))
        .singleElement()
        .satisfies(
            entry -> {
              assertThat(entry.certificate()).isEqualTo(certificate("b"));
              assertThat(entry.predecessor()).contains(old);
            });
    assertThat(inventory().successors(certificate("b").fingerprint())).isEmpty();
    assertThat(inventory().byFingerprint(old))
        .hasValueSatisfying(
            entry -> {
              assertThat(entry.state(NOW)).isEqualTo("superseded");
              assertThat(entry.state(certificate("a").notAfter().plusSeconds(1)))
                  .isEqualTo("expired");
            });
    assertThat(inventory().byFingerprint(certificate("b").fingerprint()))
        .hasValueSatisfying(entry -> assertThat(entry.state(NOW)).isEqualTo("valid"));
  }

  @Test
  void rn8_tellsWhatWasRenewedLongEnoughAgo() throws Exception {
    issue("a", certificate("a"));
    issue("c", certificate("c"));
    Intent renewal = Enrollments.renewal("b", "a");
    store().intend(renewal, false, List.of());
    assertThat(inventory().superseded("default", NOW, NOW, 10)).isEmpty();
    store().record(renewal.id(), certificate("b"), List.of());

    assertThat(inventory().superseded("default", NOW, NOW, 10))
        .extracting(CertificateInventory.Entry::certificate)
        .containsExactly(certificate("a"));
    assertThat(inventory().superseded("other", NOW, NOW, 10)).isEmpty();
    assertThat(inventory().superseded("default", NOW.minusMillis(1), NOW, 10)).isEmpty();
    Instant afterEnd = certificate("a").notAfter().plusSeconds(1);
    assertThat(inventory().superseded("default", afterEnd, afterEnd, 10)).isEmpty();
  }

  @Test
  void sec19_findsAKeyThatIsCertifiedForSomebodyElse() throws Exception {
    issue("a", certificate("a"));
    Sha256 keyOfA = Sha256.over(certificate("a").holder().getSubjectPublicKeyInfo().getEncoded());

    assertThat(inventory().byKeyOfAnother(keyOfA, certificate("b")))
        .hasValueSatisfying(entry -> assertThat(entry.certificate()).isEqualTo(certificate("a")));
    assertThat(inventory().byKeyOfAnother(keyOfA, certificate("a"))).isEmpty();
    Sha256 unknown = certificate("unknown").fingerprint();
    assertThat(inventory().byKeyOfAnother(unknown, certificate("b"))).isEmpty();
  }
}
