package org.certctl.store.postgres;

import java.time.Clock;
import org.certctl.store.Store;
import org.certctl.store.StoreContractTest;

class PostgresContractTest extends StoreContractTest {

  @Override
  protected Store open(Clock clock) throws Exception {
    return PostgresServer.open(PostgresServer.freshDatabase(), clock);
  }
}
