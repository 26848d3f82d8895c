package org.certctl.store;

import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.certctl.audit.AuditEvent;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.pki.Revocation;
import org.certctl.pki.RevocationReason;
import org.certctl.pki.SerialNumber;
import org.certctl.status.RevocationOrder;
import org.certctl.status.RevocationOutcome;
import org.certctl.status.RevocationStore;
import org.certctl.store.Sql.Certificate;
import org.certctl.store.StatusSql.Counter;
import org.certctl.store.StatusSql.Revoked;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;

/// Revocations in SQL. Times are kept in whole milliseconds.
public final class SqlRevocationStore implements RevocationStore {

  private final Transactions transactions;
  private final AuditRows auditRows;

  /// Keeps revocations behind these transactions.
  public SqlRevocationStore(Transactions transactions, SQLDialect dialect) {
    this.transactions = transactions;
    this.auditRows = new AuditRows(dialect);
  }

  @Override
  public RevocationOutcome apply(String issuerId, SerialNumber serialNumber, RevocationOrder order)
      throws StoreUnavailableException {
    return transactions.write(
        statements -> {
          DSLContext dsl = statements.dsl();
          // Counted first: on an engine with row locks this makes one order wait for the other, so
          // that the second decides on what the first has left behind.
          count(dsl, issuerId);
          Optional<? extends Record> certificate = certificate(dsl, issuerId, serialNumber);
          if (certificate.isEmpty()) {
            uncount(dsl, issuerId);
            return new RevocationOutcome.UnknownCertificate();
          }
          RevocationOutcome outcome = order.decide(find(dsl, issuerId, serialNumber));
          if (outcome instanceof RevocationOutcome.Changed changed) {
            put(dsl, issuerId, serialNumber, certificate.get(), order, changed.state());
            append(statements, issuerId, serialNumber, certificate.get(), order, changed.state());
          } else {
            uncount(dsl, issuerId);
          }
          return outcome;
        });
  }

  private static void count(DSLContext dsl, String issuerId) {
    dsl.insertInto(Counter.TABLE)
        .columns(Counter.ISSUER_ID, Counter.CHANGES)
        .values(issuerId, 1L)
        .onConflict(Counter.ISSUER_ID)
        .doUpdate()
        .set(Counter.CHANGES, Counter.CHANGES.plus(1L))
        .execute();
  }

  private static void uncount(DSLContext dsl, String issuerId) {
    dsl.update(Counter.TABLE)
        .set(Counter.CHANGES, Counter.CHANGES.minus(1L))
        .where(Counter.ISSUER_ID.eq(issuerId))
        .execute();
  }

  /// On an engine with many writers, nobody removes it until the transaction ends.
  private static Optional<? extends Record> certificate(
      DSLContext dsl, String issuerId, SerialNumber serialNumber) {
    var certificate =
        dsl.select(
                Certificate.POSITION,
                Certificate.SUBJECT,
                Certificate.DEVICE,
                Certificate.NOT_AFTER,
                Certificate.CRL_PARTITION)
            .from(Certificate.TABLE)
            .where(Certificate.SERIAL.eq(serialNumber.hex()))
            .and(Certificate.ISSUER_ID.eq(issuerId));
    return Sql.hasManyWriters(dsl.dialect())
        ? certificate.forKeyShare().fetchOptional()
        : certificate.fetchOptional();
  }

  /// A released hold stays as a row, so that a later CRL or delta can tell of its end.
  private static void put(
      DSLContext dsl,
      String issuerId,
      SerialNumber serialNumber,
      Record certificate,
      RevocationOrder order,
      Optional<Revocation> state) {
    String name = state.map(Revocation::state).orElse(Revoked.RELEASED);
    long reason = state.map(Revocation::reason).orElse(order.reason()).code();
    long since = state.map(Revocation::at).orElse(order.at()).toEpochMilli();
    long now = order.at().toEpochMilli();
    Field<Long> change =
        DSL.field(
            DSL.select(Counter.CHANGES).from(Counter.TABLE).where(Counter.ISSUER_ID.eq(issuerId)));
    dsl.insertInto(Revoked.TABLE)
        .columns(
            Revoked.ISSUER_ID,
            Revoked.SERIAL,
            Revoked.STATE,
            Revoked.REASON,
            Revoked.REVOKED_AT,
            Revoked.CHANGED_AT,
            Revoked.NOT_AFTER,
            Revoked.ACTOR,
            Revoked.NOTE,
            Revoked.POSITION,
            Revoked.PARTITION,
            Revoked.CHANGE)
        .values(
            DSL.val(issuerId),
            DSL.val(serialNumber.hex()),
            DSL.val(name),
            DSL.val(reason),
            DSL.val(since),
            DSL.val(now),
            DSL.val(certificate.get(Certificate.NOT_AFTER)),
            DSL.val(order.actor().name()),
            DSL.val(order.note()),
            DSL.val(certificate.get(Certificate.POSITION)),
            DSL.val(certificate.get(Certificate.CRL_PARTITION)),
            change)
        .onConflict(Revoked.ISSUER_ID, Revoked.SERIAL)
        .doUpdate()
        .set(Revoked.STATE, name)
        .set(Revoked.REASON, reason)
        .set(Revoked.REVOKED_AT, since)
        .set(Revoked.CHANGED_AT, now)
        .set(Revoked.ACTOR, order.actor().name())
        .set(Revoked.NOTE, order.note())
        .set(Revoked.CHANGE, change)
        .execute();
  }

  private void append(
      Statements statements,
      String issuerId,
      SerialNumber serialNumber,
      Record certificate,
      RevocationOrder order,
      Optional<Revocation> state)
      throws SQLException {
    AuditEvent event =
        new AuditEvent.RevocationChanged(
            order.at(),
            order.actor(),
            state.map(Revocation::state).orElse(Revoked.RELEASED),
            issuerId,
            serialNumber.hex(),
            certificate.get(Certificate.SUBJECT),
            certificate.get(Certificate.DEVICE),
            order.reason().wireValue(),
            order.note());
    auditRows.insert(statements, AuditRows.prepare(List.of(event)));
  }

  @Override
  public Optional<Revocation> find(String issuerId, SerialNumber serialNumber)
      throws StoreUnavailableException {
    return transactions.read(statements -> find(statements.dsl(), issuerId, serialNumber));
  }

  private static Optional<Revocation> find(
      DSLContext dsl, String issuerId, SerialNumber serialNumber) {
    return dsl.select(Revoked.STATE, Revoked.REASON, Revoked.REVOKED_AT)
        .from(Revoked.TABLE)
        .where(Revoked.ISSUER_ID.eq(issuerId))
        .and(Revoked.SERIAL.eq(serialNumber.hex()))
        .fetchOptional()
        .flatMap(SqlRevocationStore::revocation);
  }

  /// The revocation in a row with the columns for it; absent when they are null, or say that a hold
  /// was released.
  static Optional<Revocation> revocation(Record row) {
    String state = row.get(Revoked.STATE);
    if (state == null || state.equals(Revoked.RELEASED)) {
      return Optional.empty();
    }
    int code = row.get(Revoked.REASON).intValue();
    return Optional.of(
        new Revocation(
            RevocationReason.ofCode(code)
                .orElseThrow(() -> new IllegalStateException("no revocation reason " + code)),
            Instant.ofEpochMilli(row.get(Revoked.REVOKED_AT))));
  }
}
