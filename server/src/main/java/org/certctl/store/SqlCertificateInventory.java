package org.certctl.store;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.enroll.CertificateInventory;
import org.certctl.enroll.CertificateSearch;
import org.certctl.pki.IssuedCertificate;
import org.certctl.pki.SerialNumber;
import org.certctl.pki.Sha256;
import org.certctl.retention.RetentionWork;
import org.certctl.store.Sql.Certificate;
import org.certctl.store.StatusSql.Revoked;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Record1;
import org.jooq.Select;
import org.jooq.SelectWhereStep;
import org.jooq.Table;
import org.jooq.impl.DSL;

/// The inventory of certificates in SQL.
public final class SqlCertificateInventory implements CertificateInventory {

  private static final int MAX_LIMIT = 1000;

  /// Whether a revocation is that of the certificate.
  static final Condition OF_THE_CERTIFICATE =
      Revoked.ISSUER_ID.eq(Certificate.ISSUER_ID).and(Revoked.SERIAL.eq(Certificate.SERIAL));

  /// The certificates with what became of them.
  static final Table<?> WITH_STATUS =
      Certificate.TABLE.leftJoin(Revoked.TABLE).on(OF_THE_CERTIFICATE);

  private static final Table<?> RENEWAL = Certificate.TABLE.as("renewal");
  private static final Table<?> RENEWAL_STATUS = Revoked.TABLE.as("renewal_status");

  /// Whether there is a good renewal of the certificate.
  private static final Field<Boolean> SUPERSEDED =
      DSL.field(
              DSL.exists(
                  goodRenewals(in(RENEWAL, Certificate.PREDECESSOR).eq(Certificate.FINGERPRINT))))
          .as("superseded");

  /// What {@link #entry} reads.
  static final List<Field<?>> COLUMNS =
      Stream.concat(
              Certificate.ALL.stream(),
              Stream.of(Revoked.STATE, Revoked.REASON, Revoked.REVOKED_AT, SUPERSEDED))
          .toList();

  private static final String AFTER_HEX_DIGITS = "g";

  private final Transactions transactions;

  /// Reads behind these transactions.
  public SqlCertificateInventory(Transactions transactions) {
    this.transactions = transactions;
  }

  @Override
  public CertificateSearch.Page search(
      CertificateSearch search, Optional<CertificateSearch.Cursor> after, int limit)
      throws StoreUnavailableException {
    requireLimit(limit);
    CertificateWalk walk = new CertificateWalk(search, after);
    return transactions.read(statements -> walk.page(statements, limit));
  }

  private static void requireLimit(int limit) {
    if (limit < 1 || limit > MAX_LIMIT) {
      throw new IllegalArgumentException("the limit is 1 to " + MAX_LIMIT);
    }
  }

  private static SelectWhereStep<?> entries(Statements statements) {
    return statements.dsl().select(COLUMNS).from(WITH_STATUS);
  }

  @Override
  public List<Entry> bySerialNumber(SerialNumber serialNumber) throws StoreUnavailableException {
    return transactions.read(
        statements ->
            entries(statements)
                .where(Certificate.SERIAL.eq(serialNumber.hex()))
                .orderBy(Certificate.POSITION)
                .fetch(SqlCertificateInventory::entry));
  }

  @Override
  public Optional<Entry> byFingerprint(Sha256 fingerprint) throws StoreUnavailableException {
    return transactions.read(
        statements ->
            entries(statements)
                .where(Certificate.FINGERPRINT.eq(fingerprint.octets()))
                .limit(1)
                .fetchOptional(SqlCertificateInventory::entry));
  }

  @Override
  public List<Entry> bySerialNumberPrefix(String hexPrefix, int limit)
      throws StoreUnavailableException {
    requireLimit(limit);
    if (!hexPrefix.matches("[0-9a-f]+")) {
      throw new IllegalArgumentException("the prefix is of lower-case hexadecimal digits");
    }
    return transactions.read(
        statements ->
            entries(statements)
                .where(Certificate.SERIAL.ge(hexPrefix))
                .and(Certificate.SERIAL.lt(hexPrefix + AFTER_HEX_DIGITS))
                .orderBy(Certificate.SERIAL, Certificate.ISSUER_ID)
                .limit(limit)
                .fetch(SqlCertificateInventory::entry));
  }

  @Override
  public Optional<Entry> byKeyOfAnother(Sha256 keyDigest, IssuedCertificate holder)
      throws StoreUnavailableException {
    String subject = holder.subjectText();
    Condition another =
        Certificate.SUBJECT
            .ne(subject)
            .or(
                subject.isEmpty()
                    ? Certificate.SANS.ne(String.join("\n", holder.subjectAltNames()))
                    : DSL.falseCondition());
    return transactions.read(
        statements ->
            entries(statements)
                .where(Certificate.KEY_DIGEST.eq(keyDigest.octets()))
                .and(another)
                .orderBy(Certificate.POSITION.desc())
                .limit(1)
                .fetchOptional(SqlCertificateInventory::entry));
  }

  @Override
  public List<Entry> successors(Sha256 fingerprint) throws StoreUnavailableException {
    return transactions.read(
        statements ->
            entries(statements)
                .where(Certificate.PREDECESSOR.eq(fingerprint.octets()))
                .orderBy(Certificate.POSITION)
                .fetch(SqlCertificateInventory::entry));
  }

  @Override
  public List<Entry> superseded(String endpoint, Instant renewedUntil, Instant now, int limit)
      throws StoreUnavailableException {
    requireLimit(limit);
    return transactions.read(
        statements ->
            entries(statements)
                .where(Certificate.FINGERPRINT.in(renewedAt(endpoint, renewedUntil)))
                .and(Certificate.NOT_AFTER.ge(now.toEpochMilli()))
                .and(isGood(Revoked.STATE))
                .orderBy(Certificate.POSITION)
                .limit(limit)
                .fetch(SqlCertificateInventory::entry));
  }

  @Override
  public Optional<Instant> removedUntil() throws StoreUnavailableException {
    return transactions.read(
        statements -> SqlRetentionStore.removedUntil(statements, RetentionWork.CERTIFICATES));
  }

  /// The predecessors of good certificates that this endpoint issued until then.
  private static Select<Record1<byte[]>> renewedAt(String endpoint, Instant until) {
    return goodRenewals(
        in(RENEWAL, Certificate.PREDECESSOR)
            .isNotNull()
            .and(in(RENEWAL, Certificate.ENDPOINT).eq(endpoint))
            .and(in(RENEWAL, Certificate.ISSUED_AT).le(until.toEpochMilli())));
  }

  /// The predecessors of renewals that are neither revoked nor held.
  private static Select<Record1<byte[]>> goodRenewals(Condition which) {
    return DSL.select(in(RENEWAL, Certificate.PREDECESSOR))
        .from(RENEWAL)
        .leftJoin(RENEWAL_STATUS)
        .on(in(RENEWAL_STATUS, Revoked.ISSUER_ID).eq(in(RENEWAL, Certificate.ISSUER_ID)))
        .and(in(RENEWAL_STATUS, Revoked.SERIAL).eq(in(RENEWAL, Certificate.SERIAL)))
        .where(which)
        .and(isGood(in(RENEWAL_STATUS, Revoked.STATE)));
  }

  static Condition isGood(Field<String> state) {
    return state.isNull().or(state.eq(DSL.inline(Revoked.RELEASED)));
  }

  static <T> Field<T> in(Table<?> alias, Field<T> field) {
    return DSL.field(DSL.name(alias.getName(), field.getName()), field.getDataType());
  }

  static Entry entry(Record row) {
    return new Entry(
        row.get(Certificate.POSITION),
        IssuedCertificate.ofDer(row.get(Certificate.DER)),
        row.get(Certificate.ENDPOINT),
        row.get(Certificate.ISSUER_ID),
        row.get(Certificate.PROFILE_ID),
        row.get(Certificate.DEVICE),
        row.get(Certificate.TRANSACTION_TEXT),
        Instant.ofEpochMilli(row.get(Certificate.ISSUED_AT)),
        Optional.ofNullable(row.get(Certificate.PREDECESSOR)).map(Sha256::ofDigest),
        SqlRevocationStore.revocation(row),
        row.get(SUPERSEDED));
  }
}
