package org.certctl.enroll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.certctl.enroll.Enrollments.intended;
import static org.certctl.enroll.Enrollments.intent;

import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import org.certctl.audit.AuditEntry;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.status.RevocationStore;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class MemoryEnrollmentStoreTest extends EnrollmentStoreContractTest {

  private final MemoryEnrollmentStore store =
      new MemoryEnrollmentStore(Clock.fixed(Enrollments.NOW, ZoneOffset.UTC));

  @Override
  protected EnrollmentStore store() {
    return store;
  }

  @Override
  protected List<String> auditedOutcomes() {
    return store.events().stream().map(event -> AuditEntry.of(event).outcome()).toList();
  }

  @Test
  void failsOnceBeforeTheEffect() throws Exception {
    store.fail(MemoryEnrollmentStore.Failure.BEFORE_EFFECT);

    assertThatThrownBy(() -> store.intend(intent("a"), false, intended("a")))
        .isInstanceOf(StoreUnavailableException.class);
    assertThat(store.openIntents()).isEmpty();
    assertThat(store.intend(intent("a"), false, intended("a")))
        .isEqualTo(new IntendResult.Intended());
  }

  @Test
  void failsOnceAfterTheEffect() {
    store.fail(MemoryEnrollmentStore.Failure.AFTER_EFFECT);

    assertThatThrownBy(() -> store.intend(intent("a"), false, intended("a")))
        .isInstanceOf(StoreUnavailableException.class);
    assertThat(store.openIntents()).hasSize(1);
    assertThat(auditedOutcomes()).containsExactly("intended");
  }

  @Nested
  class Inventory extends CertificateInventoryContractTest {

    @Override
    protected EnrollmentStore store() {
      return store;
    }

    @Override
    protected CertificateInventory inventory() {
      return store;
    }
  }

  @Nested
  class Pending extends PendingStoreContractTest {

    private final MemoryPendingStore pending = new MemoryPendingStore(store);

    @Override
    protected PendingStore pending() {
      return pending;
    }

    @Override
    protected PendingDecisions decisions() {
      return pending;
    }

    @Override
    protected EnrollmentStore enrollments() {
      return store;
    }

    @Override
    protected List<String> auditedOutcomes() {
      return MemoryEnrollmentStoreTest.this.auditedOutcomes();
    }
  }

  @Nested
  class Search extends CertificateSearchContractTest {

    @Override
    protected EnrollmentStore store() {
      return store;
    }

    @Override
    protected CertificateInventory inventory() {
      return store;
    }

    @Override
    protected RevocationStore revocations() {
      return store;
    }
  }
}
