package org.certctl.store.sqlite;

import java.nio.file.Path;
import java.time.Clock;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.cluster.NodeId;
import org.certctl.store.Store;
import org.certctl.store.StoreOpenException;
import org.certctl.store.Transactions;
import org.jooq.SQLDialect;

/// A look into a store's file for commands, whether a server holds it or not; refuses to write.
public final class SqliteReader extends Store {

  private final ReaderPool readers;

  private SqliteReader(SqliteConnections connections, Clock clock) {
    ReaderPool readers = new ReaderPool(connections, 1);
    super(new ReadingOnly(readers), SQLDialect.SQLITE, NodeId.ONLY, clock);
    this.readers = readers;
  }

  /// Opens the file for reading.
  ///
  /// @throws StoreOpenException when there is none, it is no database of ours, or its version is
  ///   not the one that this program knows
  public static SqliteReader open(Path file, Clock clock) throws StoreOpenException {
    return new SqliteReader(SqliteMigrations.connectionsToCurrent(file), clock);
  }

  @Override
  public void close() {
    readers.close();
  }

  private record ReadingOnly(ReaderPool readers) implements Transactions {

    @Override
    public <T> T write(Work<T> work) throws StoreUnavailableException {
      throw new StoreUnavailableException("the store was opened for reading only");
    }

    @Override
    public <T> T read(Work<T> work) throws StoreUnavailableException {
      return readers.read(work);
    }
  }
}
