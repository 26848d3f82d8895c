package org.certctl.store;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.enroll.CertificateInventory;
import org.certctl.pki.IssuedCertificate;
import org.certctl.pki.SerialNumber;
import org.certctl.store.Sql.Certificate;
import org.jooq.Record;
import org.jooq.impl.DSL;

/// The inventory of certificates in SQL.
public final class SqlCertificateInventory implements CertificateInventory {

  private static final int MAX_LIMIT = 1000;

  private final Transactions transactions;

  /// Reads behind these transactions.
  public SqlCertificateInventory(Transactions transactions) {
    this.transactions = transactions;
  }

  @Override
  public List<Entry> page(long before, int limit) throws StoreUnavailableException {
    if (limit < 1 || limit > MAX_LIMIT) {
      throw new IllegalArgumentException("the limit is 1 to " + MAX_LIMIT);
    }
    return transactions.read(
        statements ->
            statements
                .dsl()
                .select(Certificate.ALL)
                .from(Certificate.TABLE)
                .where(Certificate.POSITION.lt(before))
                .orderBy(Certificate.POSITION.desc())
                .limit(limit)
                .fetch(SqlCertificateInventory::entry));
  }

  @Override
  public List<Entry> bySerialNumber(SerialNumber serialNumber) throws StoreUnavailableException {
    return transactions.read(
        statements ->
            statements
                .dsl()
                .select(Certificate.ALL)
                .from(Certificate.TABLE)
                .where(Certificate.SERIAL.eq(serialNumber.hex()))
                .orderBy(Certificate.POSITION)
                .fetch(SqlCertificateInventory::entry));
  }

  @Override
  public Optional<Instant> nextExpiry(Instant now) throws StoreUnavailableException {
    return transactions.read(
        statements ->
            statements
                .dsl()
                .select(DSL.min(Certificate.NOT_AFTER))
                .from(Certificate.TABLE)
                .where(Certificate.NOT_AFTER.ge(now.toEpochMilli()))
                .fetchOptional(row -> row.value1())
                .map(Instant::ofEpochMilli));
  }

  private static Entry entry(Record row) {
    return new Entry(
        row.get(Certificate.POSITION),
        IssuedCertificate.ofDer(row.get(Certificate.DER)),
        row.get(Certificate.ENDPOINT),
        row.get(Certificate.ISSUER_ID),
        row.get(Certificate.PROFILE_ID),
        row.get(Certificate.DEVICE),
        row.get(Certificate.TRANSACTION_TEXT),
        Instant.ofEpochMilli(row.get(Certificate.ISSUED_AT)));
  }
}
