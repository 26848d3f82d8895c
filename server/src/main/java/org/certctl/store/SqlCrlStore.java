package org.certctl.store;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.certctl.audit.AuditEvent;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.enroll.ByteString;
import org.certctl.pki.SerialNumber;
import org.certctl.pki.Sha256;
import org.certctl.status.CrlEdition;
import org.certctl.status.CrlStore;
import org.certctl.store.StatusSql.Counter;
import org.certctl.store.StatusSql.Crl;
import org.certctl.store.StatusSql.Part;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jooq.Record2;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;

/// CRLs in SQL.
public final class SqlCrlStore implements CrlStore {

  private static final int MAX_LIMIT = 10_000;

  private final Transactions transactions;
  private final AuditRows auditRows;

  /// Keeps CRLs behind these transactions.
  public SqlCrlStore(Transactions transactions, SQLDialect dialect) {
    this.transactions = transactions;
    this.auditRows = new AuditRows(dialect);
  }

  @Override
  public long changes(String issuerId) throws StoreUnavailableException {
    return transactions.read(
        statements ->
            statements
                .dsl()
                .select(Counter.CHANGES)
                .from(Counter.TABLE)
                .where(Counter.ISSUER_ID.eq(issuerId))
                .fetchOptional(Counter.CHANGES)
                .orElse(0L));
  }

  @Override
  public Reservation reserve(String issuerId, Instant now) throws StoreUnavailableException {
    long atLeast = now.getEpochSecond();
    return transactions.write(
        statements -> {
          DSLContext dsl = statements.dsl();
          dsl.insertInto(Counter.TABLE)
              .columns(Counter.ISSUER_ID, Counter.CHANGES, Counter.LAST_CRL_NUMBER)
              .values(issuerId, 0L, atLeast)
              .onConflict(Counter.ISSUER_ID)
              .doUpdate()
              .set(
                  Counter.LAST_CRL_NUMBER,
                  DSL.greatest(Counter.LAST_CRL_NUMBER.plus(1L), DSL.val(atLeast)))
              .execute();
          return dsl.select(Counter.LAST_CRL_NUMBER, Counter.CHANGES)
              .from(Counter.TABLE)
              .where(Counter.ISSUER_ID.eq(issuerId))
              .fetchSingle(
                  row ->
                      new Reservation(row.get(Counter.LAST_CRL_NUMBER), row.get(Counter.CHANGES)));
        });
  }

  @Override
  public List<Revoked> revoked(
      String issuerId, Optional<SerialNumber> after, Instant notAfterFrom, int limit)
      throws StoreUnavailableException {
    if (limit < 1 || limit > MAX_LIMIT) {
      throw new IllegalArgumentException("the limit is 1 to " + MAX_LIMIT);
    }
    Condition begin =
        after.map(serial -> StatusSql.Revoked.SERIAL.gt(serial.hex())).orElse(DSL.noCondition());
    return transactions.read(
        statements ->
            statements
                .dsl()
                .select(
                    StatusSql.Revoked.SERIAL,
                    StatusSql.Revoked.STATE,
                    StatusSql.Revoked.REASON,
                    StatusSql.Revoked.REVOKED_AT)
                .from(StatusSql.Revoked.TABLE)
                .where(StatusSql.Revoked.ISSUER_ID.eq(issuerId))
                .and(begin)
                .and(StatusSql.Revoked.STATE.ne(StatusSql.Revoked.RELEASED))
                .and(StatusSql.Revoked.NOT_AFTER.ge(notAfterFrom.toEpochMilli()))
                .orderBy(StatusSql.Revoked.SERIAL)
                .limit(limit)
                .fetch(
                    row ->
                        new Revoked(
                            SerialNumber.ofHex(row.get(StatusSql.Revoked.SERIAL)),
                            SqlRevocationStore.revocation(row).orElseThrow())));
  }

  @Override
  public void keepPart(String issuerId, long number, int part, ByteString octets)
      throws StoreUnavailableException {
    byte[] content = octets.octets();
    var _ =
        transactions.write(
            statements ->
                statements
                    .dsl()
                    .insertInto(Part.TABLE)
                    .columns(Part.ISSUER_ID, Part.NUMBER, Part.PART, Part.OCTETS)
                    .values(issuerId, number, (long) part, content)
                    .execute());
  }

  @Override
  public ByteString keptPart(String issuerId, long number, int part)
      throws StoreUnavailableException {
    return find(issuerId, number, part)
        .orElseThrow(
            () ->
                new StoreUnavailableException(
                    "CRL " + number + " was overtaken by a newer one while it was made"));
  }

  private Optional<ByteString> find(String issuerId, long number, int part)
      throws StoreUnavailableException {
    return transactions.read(
        statements ->
            statements
                .dsl()
                .select(Part.OCTETS)
                .from(Part.TABLE)
                .where(Part.ISSUER_ID.eq(issuerId))
                .and(Part.NUMBER.eq(number))
                .and(Part.PART.eq((long) part))
                .fetchOptional(row -> ByteString.of(row.get(Part.OCTETS))));
  }

  @Override
  public boolean publish(CrlEdition edition, List<AuditEvent> events)
      throws StoreUnavailableException {
    List<AuditRows.Row> rows = AuditRows.prepare(events);
    return transactions.write(
        statements -> {
          DSLContext dsl = statements.dsl();
          boolean overtaken =
              dsl.fetchExists(
                  DSL.selectOne()
                      .from(Crl.TABLE)
                      .where(Crl.ISSUER_ID.eq(edition.issuerId()))
                      .and(Crl.NUMBER.gt(edition.number())));
          if (overtaken) {
            dropParts(dsl, edition.issuerId(), Part.NUMBER.eq(edition.number()));
            return false;
          }
          insert(dsl, edition);
          auditRows.insert(statements, rows);
          dropOld(dsl, edition);
          return true;
        });
  }

  private static void insert(DSLContext dsl, CrlEdition edition) {
    dsl.insertInto(Crl.TABLE)
        .columns(Crl.ALL)
        .values(
            edition.issuerId(),
            edition.number(),
            edition.thisUpdate().toEpochMilli(),
            edition.nextUpdate().toEpochMilli(),
            edition.changes(),
            edition.entries(),
            (long) edition.parts(),
            edition.sizeBytes(),
            edition.signer().octets())
        .execute();
  }

  private static void dropOld(DSLContext dsl, CrlEdition edition) {
    long replacedAfter = edition.thisUpdate().minus(KEPT_AFTER_REPLACEMENT).toEpochMilli();
    List<Long> kept = new ArrayList<>();
    boolean keeps = true;
    for (Record2<Long, Long> row :
        dsl.select(Crl.NUMBER, Crl.THIS_UPDATE)
            .from(Crl.TABLE)
            .where(Crl.ISSUER_ID.eq(edition.issuerId()))
            .orderBy(Crl.NUMBER.desc())
            .fetch()) {
      if (keeps) {
        kept.add(row.value1());
      }
      // The next older one was replaced when this one was made.
      keeps = keeps && row.value2() > replacedAfter;
    }
    dropParts(
        dsl, edition.issuerId(), Part.NUMBER.lt(edition.number()).and(Part.NUMBER.notIn(kept)));
    dsl.deleteFrom(Crl.TABLE)
        .where(Crl.ISSUER_ID.eq(edition.issuerId()))
        .and(Crl.NUMBER.notIn(kept))
        .execute();
  }

  private static void dropParts(DSLContext dsl, String issuerId, Condition which) {
    dsl.deleteFrom(Part.TABLE).where(Part.ISSUER_ID.eq(issuerId)).and(which).execute();
  }

  @Override
  public Optional<CrlEdition> newest(String issuerId) throws StoreUnavailableException {
    return transactions.read(
        statements ->
            statements
                .dsl()
                .select(Crl.ALL)
                .from(Crl.TABLE)
                .where(Crl.ISSUER_ID.eq(issuerId))
                .orderBy(Crl.NUMBER.desc())
                .limit(1)
                .fetchOptional(SqlCrlStore::edition));
  }

  private static CrlEdition edition(Record row) {
    return new CrlEdition(
        row.get(Crl.ISSUER_ID),
        row.get(Crl.NUMBER),
        Instant.ofEpochMilli(row.get(Crl.THIS_UPDATE)),
        Instant.ofEpochMilli(row.get(Crl.NEXT_UPDATE)),
        row.get(Crl.CHANGES),
        row.get(Crl.ENTRIES),
        Math.toIntExact(row.get(Crl.PARTS)),
        row.get(Crl.SIZE),
        Sha256.ofDigest(row.get(Crl.SIGNER_FINGERPRINT)));
  }

  @Override
  public Optional<ByteString> part(CrlEdition edition, int part) throws StoreUnavailableException {
    return find(edition.issuerId(), edition.number(), part);
  }
}
