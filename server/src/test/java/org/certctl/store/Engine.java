package org.certctl.store;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Clock;
import org.certctl.store.postgres.PostgresServer;
import org.certctl.store.sqlite.SqliteStore;
import org.jooq.SQLDialect;

/// The two engines, for tests of what lies beneath the ports.
enum Engine {
  SQLITE(SQLDialect.SQLITE),
  POSTGRESQL(SQLDialect.POSTGRES);

  private final SQLDialect dialect;

  Engine(SQLDialect dialect) {
    this.dialect = dialect;
  }

  SQLDialect dialect() {
    return dialect;
  }

  /// Octets as its SQL writes them.
  String octets(String hex) {
    return switch (this) {
      case SQLITE -> "x'" + hex + "'";
      case POSTGRESQL -> "'\\x" + hex + "'";
    };
  }

  /// A bare connection to a database with an up-to-date schema and nothing in it.
  ///
  /// @param folder where a file may be made
  Connection connectToNew(Path folder) throws Exception {
    return switch (this) {
      case SQLITE -> {
        Path file = folder.resolve("certctl.db");
        SqliteStore.open(file, Clock.systemUTC(), StoreObserver.none()).close();
        yield DriverManager.getConnection("jdbc:sqlite:" + file);
      }
      case POSTGRESQL -> PostgresServer.connect(PostgresServer.freshDatabase());
    };
  }
}
