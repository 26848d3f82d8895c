package org.certctl.store;

import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.param;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.when;

import java.util.List;
import org.certctl.store.Sql.Certificate;
import org.certctl.store.Sql.Enrollment;
import org.certctl.store.Sql.Name;
import org.certctl.store.StatusSql.Partition;
import org.certctl.store.StatusSql.Revoked;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.Query;
import org.jooq.SQLDialect;
import org.jooq.Select;
import org.jooq.SelectConditionStep;
import org.jooq.impl.DSL;

/// The statements of the enrollment cycle, rendered once.
///
/// @param find request digest, endpoint, transaction → id, state, key digest, MAC, time, DER,
///   revocation; the newest that is not released
/// @param findOther the same, then an enrollment → the same of another enrollment
/// @param findByRequest request digest, endpoint → the same; the newest that is not released
/// @param findByRequester key digest, transaction, endpoint → request digest; the newest that is
///   not released
/// @param insertEnrollment the columns in their order in the table, from `id` to `at_ms`, then the
///   predecessor and the node; nothing when one of the same key is open
/// @param removeEnrollment enrollment
/// @param insertCertificate the certificate's own columns, time, the issuer of the partition, the
///   partition, enrollment → position, device, transaction; nothing when the enrollment is not open
/// @param findPartition issuer, number, URL, end → something, when that is known
/// @param insertName value, position
/// @param closeIssued time, position, enrollment
/// @param closeReleased time, enrollment
/// @param inspect enrollment → state, DER
record EnrollmentSql(
    String find,
    String findOther,
    String findByRequest,
    String findByRequester,
    String insertEnrollment,
    String removeEnrollment,
    String insertCertificate,
    String findPartition,
    String insertName,
    String closeIssued,
    String closeReleased,
    String inspect) {

  static final String OPEN = "open";
  static final String ISSUED = "issued";
  static final String RELEASED = "released";

  private static final byte[] NOTHING = {};

  /// As text, because jOOQ leaves it out for SQLite.
  private static final String INSERTED = " returning position, device, transaction_text";

  private static final Condition OF_THE_TRANSACTION =
      Enrollment.TRANSACTION_ID.eq(param(Enrollment.TRANSACTION_ID));

  static EnrollmentSql of(SQLDialect dialect) {
    return new EnrollmentSql(
        Sql.text(findQuery(OF_THE_TRANSACTION), dialect),
        Sql.text(
            findQuery(OF_THE_TRANSACTION.and(Enrollment.ID.ne(param(Enrollment.ID)))), dialect),
        Sql.text(findQuery(DSL.noCondition()), dialect),
        Sql.text(findByRequesterQuery(), dialect),
        Sql.text(insertEnrollmentQuery(), dialect),
        Sql.text(removeEnrollmentQuery(), dialect),
        Sql.text(insertCertificateQuery(Sql.hasManyWriters(dialect)), dialect) + INSERTED,
        Sql.text(findPartitionQuery(), dialect),
        Sql.text(insertNameQuery(), dialect),
        Sql.text(closeIssuedQuery(), dialect),
        Sql.text(closeReleasedQuery(), dialect),
        Sql.text(inspectQuery(), dialect));
  }

  private static Query findQuery(Condition transaction) {
    return select(
            Enrollment.ID,
            Enrollment.STATE,
            Enrollment.REQUESTER_KEY_DIGEST,
            Enrollment.CHALLENGE_MAC,
            Enrollment.AT,
            Certificate.DER,
            Revoked.STATE)
        .from(Enrollment.TABLE)
        .leftJoin(Certificate.TABLE)
        .on(Certificate.POSITION.eq(Enrollment.CERTIFICATE_POSITION))
        .leftJoin(Revoked.TABLE)
        .on(Revoked.ISSUER_ID.eq(Certificate.ISSUER_ID))
        .and(Revoked.SERIAL.eq(Certificate.SERIAL))
        .where(Enrollment.REQUEST_DIGEST.eq(param(Enrollment.REQUEST_DIGEST)))
        .and(Enrollment.ENDPOINT.eq(param(Enrollment.ENDPOINT)))
        .and(transaction)
        .and(Enrollment.STATE.ne(inline(RELEASED)))
        .orderBy(Enrollment.POSITION.desc())
        .limit(inline(1));
  }

  private static Query findByRequesterQuery() {
    return select(Enrollment.REQUEST_DIGEST)
        .from(Enrollment.TABLE)
        .where(Enrollment.REQUESTER_KEY_DIGEST.eq(param(Enrollment.REQUESTER_KEY_DIGEST)))
        .and(Enrollment.TRANSACTION_ID.eq(param(Enrollment.TRANSACTION_ID)))
        .and(Enrollment.ENDPOINT.eq(param(Enrollment.ENDPOINT)))
        .and(Enrollment.STATE.ne(inline(RELEASED)))
        .orderBy(Enrollment.POSITION.desc())
        .limit(inline(1));
  }

  private static Query insertEnrollmentQuery() {
    return DSL.insertInto(Enrollment.TABLE)
        .columns(
            Enrollment.ID,
            Enrollment.ENDPOINT,
            Enrollment.TRANSACTION_ID,
            Enrollment.REQUEST_DIGEST,
            Enrollment.REQUESTER_KEY_DIGEST,
            Enrollment.CHALLENGE_MAC,
            Enrollment.SERIAL,
            Enrollment.APPROVED_REQUEST,
            Enrollment.FACTS,
            Enrollment.ISSUER_ID,
            Enrollment.PROFILE_ID,
            Enrollment.DEVICE,
            Enrollment.TRANSACTION_TEXT,
            Enrollment.AT,
            Enrollment.PREDECESSOR,
            Enrollment.NODE,
            Enrollment.STATE)
        .values(
            param(Enrollment.ID),
            param(Enrollment.ENDPOINT),
            param(Enrollment.TRANSACTION_ID),
            param(Enrollment.REQUEST_DIGEST),
            param(Enrollment.REQUESTER_KEY_DIGEST),
            param(Enrollment.CHALLENGE_MAC),
            param(Enrollment.SERIAL),
            param(Enrollment.APPROVED_REQUEST),
            param(Enrollment.FACTS),
            param(Enrollment.ISSUER_ID),
            param(Enrollment.PROFILE_ID),
            param(Enrollment.DEVICE),
            param(Enrollment.TRANSACTION_TEXT),
            param(Enrollment.AT),
            param(Enrollment.PREDECESSOR),
            param(Enrollment.NODE),
            inline(OPEN))
        .onConflict(Enrollment.ENDPOINT, Enrollment.TRANSACTION_ID, Enrollment.REQUEST_DIGEST)
        .where(Enrollment.STATE.eq(inline(OPEN)))
        .doNothing();
  }

  private static Query removeEnrollmentQuery() {
    return DSL.deleteFrom(Enrollment.TABLE).where(Enrollment.ID.eq(param(Enrollment.ID)));
  }

  /// @param locks whether it locks the enrollment, so that of several that close it one does
  private static Query insertCertificateQuery(boolean locks) {
    SelectConditionStep<?> source =
        select(
                param(Certificate.SERIAL),
                param(Certificate.DER),
                param(Certificate.SUBJECT),
                param(Certificate.SANS),
                param(Certificate.NOT_BEFORE),
                param(Certificate.NOT_AFTER),
                param(Certificate.FINGERPRINT),
                param(Certificate.KEY_DIGEST),
                param(Certificate.ISSUED_AT),
                Enrollment.ISSUER_ID,
                Enrollment.ENDPOINT,
                Enrollment.PROFILE_ID,
                Enrollment.DEVICE,
                Enrollment.TRANSACTION_TEXT,
                Enrollment.ID,
                Enrollment.PREDECESSOR,
                when(
                    Enrollment.ISSUER_ID.eq(param(Partition.ISSUER_ID)),
                    param(Certificate.CRL_PARTITION)))
            .from(Enrollment.TABLE)
            .where(Enrollment.ID.eq(param(Enrollment.ID)))
            .and(Enrollment.STATE.eq(inline(OPEN)));
    Select<?> chosen = locks ? source.forUpdate() : source;
    List<Field<?>> columns =
        List.of(
            Certificate.SERIAL,
            Certificate.DER,
            Certificate.SUBJECT,
            Certificate.SANS,
            Certificate.NOT_BEFORE,
            Certificate.NOT_AFTER,
            Certificate.FINGERPRINT,
            Certificate.KEY_DIGEST,
            Certificate.ISSUED_AT,
            Certificate.ISSUER_ID,
            Certificate.ENDPOINT,
            Certificate.PROFILE_ID,
            Certificate.DEVICE,
            Certificate.TRANSACTION_TEXT,
            Certificate.ENROLLMENT_ID,
            Certificate.PREDECESSOR,
            Certificate.CRL_PARTITION);
    return DSL.insertInto(Certificate.TABLE).columns(columns).select(chosen);
  }

  private static Query findPartitionQuery() {
    return select(Partition.NUMBER)
        .from(Partition.TABLE)
        .where(Partition.ISSUER_ID.eq(param(Partition.ISSUER_ID)))
        .and(Partition.NUMBER.eq(param(Partition.NUMBER)))
        .and(Partition.LOCATION.eq(param(Partition.LOCATION)))
        .and(Partition.LAST_END.ge(param(Partition.LAST_END)));
  }

  private static Query insertNameQuery() {
    return DSL.insertInto(Name.TABLE)
        .columns(Name.VALUE, Name.POSITION)
        .values(param(Name.VALUE), param(Name.POSITION));
  }

  /// What is needed only to ask again is dropped when there is nothing more to ask.
  private static Query closeIssuedQuery() {
    return DSL.update(Enrollment.TABLE)
        .set(Enrollment.STATE, inline(ISSUED))
        .set(Enrollment.CLOSED_AT, param(Enrollment.CLOSED_AT))
        .set(Enrollment.APPROVED_REQUEST, inline(NOTHING))
        .set(Enrollment.FACTS, inline(NOTHING))
        .set(Enrollment.CERTIFICATE_POSITION, param(Enrollment.CERTIFICATE_POSITION))
        .where(Enrollment.ID.eq(param(Enrollment.ID)))
        .and(Enrollment.STATE.eq(inline(OPEN)));
  }

  private static Query closeReleasedQuery() {
    return DSL.update(Enrollment.TABLE)
        .set(Enrollment.STATE, inline(RELEASED))
        .set(Enrollment.CLOSED_AT, param(Enrollment.CLOSED_AT))
        .set(Enrollment.APPROVED_REQUEST, inline(NOTHING))
        .set(Enrollment.FACTS, inline(NOTHING))
        .where(Enrollment.ID.eq(param(Enrollment.ID)))
        .and(Enrollment.STATE.eq(inline(OPEN)));
  }

  private static Query inspectQuery() {
    return select(Enrollment.STATE, Certificate.DER)
        .from(Enrollment.TABLE)
        .leftJoin(Certificate.TABLE)
        .on(Certificate.POSITION.eq(Enrollment.CERTIFICATE_POSITION))
        .where(Enrollment.ID.eq(param(Enrollment.ID)));
  }
}
