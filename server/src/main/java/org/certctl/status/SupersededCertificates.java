package org.certctl.status;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.certctl.audit.Actor;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.enroll.CertificateInventory;
import org.certctl.pki.RevocationReason;

/// Revokes certificates some time after they were renewed (RFC 8894, section 7.4).
///
/// Not at once: SCEP has no receipt, and a device whose answer was lost has only its old
/// certificate. What is due follows from the inventory alone, so that it survives restarts and a
/// change of configuration; doing it twice changes nothing. Certificates on hold are left to
/// whoever holds them.
public final class SupersededCertificates {

  private static final int AT_ONCE = 500;

  private final CertificateInventory inventory;
  private final RevocationStore revocations;
  private final Map<String, Duration> delays;
  private final Clock clock;

  /// @param inventory says what was renewed, and when
  /// @param revocations takes the revocations
  /// @param delays how long after a renewal, by endpoint; endpoints that revoke nothing are absent
  /// @param clock the server's clock
  public SupersededCertificates(
      CertificateInventory inventory,
      RevocationStore revocations,
      Map<String, Duration> delays,
      Clock clock) {
    this.inventory = inventory;
    this.revocations = revocations;
    this.delays = Map.copyOf(delays);
    this.clock = clock;
  }

  /// Revokes what is due.
  ///
  /// @return how many
  public int revokeDue() throws StoreUnavailableException {
    int revoked = 0;
    for (Map.Entry<String, Duration> delay : delays.entrySet()) {
      Instant now = clock.instant();
      List<CertificateInventory.Entry> due;
      do {
        due = inventory.superseded(delay.getKey(), now.minus(delay.getValue()), now, AT_ONCE);
        for (CertificateInventory.Entry entry : due) {
          RevocationOutcome outcome =
              revocations.apply(
                  entry.issuerId(),
                  entry.certificate().serialNumber(),
                  RevocationOrder.revoke(
                      RevocationReason.SUPERSEDED, now, Actor.system(), "renewed"));
          revoked += outcome instanceof RevocationOutcome.Changed ? 1 : 0;
        }
      } while (due.size() == AT_ONCE);
    }
    return revoked;
  }
}
