package org.certctl.store.sqlite;

import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import org.certctl.audit.AuditLog;
import org.certctl.audit.AuditSearch;
import org.certctl.audit.AuditStore;
import org.certctl.audit.AuditStoreContractTest;
import org.certctl.audit.StoredEvent;
import org.certctl.enroll.CertificateInventory;
import org.certctl.enroll.CertificateInventoryContractTest;
import org.certctl.enroll.EnrollmentStore;
import org.certctl.enroll.EnrollmentStoreContractTest;
import org.certctl.enroll.Enrollments;
import org.certctl.store.StoreObserver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

class SqliteContractTest extends EnrollmentStoreContractTest {

  @TempDir Path folder;
  private SqliteStore store;

  @BeforeEach
  void open() throws Exception {
    store =
        SqliteStore.open(
            folder.resolve("certctl.db"),
            Clock.fixed(Enrollments.NOW, ZoneOffset.UTC),
            StoreObserver.none());
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Override
  protected EnrollmentStore store() {
    return store.enrollments();
  }

  @Override
  protected List<String> auditedOutcomes() throws Exception {
    return store.auditStore().events(1, 1000).stream()
        .map(StoredEvent::entry)
        .map(entry -> entry.outcome())
        .toList();
  }

  @Nested
  class Inventory extends CertificateInventoryContractTest {

    @Override
    protected EnrollmentStore store() {
      return store.enrollments();
    }

    @Override
    protected CertificateInventory inventory() {
      return store.certificates();
    }
  }

  @Nested
  class Audit extends AuditStoreContractTest {

    @Override
    protected AuditLog log() {
      return store.auditLog();
    }

    @Override
    protected AuditStore store() {
      return store.auditStore();
    }

    @Override
    protected AuditSearch search() {
      return store.auditSearch();
    }
  }
}
