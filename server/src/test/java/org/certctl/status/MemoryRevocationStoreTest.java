package org.certctl.status;

import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import org.certctl.audit.AuditEvent;
import org.certctl.enroll.CertificateInventory;
import org.certctl.enroll.EnrollmentStore;
import org.certctl.enroll.Enrollments;
import org.certctl.enroll.MemoryEnrollmentStore;

class MemoryRevocationStoreTest extends RevocationStoreContractTest {

  private final MemoryEnrollmentStore store =
      new MemoryEnrollmentStore(Clock.fixed(Enrollments.NOW, ZoneOffset.UTC));

  @Override
  protected EnrollmentStore enrollments() {
    return store;
  }

  @Override
  protected RevocationStore store() {
    return store;
  }

  @Override
  protected CertificateInventory inventory() {
    return store;
  }

  @Override
  protected List<String> auditedRevocations() {
    return store.events().stream()
        .filter(AuditEvent.RevocationChanged.class::isInstance)
        .map(event -> ((AuditEvent.RevocationChanged) event).outcome())
        .toList();
  }
}
