package org.certctl.store.postgres;

import java.time.Clock;
import java.util.Objects;
import org.certctl.store.Store;
import org.certctl.store.StoreContractTest;
import org.jspecify.annotations.Nullable;

class PostgresContractTest extends StoreContractTest {

  private @Nullable PostgresConfig database;

  @Override
  protected Store open(Clock clock) throws Exception {
    database = PostgresServer.freshDatabase();
    return PostgresServer.open(database, clock);
  }

  @Override
  protected void execute(String sql) throws Exception {
    try (var connection = PostgresServer.connect(Objects.requireNonNull(database));
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Override
  protected String octets(String hex) {
    return "'\\x" + hex + "'::bytea";
  }
}
