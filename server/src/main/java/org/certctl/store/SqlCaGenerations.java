package org.certctl.store;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.certctl.audit.AuditEvent;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.pki.Sha256;
import org.certctl.rollover.CaGeneration;
import org.certctl.rollover.CaGenerations;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.SQLDialect;
import org.jooq.Table;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/// The generations of the CA in SQL. Times are kept in whole milliseconds.
public final class SqlCaGenerations implements CaGenerations {

  private static final String NAME = "ca_generation";
  private static final Table<?> TABLE = DSL.table(DSL.name(NAME));
  private static final Field<Long> NUMBER = Sql.number(NAME, "number");
  private static final Field<byte[]> FINGERPRINT = Sql.octets(NAME, "fingerprint");
  private static final Field<String> SUBJECT = Sql.text(NAME, "subject");
  private static final Field<Long> PREPARED_AT = Sql.number(NAME, "prepared_at_ms");
  private static final Field<Long> ACTIVATE_AT = Sql.number(NAME, "activate_at_ms");
  private static final Field<Long> SWITCHED_AT = Sql.number(NAME, "switched_at_ms");
  private static final Field<Long> CANCELLED_AT = Sql.number(NAME, "cancelled_at_ms");

  private final Transactions transactions;
  private final AuditRows auditRows;

  /// Keeps them behind these transactions.
  public SqlCaGenerations(Transactions transactions, SQLDialect dialect) {
    this.transactions = transactions;
    this.auditRows = new AuditRows(dialect);
  }

  @Override
  public List<CaGeneration> all() throws StoreUnavailableException {
    return transactions.read(
        statements ->
            statements
                .dsl()
                .select(
                    NUMBER,
                    FINGERPRINT,
                    SUBJECT,
                    PREPARED_AT,
                    ACTIVATE_AT,
                    SWITCHED_AT,
                    CANCELLED_AT)
                .from(TABLE)
                .orderBy(NUMBER)
                .fetch(SqlCaGenerations::generation));
  }

  private static CaGeneration generation(Record row) {
    return new CaGeneration(
        row.get(NUMBER).intValue(),
        Sha256.ofDigest(row.get(FINGERPRINT)),
        row.get(SUBJECT),
        Instant.ofEpochMilli(row.get(PREPARED_AT)),
        instant(row.get(ACTIVATE_AT)),
        instant(row.get(SWITCHED_AT)),
        instant(row.get(CANCELLED_AT)));
  }

  private static Optional<Instant> instant(@Nullable Long millis) {
    return Optional.ofNullable(millis).map(Instant::ofEpochMilli);
  }

  @Override
  public boolean add(CaGeneration generation, AuditEvent event) throws StoreUnavailableException {
    return changed(
        event,
        statements ->
            statements
                .dsl()
                .insertInto(TABLE)
                .columns(NUMBER, FINGERPRINT, SUBJECT, PREPARED_AT, ACTIVATE_AT)
                .values(
                    (long) generation.number(),
                    generation.fingerprint().octets(),
                    generation.subject(),
                    generation.preparedAt().toEpochMilli(),
                    generation.activateAt().map(Instant::toEpochMilli).orElse(null))
                .onConflictDoNothing()
                .execute());
  }

  @Override
  public boolean schedule(int number, Instant activateAt, Instant now, AuditEvent event)
      throws StoreUnavailableException {
    return changed(
        event,
        statements ->
            statements
                .dsl()
                .update(TABLE)
                .set(ACTIVATE_AT, activateAt.toEpochMilli())
                .where(pending(number, now))
                .execute());
  }

  @Override
  public boolean cancel(int number, Instant now, AuditEvent event)
      throws StoreUnavailableException {
    return changed(
        event,
        statements ->
            statements
                .dsl()
                .update(TABLE)
                .set(CANCELLED_AT, now.toEpochMilli())
                .where(pending(number, now))
                .execute());
  }

  @Override
  public boolean noteSwitch(int number, Instant now, AuditEvent event)
      throws StoreUnavailableException {
    return changed(
        event,
        statements ->
            statements
                .dsl()
                .update(TABLE)
                .set(SWITCHED_AT, now.toEpochMilli())
                .where(open(number))
                .and(ACTIVATE_AT.le(now.toEpochMilli()))
                .execute());
  }

  private static Condition open(int number) {
    return NUMBER.eq((long) number).and(SWITCHED_AT.isNull()).and(CANCELLED_AT.isNull());
  }

  private static Condition pending(int number, Instant now) {
    return open(number).and(ACTIVATE_AT.isNull().or(ACTIVATE_AT.gt(now.toEpochMilli())));
  }

  private boolean changed(AuditEvent event, Transactions.Work<Integer> change)
      throws StoreUnavailableException {
    List<AuditRows.Row> rows = AuditRows.prepare(List.of(event));
    return transactions.write(
        statements -> {
          boolean changed = change.run(statements) == 1;
          if (changed) {
            auditRows.insert(statements, rows);
          }
          return changed;
        });
  }
}
