package org.certctl.store.sqlite;

import java.nio.file.Path;
import org.certctl.audit.AuditSearch;
import org.certctl.audit.AuditStore;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.challenge.onetime.OneTimeChallengeStore;
import org.certctl.enroll.CertificateInventory;
import org.certctl.enroll.PendingDecisions;
import org.certctl.rollover.CaGenerations;
import org.certctl.store.SqlAuditStore;
import org.certctl.store.SqlCaGenerations;
import org.certctl.store.SqlCertificateInventory;
import org.certctl.store.SqlOneTimeChallengeStore;
import org.certctl.store.SqlPendingStore;
import org.certctl.store.StoreOpenException;
import org.certctl.store.Transactions;
import org.jooq.SQLDialect;

/// A look into a store's file for commands, whether a server holds it or not; writes nothing.
public final class SqliteReader implements AutoCloseable {

  private final ReaderPool readers;
  private final SqlAuditStore audit;
  private final SqlCertificateInventory certificates;
  private final SqlOneTimeChallengeStore oneTimeChallenges;
  private final SqlPendingStore pending;
  private final SqlCaGenerations caGenerations;

  private SqliteReader(SqliteConnections connections) {
    this.readers = new ReaderPool(connections, 1);
    Transactions transactions = new ReadingOnly(readers);
    this.audit = new SqlAuditStore(transactions, SQLDialect.SQLITE);
    this.certificates = new SqlCertificateInventory(transactions);
    this.oneTimeChallenges = new SqlOneTimeChallengeStore(transactions, SQLDialect.SQLITE);
    this.pending = new SqlPendingStore(transactions, SQLDialect.SQLITE);
    this.caGenerations = new SqlCaGenerations(transactions, SQLDialect.SQLITE);
  }

  /// Opens the file for reading.
  ///
  /// @throws StoreOpenException when there is none, it is no database of ours, or its version is
  ///   not the one that this program knows
  public static SqliteReader open(Path file) throws StoreOpenException {
    return new SqliteReader(SqliteMigrations.connectionsToCurrent(file));
  }

  /// The audit trail with its blocks; appending to it is refused.
  public AuditStore auditStore() {
    return audit;
  }

  /// Finds audit entries.
  public AuditSearch auditSearch() {
    return audit;
  }

  /// The certificates.
  public CertificateInventory certificates() {
    return certificates;
  }

  /// The one-time challenges; changing them is refused.
  public OneTimeChallengeStore oneTimeChallenges() {
    return oneTimeChallenges;
  }

  /// The generations of the CA; changing them is refused.
  public CaGenerations caGenerations() {
    return caGenerations;
  }

  /// The requests that wait for a human; deciding is refused.
  public PendingDecisions pending() {
    return pending;
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
