package org.certctl.store.sqlite;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.cluster.NodeId;
import org.certctl.store.CommitHook;
import org.certctl.store.Store;
import org.certctl.store.StoreObserver;
import org.certctl.store.StoreOpenException;
import org.certctl.store.Transactions;
import org.jooq.SQLDialect;
import org.jspecify.annotations.Nullable;

/// The store of one server in one SQLite file.
///
/// What a port's method has written is on disk when the method returns: write-ahead log, and an
/// fsync with each commit. One server at a time may hold the file; meanwhile {@link SqliteReader}
/// may read it and commands may write beside the server ({@link #openBeside}), transaction by
/// transaction. Safe to use from many threads at once.
public final class SqliteStore extends Store {

  private static final int READERS = 4;

  private final @Nullable SqliteFile file;
  private final GroupCommitWriter writer;
  private final ReaderPool readers;
  private final StoreObserver observer;

  private SqliteStore(
      @Nullable SqliteFile file,
      SqliteConnections connections,
      Clock clock,
      StoreObserver observer,
      CommitHook hook) {
    GroupCommitWriter writer = new GroupCommitWriter(connections::openWriter, observer, hook);
    ReaderPool readers = new ReaderPool(connections, READERS);
    super(new FileTransactions(writer, readers), SQLDialect.SQLITE, NodeId.ONLY, clock);
    this.file = file;
    this.observer = observer;
    this.writer = writer;
    this.readers = readers;
  }

  /// Opens the file, makes it when there is none, and brings it up to date.
  ///
  /// @param file the database; its folder must exist
  /// @throws StoreOpenException when another server holds it, a newer program wrote it, or it is no
  ///   database
  public static SqliteStore open(Path file, Clock clock, StoreObserver observer)
      throws StoreOpenException {
    return open(file, clock, observer, CommitHook.none());
  }

  /// Opens as {@link #open(Path, Clock, StoreObserver)} does, with a hook around each commit for
  /// crash tests.
  public static SqliteStore open(Path file, Clock clock, StoreObserver observer, CommitHook hook)
      throws StoreOpenException {
    SqliteFile held = SqliteFile.hold(file);
    boolean opened = false;
    try {
      SqliteConnections connections = new SqliteConnections(file);
      SqliteMigrations.migrate(connections);
      connections.openWriter().close();
      SqliteStore store = new SqliteStore(held, connections, clock, observer, hook);
      store.writer.start();
      opened = true;
      return store;
    } catch (SQLException e) {
      throw new StoreOpenException(file + " cannot be opened: " + e.getMessage(), e);
    } finally {
      if (!opened) {
        release(held, observer);
      }
    }
  }

  /// Opens a file that a server may hold, for a command that writes a little beside it.
  ///
  /// SQLite's own locks order the transactions of both; the server's lock is neither needed nor
  /// taken, and the schema stays as it is.
  ///
  /// @throws StoreOpenException when there is none, it is no database of ours, or its version is
  ///   not the one that this program knows
  public static SqliteStore openBeside(Path file, Clock clock) throws StoreOpenException {
    SqliteConnections connections = SqliteMigrations.connectionsToCurrent(file);
    StoreObserver observer = StoreObserver.none();
    SqliteStore store = new SqliteStore(null, connections, clock, observer, CommitHook.none());
    store.writer.start();
    return store;
  }

  /// How many units of work wait for the writer.
  public int waiting() {
    return writer.waiting();
  }

  /// Writes what waits, refuses what comes later, and lets go of the file.
  @Override
  public void close() {
    writer.close();
    readers.close();
    if (file != null) {
      release(file, observer);
    }
  }

  private static void release(SqliteFile file, StoreObserver observer) {
    try {
      file.close();
    } catch (IOException e) {
      observer.failed(0, e);
    }
  }

  private record FileTransactions(GroupCommitWriter writer, ReaderPool readers)
      implements Transactions {

    @Override
    public <T> T write(Work<T> work) throws StoreUnavailableException {
      return writer.write(work);
    }

    @Override
    public <T> T read(Work<T> work) throws StoreUnavailableException {
      return readers.read(work);
    }
  }
}
