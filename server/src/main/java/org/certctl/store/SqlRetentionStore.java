package org.certctl.store;

import static org.jooq.impl.DSL.param;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.certctl.audit.AuditEvent;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.enroll.CertificateNames;
import org.certctl.pki.IssuedCertificate;
import org.certctl.retention.RetentionStore;
import org.certctl.retention.RetentionWork;
import org.certctl.store.Sql.Certificate;
import org.certctl.store.Sql.Claim;
import org.certctl.store.Sql.Enrollment;
import org.certctl.store.Sql.Name;
import org.certctl.store.Sql.Pending;
import org.certctl.store.StatusSql.Crl;
import org.certctl.store.StatusSql.Removed;
import org.certctl.store.StatusSql.Revoked;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Record1;
import org.jooq.ResultQuery;
import org.jooq.SQLDialect;
import org.jooq.SelectConditionStep;
import org.jooq.Table;
import org.jooq.impl.DSL;

/// Removes records in SQL.
///
/// Both walks go along an index that is there for other reasons, look at so many rows and no more,
/// and pass over those that are still needed; these are few, and looked at again in the next walk.
public final class SqlRetentionStore implements RetentionStore {

  private static final Table<?> PREDECESSOR = Certificate.TABLE.as("predecessor");
  private static final String NEEDED_NAME = "needed";

  private final Transactions transactions;
  private final AuditRows auditRows;
  private final String removeEnrollment;
  private final String removeCertificate;
  private final String removeRevocation;
  private final String removeName;

  /// Removes behind these transactions.
  public SqlRetentionStore(Transactions transactions, SQLDialect dialect) {
    this.transactions = transactions;
    this.auditRows = new AuditRows(dialect);
    this.removeEnrollment =
        Sql.text(
            DSL.deleteFrom(Enrollment.TABLE)
                .where(Enrollment.ID.eq(param(Enrollment.ID)))
                .and(Enrollment.STATE.ne(DSL.inline(EnrollmentSql.OPEN))),
            dialect);
    this.removeCertificate = removal(dialect, Certificate.TABLE, is(Certificate.POSITION));
    this.removeRevocation =
        removal(dialect, Revoked.TABLE, is(Revoked.ISSUER_ID), is(Revoked.SERIAL));
    this.removeName = removal(dialect, Name.TABLE, is(Name.VALUE), is(Name.POSITION));
  }

  private static String removal(SQLDialect dialect, Table<?> table, Condition... which) {
    return Sql.text(DSL.deleteFrom(table).where(which), dialect);
  }

  private static <T> Condition is(Field<T> column) {
    return column.eq(param(column));
  }

  @Override
  public Step removeEnrollments(Place after, Instant decidedUntil, Instant now)
      throws StoreUnavailableException {
    long until = decidedUntil.toEpochMilli();
    return transactions.write(
        statements -> {
          List<? extends Record> seen = enrollments(statements.dsl(), after).fetch();
          PreparedStatement remove = statements.prepared(removeEnrollment);
          int removed = 0;
          long last = 0;
          for (Record row : seen) {
            if (isOver(row, until)) {
              remove.setString(1, row.get(Enrollment.ID));
              remove.addBatch();
              removed++;
              last = Math.max(last, row.get(Enrollment.CLOSED_AT));
            }
          }
          if (removed > 0) {
            remove.executeBatch();
            told(statements, RetentionWork.ENROLLMENTS, removed, last, now);
          }
          // Enrollments are begun in the order of their positions, but for moments.
          boolean allYounger = seen.stream().allMatch(row -> row.get(Enrollment.AT) > until);
          return new Step(
              removed,
              allYounger ? Optional.empty() : next(seen, Enrollment.AT, Enrollment.POSITION));
        });
  }

  /// In the order of the primary key.
  static ResultQuery<? extends Record> enrollments(DSLContext dsl, Place after) {
    return dsl.select(
            Enrollment.POSITION,
            Enrollment.ID,
            Enrollment.AT,
            Enrollment.CLOSED_AT,
            Enrollment.STATE,
            DSL.field(isReferredTo(Enrollment.ID)).as(NEEDED_NAME))
        .from(Enrollment.TABLE)
        .where(Enrollment.POSITION.gt(after.position()))
        .orderBy(Enrollment.POSITION)
        .limit(DSL.inline(STEP));
  }

  private static boolean isOver(Record row, long until) {
    return !row.get(Enrollment.STATE).equals(EnrollmentSql.OPEN)
        && row.get(Enrollment.CLOSED_AT) <= until
        && row.get(Enrollment.AT) <= until
        && !row.get(NEEDED_NAME, Boolean.class);
  }

  private static Condition isReferredTo(Field<String> enrollment) {
    return isThere(DSL.selectOne().from(Claim.TABLE).where(Claim.ENROLLMENT_ID.eq(enrollment)))
        .or(
            isThere(
                DSL.selectOne().from(Pending.TABLE).where(Pending.ENROLLMENT_ID.eq(enrollment))));
  }

  /// As a value and not as EXISTS: that, among the columns, PostgreSQL may answer by reading the
  /// whole table for a few rows.
  private static Condition isThere(SelectConditionStep<Record1<Integer>> rows) {
    return DSL.field(rows.limit(DSL.inline(1))).isNotNull();
  }

  @Override
  public Step removeCertificates(Place after, Instant endedUntil, Instant now)
      throws StoreUnavailableException {
    long until = endedUntil.toEpochMilli();
    return transactions.write(
        statements -> {
          List<? extends Record> seen = certificates(statements.dsl(), after, until).fetch();
          List<? extends Record> over =
              seen.stream().filter(row -> !row.get(NEEDED_NAME, Boolean.class)).toList();
          if (!over.isEmpty()) {
            remove(statements, over);
            long last = over.getLast().get(Certificate.NOT_AFTER);
            told(statements, RetentionWork.CERTIFICATES, over.size(), last, now);
          }
          return new Step(over.size(), next(seen, Certificate.NOT_AFTER, Certificate.POSITION));
        });
  }

  /// Along the index of ends.
  static ResultQuery<? extends Record> certificates(DSLContext dsl, Place after, long until) {
    return dsl.select(
            Certificate.POSITION,
            Certificate.ISSUER_ID,
            Certificate.SERIAL,
            Certificate.DER,
            Certificate.DEVICE,
            Certificate.TRANSACTION_TEXT,
            Certificate.ENROLLMENT_ID,
            Certificate.NOT_AFTER,
            DSL.field(
                    isReferredTo(Certificate.ENROLLMENT_ID)
                        .or(isListed())
                        .or(renewsOneThatEndedAfter(until)))
                .as(NEEDED_NAME))
        .from(Certificate.TABLE)
        .where(
            DSL.condition(
                "({0}, {1}) > ({2}, {3})",
                Certificate.NOT_AFTER,
                Certificate.POSITION,
                DSL.val(after.millis()),
                DSL.val(after.position())))
        .and(Certificate.NOT_AFTER.le(until))
        .orderBy(Certificate.NOT_AFTER, Certificate.POSITION)
        .limit(DSL.inline(STEP));
  }

  /// Whether it was ever revoked or held, and a CRL may still have to tell of it: no complete CRL
  /// is there, or one that somebody may combine with a delta was made before the end.
  private static Condition isListed() {
    Field<Long> oldest =
        DSL.field(
            DSL.select(DSL.min(Crl.THIS_UPDATE))
                .from(Crl.TABLE)
                .where(Crl.ISSUER_ID.eq(Certificate.ISSUER_ID))
                .and(Crl.IS_DELTA.eq(DSL.inline(0L))));
    return isThere(
        DSL.selectOne()
            .from(Revoked.TABLE)
            .where(SqlCertificateInventory.OF_THE_CERTIFICATE)
            .and(DSL.coalesce(oldest, DSL.inline(0L)).le(Certificate.NOT_AFTER)));
  }

  private static Condition renewsOneThatEndedAfter(long until) {
    return isThere(
        DSL.selectOne()
            .from(PREDECESSOR)
            .where(
                SqlCertificateInventory.in(PREDECESSOR, Certificate.FINGERPRINT)
                    .eq(Certificate.PREDECESSOR))
            .and(SqlCertificateInventory.in(PREDECESSOR, Certificate.NOT_AFTER).gt(until)));
  }

  /// The certificates first: a revocation that is under way holds a lock on its certificate, and is
  /// seen when that is over.
  private void remove(Statements statements, List<? extends Record> over) throws SQLException {
    PreparedStatement certificate = statements.prepared(removeCertificate);
    PreparedStatement revocation = statements.prepared(removeRevocation);
    PreparedStatement enrollment = statements.prepared(removeEnrollment);
    PreparedStatement name = statements.prepared(removeName);
    for (Record row : over) {
      certificate.setLong(1, row.get(Certificate.POSITION));
      certificate.addBatch();
      revocation.setString(1, row.get(Certificate.ISSUER_ID));
      revocation.setString(2, row.get(Certificate.SERIAL));
      revocation.addBatch();
      enrollment.setString(1, row.get(Certificate.ENROLLMENT_ID));
      enrollment.addBatch();
      for (String value :
          CertificateNames.keys(
              CertificateNames.keys(IssuedCertificate.ofDer(row.get(Certificate.DER))),
              row.get(Certificate.DEVICE),
              row.get(Certificate.TRANSACTION_TEXT))) {
        name.setString(1, value);
        name.setLong(2, row.get(Certificate.POSITION));
        name.addBatch();
      }
    }
    certificate.executeBatch();
    revocation.executeBatch();
    enrollment.executeBatch();
    name.executeBatch();
  }

  private void told(Statements statements, String records, int count, long until, Instant now)
      throws SQLException {
    statements
        .dsl()
        .insertInto(Removed.TABLE)
        .columns(Removed.RECORDS, Removed.AT)
        .values(records, until)
        .onConflict(Removed.RECORDS)
        .doUpdate()
        .set(Removed.AT, DSL.greatest(Removed.AT, DSL.val(until)))
        .execute();
    auditRows.insert(
        statements,
        AuditRows.prepare(
            List.of(
                new AuditEvent.RecordsRemoved(
                    now, records, Integer.toString(count), Instant.ofEpochMilli(until)))));
  }

  private static Optional<Place> next(
      List<? extends Record> seen, Field<Long> time, Field<Long> position) {
    return seen.size() < STEP
        ? Optional.empty()
        : Optional.of(new Place(seen.getLast().get(time), seen.getLast().get(position)));
  }

  /// Up to where records of a kind were removed; empty when none ever were.
  static Optional<Instant> removedUntil(Statements statements, String records) {
    return statements
        .dsl()
        .select(Removed.AT)
        .from(Removed.TABLE)
        .where(Removed.RECORDS.eq(records))
        .fetchOptional(row -> Instant.ofEpochMilli(row.value1()));
  }
}
