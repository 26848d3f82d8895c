package org.certctl.store.sqlite;

import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Clock;
import org.certctl.store.Store;
import org.certctl.store.StoreContractTest;
import org.certctl.store.StoreObserver;
import org.junit.jupiter.api.io.TempDir;

class SqliteContractTest extends StoreContractTest {

  @TempDir Path folder;

  @Override
  protected Store open(Clock clock) throws Exception {
    return SqliteStore.open(folder.resolve("certctl.db"), clock, StoreObserver.none());
  }

  @Override
  protected void execute(String sql) throws Exception {
    try (var connection =
            DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("certctl.db"));
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Override
  protected String octets(String hex) {
    return "x'" + hex + "'";
  }
}
