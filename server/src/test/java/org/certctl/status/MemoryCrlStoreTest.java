package org.certctl.status;

import java.time.Instant;
import java.util.List;
import org.certctl.enroll.Enrollments;
import org.certctl.pki.Revocation;
import org.certctl.pki.RevocationReason;
import org.certctl.pki.SerialNumber;

class MemoryCrlStoreTest extends CrlStoreContractTest {

  private final MemoryCrlStore store = new MemoryCrlStore();

  @Override
  protected CrlStore store() {
    return store;
  }

  @Override
  protected SerialNumber revoke(String name, RevocationReason reason, Instant notAfter) {
    Instant at = Enrollments.NOW.truncatedTo(java.time.temporal.ChronoUnit.MILLIS);
    store.revoke("iss-local", Enrollments.serial(name), new Revocation(reason, at), notAfter);
    return Enrollments.serial(name);
  }

  @Override
  protected List<String> auditedCrls() {
    return store.events().stream().map(_ -> "issued").toList();
  }
}
