package org.certctl.store;

import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.certctl.enroll.CertificateInventory.Entry;
import org.certctl.enroll.CertificateSearch;
import org.certctl.enroll.CertificateSearch.Criterion;
import org.certctl.enroll.CertificateSearch.Cursor;
import org.certctl.enroll.CertificateSearch.Order;
import org.certctl.enroll.CertificateSearch.Page;
import org.certctl.store.Sql.Certificate;
import org.certctl.store.Sql.Name;
import org.certctl.store.StatusSql.Revoked;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.OrderField;
import org.jooq.Record;
import org.jooq.ResultQuery;
import org.jooq.SelectFromStep;
import org.jooq.Table;
import org.jooq.impl.DSL;

/// Walks the index of the criterion that leads a search, from the cursor on, and looks at each
/// certificate on the way: at most {@link #MAX_ROWS} in a call.
final class CertificateWalk {

  /// So many rows are looked at in one call.
  static final int MAX_ROWS = 5000;

  private static final String AFTER_ALL = Character.toString(Character.MAX_CODE_POINT);

  private final CertificateSearch search;
  private final Optional<Cursor> after;
  private final int maxRows;

  /// @throws IllegalArgumentException when the cursor is of another order
  CertificateWalk(CertificateSearch search, Optional<Cursor> after) {
    this(search, after, MAX_ROWS);
  }

  /// The same with a bound of one's own.
  CertificateWalk(CertificateSearch search, Optional<Cursor> after, int maxRows) {
    if (after.isPresent() && after.get().order() != search.order()) {
      throw new IllegalArgumentException("the cursor is of another search");
    }
    this.search = search;
    this.after = after;
    this.maxRows = maxRows;
  }

  Page page(Statements statements, int limit) throws SQLException {
    statements.stream();
    List<Entry> entries = new ArrayList<>();
    try (var cursor = query(statements.dsl()).fetchLazy()) {
      Iterable<? extends Record> rows =
          isBySerialNumber() ? cursor.fetch().sortDesc(Certificate.POSITION) : cursor;
      Optional<Cursor> last = after;
      int seen = 0;
      for (Record row : rows) {
        if (entries.size() == limit) {
          return new Page(entries, last);
        }
        seen++;
        last = Optional.of(cursor(row));
        Entry entry = SqlCertificateInventory.entry(row);
        if (search.isMetBy(entry) && isTold(row, entry)) {
          entries.add(entry);
        }
      }
      return new Page(entries, seen < maxRows ? Optional.empty() : last);
    }
  }

  /// Those are few, and their index has them in the order of the issuers.
  private boolean isBySerialNumber() {
    return search.criteria().stream()
        .findFirst()
        .filter(CertificateSearch.Serial.class::isInstance)
        .isPresent();
  }

  private Cursor cursor(Record row) {
    long position = row.get(Certificate.POSITION);
    return switch (search.order()) {
      case NEWEST_FIRST -> Cursor.newest(position);
      case BY_EXPIRY -> Cursor.byExpiry(row.get(Certificate.NOT_AFTER), position);
      case BY_SUBJECT -> Cursor.bySubject(row.get(Name.VALUE), position);
    };
  }

  /// A certificate has several names, and more than one may fit.
  private boolean isTold(Record row, Entry entry) {
    return search.order() != Order.BY_SUBJECT
        || search.cursor(entry).subject().equals(row.get(Name.VALUE));
  }

  /// The rows from the cursor on. Only what the index of the leading criterion can tell is a
  /// condition: whatever else were one, the engine might read the whole table for it.
  ResultQuery<? extends Record> query(DSLContext dsl) {
    Optional<Criterion> lead = search.criteria().stream().findFirst();
    if (lead.isEmpty()) {
      return certificates(dsl, DSL.noCondition());
    }
    return switch (lead.get()) {
      case CertificateSearch.Fingerprint exactly ->
          certificates(dsl, Certificate.FINGERPRINT.eq(exactly.digest().octets()));
      case CertificateSearch.Serial exactly -> ofSerialNumber(dsl, exactly);
      case CertificateSearch.Transaction exactly -> named(dsl, exactly.key());
      case CertificateSearch.AltName exactly -> named(dsl, exactly.key());
      case CertificateSearch.Subject exactly -> named(dsl, exactly.key());
      case CertificateSearch.Device exactly -> named(dsl, exactly.key());
      case CertificateSearch.SubjectPrefix beginning -> beginningWith(dsl, beginning.key());
      case CertificateSearch.Expiry _ -> byExpiry(dsl);
      case CertificateSearch.InState in ->
          in.state().isRevocation() ? inState(dsl, in.state().wireValue()) : byExpiry(dsl);
      case CertificateSearch.Endpoint exactly ->
          certificates(dsl, Certificate.ENDPOINT.eq(exactly.name()));
      case CertificateSearch.IssuedBy exactly ->
          certificates(dsl, Certificate.ISSUER_ID.eq(exactly.issuerId()));
    };
  }

  private ResultQuery<? extends Record> certificates(DSLContext dsl, Condition condition) {
    return newestFirst(dsl, SqlCertificateInventory.WITH_STATUS, condition, Certificate.POSITION);
  }

  /// At most one for each issuer.
  private ResultQuery<? extends Record> ofSerialNumber(
      DSLContext dsl, CertificateSearch.Serial exactly) {
    return dsl.select(SqlCertificateInventory.COLUMNS)
        .from(SqlCertificateInventory.WITH_STATUS)
        .where(Certificate.SERIAL.eq(exactly.number().hex()))
        .and(before(Certificate.POSITION))
        .limit(DSL.inline(maxRows));
  }

  private ResultQuery<? extends Record> named(DSLContext dsl, String key) {
    return newestFirst(dsl, names(), Name.VALUE.eq(key), Name.POSITION);
  }

  private ResultQuery<? extends Record> inState(DSLContext dsl, String state) {
    Table<?> revoked =
        Revoked.TABLE.join(Certificate.TABLE).on(Certificate.POSITION.eq(Revoked.POSITION));
    return newestFirst(dsl, revoked, Revoked.STATE.eq(state), Revoked.POSITION);
  }

  private ResultQuery<? extends Record> newestFirst(
      DSLContext dsl, Table<?> from, Condition condition, Field<Long> position) {
    return walk(
        dsl.select(SqlCertificateInventory.COLUMNS),
        from,
        condition.and(before(position)),
        List.of(position.desc()));
  }

  private Condition before(Field<Long> position) {
    return after.map(Cursor::position).map(position::lt).orElse(DSL.noCondition());
  }

  private ResultQuery<? extends Record> beginningWith(DSLContext dsl, String key) {
    Condition from =
        after
            .map(cursor -> behind(Name.VALUE, cursor.subject(), Name.POSITION, cursor))
            .orElse(Name.VALUE.ge(key));
    return walk(
        dsl.select(SqlCertificateInventory.COLUMNS).select(Name.VALUE),
        names(),
        from.and(Name.VALUE.lt(key + AFTER_ALL)),
        List.of(Name.VALUE, Name.POSITION));
  }

  private ResultQuery<? extends Record> byExpiry(DSLContext dsl) {
    CertificateSearch.Expiry ends = search.ends();
    Condition from =
        after
            .map(
                cursor ->
                    behind(Certificate.NOT_AFTER, cursor.endMillis(), Certificate.POSITION, cursor))
            .orElse(Certificate.NOT_AFTER.ge(millis(ends.from())));
    return walk(
        dsl.select(SqlCertificateInventory.COLUMNS),
        SqlCertificateInventory.WITH_STATUS,
        from.and(Certificate.NOT_AFTER.le(millis(ends.before()))),
        List.of(Certificate.NOT_AFTER, Certificate.POSITION));
  }

  /// As one comparison of rows, so that among many with the same key the walk begins at the cursor;
  /// and as the only lower bound, of which an engine takes but one.
  private static <T> Condition behind(Field<T> field, T key, Field<Long> position, Cursor cursor) {
    return DSL.condition(
        "({0}, {1}) > ({2}, {3})", field, position, DSL.val(key), DSL.val(cursor.position()));
  }

  private static long millis(Instant time) {
    return time.toEpochMilli();
  }

  private ResultQuery<? extends Record> walk(
      SelectFromStep<?> columns,
      Table<?> from,
      Condition condition,
      List<? extends OrderField<?>> order) {
    return columns.from(from).where(condition).orderBy(order).limit(DSL.inline(maxRows));
  }

  private static Table<?> names() {
    return Name.TABLE
        .join(Certificate.TABLE)
        .on(Certificate.POSITION.eq(Name.POSITION))
        .leftJoin(Revoked.TABLE)
        .on(SqlCertificateInventory.OF_THE_CERTIFICATE);
  }
}
