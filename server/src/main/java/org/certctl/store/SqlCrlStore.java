package org.certctl.store;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.certctl.audit.AuditEvent;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.enroll.ByteString;
import org.certctl.pki.SerialNumber;
import org.certctl.pki.Sha256;
import org.certctl.status.CrlEdition;
import org.certctl.status.CrlExtensions;
import org.certctl.status.CrlKey;
import org.certctl.status.CrlStore;
import org.certctl.store.StatusSql.Counter;
import org.certctl.store.StatusSql.Crl;
import org.certctl.store.StatusSql.LastNumber;
import org.certctl.store.StatusSql.Part;
import org.certctl.store.StatusSql.Partition;
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
    return transactions.read(statements -> changes(statements.dsl(), issuerId));
  }

  private static long changes(DSLContext dsl, String issuerId) {
    return dsl.select(Counter.CHANGES)
        .from(Counter.TABLE)
        .where(Counter.ISSUER_ID.eq(issuerId))
        .fetchOptional(Counter.CHANGES)
        .orElse(0L);
  }

  @Override
  public long lastChange(CrlKey key) throws StoreUnavailableException {
    if (key.partition() == CrlKey.WHOLE) {
      return changes(key.issuerId());
    }
    return transactions.read(
        statements ->
            statements
                .dsl()
                .select(StatusSql.Revoked.CHANGE)
                .from(StatusSql.Revoked.TABLE)
                .where(inScope(key))
                .orderBy(StatusSql.Revoked.CHANGE.desc())
                .limit(1)
                .fetchOptional(StatusSql.Revoked.CHANGE)
                .orElse(0L));
  }

  private static Condition inScope(CrlKey key) {
    Condition ofIssuer = StatusSql.Revoked.ISSUER_ID.eq(key.issuerId());
    return key.partition() == CrlKey.WHOLE
        ? ofIssuer
        : ofIssuer.and(StatusSql.Revoked.PARTITION.eq((long) key.partition()));
  }

  /// The number is taken first: on an engine with row locks this makes one reservation wait for the
  /// other, so that the second sees all that the first has seen.
  @Override
  public Reservation reserve(CrlKey key, Instant now) throws StoreUnavailableException {
    long atLeast = now.getEpochSecond();
    return transactions.write(
        statements -> {
          DSLContext dsl = statements.dsl();
          dsl.insertInto(LastNumber.TABLE)
              .columns(LastNumber.ISSUER_ID, LastNumber.PARTITION, LastNumber.LAST)
              .values(key.issuerId(), (long) key.partition(), atLeast)
              .onConflict(LastNumber.ISSUER_ID, LastNumber.PARTITION)
              .doUpdate()
              .set(LastNumber.LAST, DSL.greatest(LastNumber.LAST.plus(1L), DSL.val(atLeast)))
              .execute();
          return dsl.select(LastNumber.LAST)
              .from(LastNumber.TABLE)
              .where(LastNumber.ISSUER_ID.eq(key.issuerId()))
              .and(LastNumber.PARTITION.eq((long) key.partition()))
              .fetchSingle(
                  row -> new Reservation(row.get(LastNumber.LAST), changes(dsl, key.issuerId())));
        });
  }

  @Override
  public List<Revoked> revoked(
      CrlKey key, Optional<SerialNumber> after, Instant notAfterFrom, int limit)
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
                .where(inScope(key))
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
  public List<Changed> changedSince(CrlKey key, long since, Instant notAfterFrom, int limit)
      throws StoreUnavailableException {
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
                .where(inScope(key))
                .and(StatusSql.Revoked.CHANGE.gt(since))
                .and(StatusSql.Revoked.NOT_AFTER.ge(notAfterFrom.toEpochMilli()))
                .orderBy(StatusSql.Revoked.CHANGE)
                .limit(limit)
                .fetch(
                    row ->
                        new Changed(
                            SerialNumber.ofHex(row.get(StatusSql.Revoked.SERIAL)),
                            Instant.ofEpochMilli(row.get(StatusSql.Revoked.REVOKED_AT)),
                            SqlRevocationStore.revocation(row))));
  }

  @Override
  public Optional<CrlEdition> oldestBase(CrlEdition like, long changesFrom, Instant now)
      throws StoreUnavailableException {
    return transactions.read(
        statements ->
            statements
                .dsl()
                .select(Crl.ALL)
                .from(Crl.TABLE)
                .where(isOf(like.key().ofComplete()))
                .and(mayBeKept(now))
                .and(Crl.NUMBER.le(like.number()))
                .and(Crl.CHANGES.ge(changesFrom))
                .and(Crl.SIGNER_FINGERPRINT.eq(like.signer().octets()))
                .and(Crl.DISTRIBUTION_POINT.eq(lines(like.extensions().distributionPoint())))
                .orderBy(Crl.NUMBER)
                .limit(1)
                .fetchOptional(SqlCrlStore::edition));
  }

  @Override
  public boolean isNamed(CrlKey key, Instant now) throws StoreUnavailableException {
    return transactions.read(
        statements ->
            statements
                .dsl()
                .fetchExists(
                    DSL.selectOne()
                        .from(Crl.TABLE)
                        .where(isOf(key.ofComplete()))
                        .and(mayBeKept(now))
                        .and(Crl.FRESHEST.ne(""))));
  }

  private static Condition mayBeKept(Instant now) {
    return Crl.NEXT_UPDATE.gt(now.toEpochMilli()).and(Crl.THIS_UPDATE.le(now.toEpochMilli()));
  }

  private static Condition isOf(CrlKey key) {
    return Crl.ISSUER_ID
        .eq(key.issuerId())
        .and(Crl.PARTITION.eq((long) key.partition()))
        .and(Crl.IS_DELTA.eq(isDelta(key)));
  }

  private static long isDelta(CrlKey key) {
    return key.delta() ? 1 : 0;
  }

  @Override
  public List<NamedPartition> partitions(String issuerId) throws StoreUnavailableException {
    return transactions.read(
        statements ->
            statements
                .dsl()
                .select(Partition.NUMBER, Partition.LOCATION, Partition.LAST_END)
                .from(Partition.TABLE)
                .where(Partition.ISSUER_ID.eq(issuerId))
                .orderBy(Partition.NUMBER, Partition.LOCATION)
                .fetch(
                    row ->
                        new NamedPartition(
                            row.value1().intValue(),
                            row.value2(),
                            Instant.ofEpochMilli(row.value3()))));
  }

  @Override
  public void keepPart(CrlKey key, long number, int part, ByteString octets)
      throws StoreUnavailableException {
    byte[] content = octets.octets();
    var _ =
        transactions.write(
            statements ->
                statements
                    .dsl()
                    .insertInto(Part.TABLE)
                    .columns(
                        Part.ISSUER_ID,
                        Part.PARTITION,
                        Part.IS_DELTA,
                        Part.NUMBER,
                        Part.PART,
                        Part.OCTETS)
                    .values(
                        key.issuerId(),
                        (long) key.partition(),
                        isDelta(key),
                        number,
                        (long) part,
                        content)
                    .execute());
  }

  @Override
  public ByteString keptPart(CrlKey key, long number, int part) throws StoreUnavailableException {
    return find(key, number, part)
        .orElseThrow(
            () ->
                new StoreUnavailableException(
                    "CRL " + number + " was overtaken by a newer one while it was made"));
  }

  private Optional<ByteString> find(CrlKey key, long number, int part)
      throws StoreUnavailableException {
    return transactions.read(
        statements ->
            statements
                .dsl()
                .select(Part.OCTETS)
                .from(Part.TABLE)
                .where(isPartOf(key))
                .and(Part.NUMBER.eq(number))
                .and(Part.PART.eq((long) part))
                .fetchOptional(row -> ByteString.of(row.get(Part.OCTETS))));
  }

  private static Condition isPartOf(CrlKey key) {
    return Part.ISSUER_ID
        .eq(key.issuerId())
        .and(Part.PARTITION.eq((long) key.partition()))
        .and(Part.IS_DELTA.eq(isDelta(key)));
  }

  @Override
  public boolean publish(CrlEdition edition, List<AuditEvent> events)
      throws StoreUnavailableException {
    List<AuditRows.Row> rows = AuditRows.prepare(events);
    return transactions.write(
        statements -> {
          DSLContext dsl = statements.dsl();
          lock(dsl, edition.key());
          boolean overtaken =
              dsl.fetchExists(
                  DSL.selectOne()
                      .from(Crl.TABLE)
                      .where(isOf(edition.key()))
                      .and(Crl.NUMBER.gt(edition.number())));
          if (overtaken) {
            dropParts(dsl, edition.key(), Part.NUMBER.eq(edition.number()));
            return false;
          }
          insert(dsl, edition);
          auditRows.insert(statements, rows);
          dropOld(dsl, edition);
          return true;
        });
  }

  /// Lets nobody else publish a CRL of this scope until the transaction ends.
  private static void lock(DSLContext dsl, CrlKey key) {
    if (Sql.hasManyWriters(dsl.dialect())) {
      var _ =
          dsl.select(LastNumber.LAST)
              .from(LastNumber.TABLE)
              .where(LastNumber.ISSUER_ID.eq(key.issuerId()))
              .and(LastNumber.PARTITION.eq((long) key.partition()))
              .forUpdate()
              .fetch();
    }
  }

  private static void insert(DSLContext dsl, CrlEdition edition) {
    OptionalLong base = edition.extensions().base();
    dsl.insertInto(Crl.TABLE)
        .columns(Crl.ALL)
        .values(
            edition.issuerId(),
            (long) edition.key().partition(),
            isDelta(edition.key()),
            edition.number(),
            base.isPresent() ? base.getAsLong() : null,
            edition.thisUpdate().toEpochMilli(),
            edition.nextUpdate().toEpochMilli(),
            edition.changes(),
            edition.entries(),
            (long) edition.parts(),
            edition.sizeBytes(),
            edition.signer().octets(),
            lines(edition.extensions().distributionPoint()),
            edition.extensions().freshest().orElse(""))
        .execute();
  }

  private static void dropOld(DSLContext dsl, CrlEdition edition) {
    long oldest = oldestKept(dsl, edition);
    // What is above it and below this one was begun and never published, unless it is in the table.
    dropParts(
        dsl,
        edition.key(),
        Part.NUMBER
            .lt(oldest)
            .or(
                Part.NUMBER
                    .lt(edition.number())
                    .and(
                        Part.NUMBER.notIn(
                            DSL.select(Crl.NUMBER)
                                .from(Crl.TABLE)
                                .where(isOf(edition.key()))
                                .and(Crl.NUMBER.ge(oldest))))));
    dsl.deleteFrom(Crl.TABLE)
        .where(isOf(edition.key()))
        .and(Crl.NUMBER.lt(oldest))
        .and(
            edition.key().delta()
                ? DSL.noCondition()
                : Crl.NEXT_UPDATE.le(edition.thisUpdate().toEpochMilli()))
        .execute();
  }

  /// The number of the oldest one whose octets somebody may be reading.
  private static long oldestKept(DSLContext dsl, CrlEdition edition) {
    long replacedAfter = edition.thisUpdate().minus(KEPT_AFTER_REPLACEMENT).toEpochMilli();
    long oldest = edition.number();
    try (var rows =
        dsl.select(Crl.NUMBER, Crl.THIS_UPDATE)
            .from(Crl.TABLE)
            .where(isOf(edition.key()))
            .orderBy(Crl.NUMBER.desc())
            .fetchLazy()) {
      for (Record2<Long, Long> row : rows) {
        oldest = row.value1();
        if (row.value2() <= replacedAfter) {
          // The next older one was replaced when this one was made.
          break;
        }
      }
    }
    return oldest;
  }

  private static void dropParts(DSLContext dsl, CrlKey key, Condition which) {
    dsl.deleteFrom(Part.TABLE).where(isPartOf(key)).and(which).execute();
  }

  @Override
  public void drop(CrlKey key) throws StoreUnavailableException {
    var _ =
        transactions.write(
            statements -> {
              dropParts(statements.dsl(), key, DSL.noCondition());
              return statements.dsl().deleteFrom(Crl.TABLE).where(isOf(key)).execute();
            });
  }

  @Override
  public Optional<CrlEdition> newest(CrlKey key) throws StoreUnavailableException {
    return transactions.read(
        statements ->
            statements
                .dsl()
                .select(Crl.ALL)
                .from(Crl.TABLE)
                .where(isOf(key))
                .orderBy(Crl.NUMBER.desc())
                .limit(1)
                .fetchOptional(SqlCrlStore::edition));
  }

  private static CrlEdition edition(Record row) {
    return new CrlEdition(
        new CrlKey(
            row.get(Crl.ISSUER_ID),
            Math.toIntExact(row.get(Crl.PARTITION)),
            row.get(Crl.IS_DELTA) == 1),
        row.get(Crl.NUMBER),
        Instant.ofEpochMilli(row.get(Crl.THIS_UPDATE)),
        Instant.ofEpochMilli(row.get(Crl.NEXT_UPDATE)),
        row.get(Crl.CHANGES),
        row.get(Crl.ENTRIES),
        Math.toIntExact(row.get(Crl.PARTS)),
        row.get(Crl.SIZE),
        Sha256.ofDigest(row.get(Crl.SIGNER_FINGERPRINT)),
        extensions(row));
  }

  private static CrlExtensions extensions(Record row) {
    Long base = row.get(Crl.BASE_NUMBER);
    return new CrlExtensions(
        base == null ? OptionalLong.empty() : OptionalLong.of(base),
        row.get(Crl.DISTRIBUTION_POINT).lines().toList(),
        Optional.of(row.get(Crl.FRESHEST)).filter(url -> !url.isEmpty()));
  }

  private static String lines(List<String> texts) {
    return String.join("\n", texts);
  }

  @Override
  public Optional<ByteString> part(CrlEdition edition, int part) throws StoreUnavailableException {
    return find(edition.key(), edition.number(), part);
  }
}
