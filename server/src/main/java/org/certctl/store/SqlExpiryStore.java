package org.certctl.store;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.certctl.audit.AuditEvent;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.expiry.ExpiryStore;
import org.certctl.expiry.IssuedEnd;
import org.certctl.notice.Notice;
import org.certctl.notice.Target;
import org.certctl.pki.Sha256;
import org.certctl.store.NoticeSql.Mark;
import org.certctl.store.NoticeSql.Told;
import org.certctl.store.Sql.Certificate;
import org.certctl.store.StatusSql.Revoked;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.ResultQuery;
import org.jooq.SQLDialect;
import org.jooq.Table;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/// What was told of the ends of certificates, in SQL. Times are kept in whole milliseconds.
public final class SqlExpiryStore implements ExpiryStore {

  private static final int MAX_LIMIT = 10_000;
  private static final Field<Boolean> RENEWED = DSL.field(DSL.exists(renewals())).as("renewed");

  private final Transactions transactions;
  private final AuditRows auditRows;

  /// Keeps it behind these transactions.
  public SqlExpiryStore(Transactions transactions, SQLDialect dialect) {
    this.transactions = transactions;
    this.auditRows = new AuditRows(dialect);
  }

  /// The good certificates that renewed one.
  private static org.jooq.Select<?> renewals() {
    Table<?> renewal = Certificate.TABLE.as("renewal");
    Table<?> status = Revoked.TABLE.as("renewal_status");
    return DSL.selectOne()
        .from(renewal)
        .leftJoin(status)
        .on(of(status, Revoked.ISSUER_ID).eq(of(renewal, Certificate.ISSUER_ID)))
        .and(of(status, Revoked.SERIAL).eq(of(renewal, Certificate.SERIAL)))
        .where(of(renewal, Certificate.PREDECESSOR).eq(Certificate.FINGERPRINT))
        .and(SqlCertificateInventory.isGood(of(status, Revoked.STATE)));
  }

  private static <T> Field<T> of(Table<?> alias, Field<T> field) {
    return SqlCertificateInventory.in(alias, field);
  }

  @Override
  public Map<Sha256, Duration> told(Set<Sha256> fingerprints) throws StoreUnavailableException {
    List<byte[]> wanted = fingerprints.stream().map(Sha256::octets).toList();
    Field<Long> shortest = DSL.min(Told.THRESHOLD);
    return transactions.read(
        statements -> {
          Map<Sha256, Duration> told = new HashMap<>();
          statements
              .dsl()
              .select(Told.FINGERPRINT, shortest)
              .from(Told.TABLE)
              .where(Told.FINGERPRINT.in(wanted))
              .groupBy(Told.FINGERPRINT)
              .forEach(
                  row ->
                      told.put(
                          Sha256.ofDigest(row.get(Told.FINGERPRINT)),
                          Duration.ofMillis(row.get(shortest))));
          return told;
        });
  }

  @Override
  public boolean tell(
      ExpiryStore.Telling told, Notice notice, List<Target> targets, AuditEvent event)
      throws StoreUnavailableException {
    List<AuditRows.Row> events = AuditRows.prepare(List.of(event));
    return transactions.write(
        statements -> {
          int added =
              statements
                  .dsl()
                  .insertInto(Told.TABLE)
                  .columns(Told.FINGERPRINT, Told.THRESHOLD, Told.NOT_AFTER, Told.AT)
                  .values(
                      told.fingerprint().octets(),
                      told.threshold().toMillis(),
                      told.notAfter().toEpochMilli(),
                      told.at().toEpochMilli())
                  .onConflictDoNothing()
                  .execute();
          if (added == 1) {
            NoticeRows.insert(statements, notice, targets);
            auditRows.insert(statements, events);
          }
          return added == 1;
        });
  }

  @Override
  public Page issuedEnds(Instant from, Instant until, Optional<Cursor> after, int limit)
      throws StoreUnavailableException {
    if (limit < 1 || limit > MAX_LIMIT) {
      throw new IllegalArgumentException("the limit is 1 to " + MAX_LIMIT);
    }
    return transactions.read(
        statements -> {
          List<IssuedEnd> ends = new ArrayList<>();
          Record last = null;
          for (Record row : ends(statements.dsl(), from, until, after, limit).fetch()) {
            ends.add(end(row));
            last = row;
          }
          return new Page(ends, ends.size() < limit ? Optional.empty() : cursor(last));
        });
  }

  /// Walks the index of ends, from the cursor on; whether a certificate is in use is a column and
  /// no condition, so that a call looks at so many certificates and no more.
  static ResultQuery<? extends Record> ends(
      DSLContext dsl, Instant from, Instant until, Optional<Cursor> after, int limit) {
    Condition begin =
        after
            .map(
                cursor ->
                    DSL.condition(
                        "({0}, {1}) > ({2}, {3})",
                        Certificate.NOT_AFTER,
                        Certificate.POSITION,
                        DSL.val(cursor.notAfterMillis()),
                        DSL.val(cursor.position())))
            .orElse(Certificate.NOT_AFTER.gt(from.toEpochMilli()));
    return dsl.select(
            Certificate.POSITION,
            Certificate.ISSUER_ID,
            Certificate.SERIAL,
            Certificate.SUBJECT,
            Certificate.ENDPOINT,
            Certificate.DEVICE,
            Certificate.NOT_BEFORE,
            Certificate.NOT_AFTER,
            Revoked.STATE,
            RENEWED)
        .from(SqlCertificateInventory.WITH_STATUS)
        .where(begin)
        .and(Certificate.NOT_AFTER.le(until.toEpochMilli()))
        .orderBy(Certificate.NOT_AFTER, Certificate.POSITION)
        .limit(limit);
  }

  private static Optional<Cursor> cursor(@Nullable Record last) {
    return Optional.ofNullable(last)
        .map(row -> new Cursor(row.get(Certificate.NOT_AFTER), row.get(Certificate.POSITION)));
  }

  private static IssuedEnd end(Record row) {
    String state = row.get(Revoked.STATE);
    boolean revoked = state != null && !state.equals(Revoked.RELEASED);
    return new IssuedEnd(
        row.get(Certificate.ISSUER_ID),
        row.get(Certificate.SERIAL),
        row.get(Certificate.SUBJECT),
        row.get(Certificate.ENDPOINT),
        row.get(Certificate.DEVICE),
        Instant.ofEpochMilli(row.get(Certificate.NOT_BEFORE)),
        Instant.ofEpochMilli(row.get(Certificate.NOT_AFTER)),
        !revoked && !row.get(RENEWED));
  }

  @Override
  public Map<String, Instant> marks() throws StoreUnavailableException {
    return transactions.read(SqlExpiryStore::marks);
  }

  private static Map<String, Instant> marks(Statements statements) {
    Map<String, Instant> marks = new HashMap<>();
    statements
        .dsl()
        .select(Mark.NAME, Mark.AT)
        .from(Mark.TABLE)
        .forEach(row -> marks.put(row.get(Mark.NAME), Instant.ofEpochMilli(row.get(Mark.AT))));
    return marks;
  }

  @Override
  public boolean advance(
      Map<String, Instant> before,
      Map<String, Instant> after,
      List<Notice> notices,
      List<Target> targets,
      List<AuditEvent> events)
      throws StoreUnavailableException {
    List<AuditRows.Row> rows = AuditRows.prepare(events);
    try {
      return transactions.write(
          statements -> {
            for (Map.Entry<String, Instant> mark : after.entrySet()) {
              if (!move(statements, mark.getKey(), before.get(mark.getKey()), mark.getValue())) {
                throw new Undone(false);
              }
            }
            for (Notice notice : notices) {
              NoticeRows.insert(statements, notice, targets);
            }
            auditRows.insert(statements, rows);
            return true;
          });
    } catch (Undone e) {
      return e.result(Boolean.class);
    }
  }

  private static boolean move(
      Statements statements, String name, @Nullable Instant from, Instant to) {
    if (from == null) {
      return statements
              .dsl()
              .insertInto(Mark.TABLE)
              .columns(Mark.NAME, Mark.AT)
              .values(name, to.toEpochMilli())
              .onConflictDoNothing()
              .execute()
          == 1;
    }
    return statements
            .dsl()
            .update(Mark.TABLE)
            .set(Mark.AT, to.toEpochMilli())
            .where(Mark.NAME.eq(name))
            .and(Mark.AT.eq(from.toEpochMilli()))
            .execute()
        == 1;
  }

  @Override
  public void forget(Instant endedBefore, Set<Sha256> kept) throws StoreUnavailableException {
    List<byte[]> keptOctets = kept.stream().map(Sha256::octets).toList();
    Condition over =
        Told.NOT_AFTER.lt(endedBefore.toEpochMilli()).and(Told.FINGERPRINT.notIn(keptOctets));
    transactions.write(statements -> statements.dsl().deleteFrom(Told.TABLE).where(over).execute());
  }
}
