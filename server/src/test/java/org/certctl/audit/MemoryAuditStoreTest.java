package org.certctl.audit;

class MemoryAuditStoreTest extends AuditStoreContractTest {

  private final MemoryAuditStore store = new MemoryAuditStore();

  @Override
  protected AuditLog log() {
    return store;
  }

  @Override
  protected AuditStore store() {
    return store;
  }

  @Override
  protected AuditSearch search() {
    return store;
  }
}
