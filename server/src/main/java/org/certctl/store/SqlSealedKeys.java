package org.certctl.store;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.certctl.audit.AuditEvent;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.enroll.ByteString;
import org.certctl.issuer.local.SealedKeys;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Record1;
import org.jooq.SQLDialect;
import org.jooq.SelectConditionStep;
import org.jooq.Table;
import org.jooq.impl.DSL;

/// Sealed keys in SQL. Times are kept in whole milliseconds.
final class SqlSealedKeys implements SealedKeys {

  /// One row for each key.
  private static final class Key {
    private static final String NAME = "kept_key";
    static final Table<?> TABLE = DSL.table(DSL.name(NAME));
    static final Field<String> SCOPE = Sql.text(NAME, "scope");
    static final Field<Long> NUMBER = Sql.number(NAME, "number");
    static final Field<byte[]> CERTIFICATE = Sql.octets(NAME, "certificate");
    static final Field<byte[]> SEALED_KEY = Sql.octets(NAME, "sealed_key");
    static final Field<Long> ANNOUNCED_AT = Sql.number(NAME, "announced_at_ms");

    private Key() {}
  }

  /// One row for each value.
  private static final class Value {
    private static final String NAME = "kept_value";
    static final Table<?> TABLE = DSL.table(DSL.name(NAME));
    static final Field<String> SCOPE = Sql.text(NAME, "scope");
    static final Field<String> WHICH = Sql.text(NAME, "name");
    static final Field<byte[]> VALUE = Sql.octets(NAME, "value");

    private Value() {}
  }

  private final Transactions transactions;
  private final AuditRows auditRows;
  private final boolean locks;

  SqlSealedKeys(Transactions transactions, SQLDialect dialect) {
    this.transactions = transactions;
    this.auditRows = new AuditRows(dialect);
    this.locks = Sql.hasManyWriters(dialect);
  }

  @Override
  public List<SealedKey> keys(String scope) throws StoreUnavailableException {
    return transactions.read(
        statements ->
            statements
                .dsl()
                .select(Key.NUMBER, Key.CERTIFICATE, Key.SEALED_KEY, Key.ANNOUNCED_AT)
                .from(Key.TABLE)
                .where(Key.SCOPE.eq(scope))
                .orderBy(Key.NUMBER)
                .fetch(row -> key(scope, row)));
  }

  private static SealedKey key(String scope, Record row) {
    return new SealedKey(
        scope,
        row.get(Key.NUMBER),
        ByteString.of(row.get(Key.CERTIFICATE)),
        ByteString.of(row.get(Key.SEALED_KEY)),
        Optional.ofNullable(row.get(Key.ANNOUNCED_AT)).map(Instant::ofEpochMilli));
  }

  @Override
  public boolean add(SealedKey key, Predicate<ByteString> isInForce, AuditEvent event)
      throws StoreUnavailableException {
    return changed(
        isInForce,
        event,
        statements ->
            statements
                .dsl()
                .insertInto(Key.TABLE)
                .columns(Key.SCOPE, Key.NUMBER, Key.CERTIFICATE, Key.SEALED_KEY, Key.ANNOUNCED_AT)
                .values(
                    key.scope(),
                    key.number(),
                    key.certificate().octets(),
                    key.sealed().octets(),
                    key.announcedAt().map(Instant::toEpochMilli).orElse(null))
                .onConflictDoNothing()
                .execute());
  }

  @Override
  public boolean replace(SealedKey key, Predicate<ByteString> isInForce, AuditEvent event)
      throws StoreUnavailableException {
    return changed(
        isInForce,
        event,
        statements ->
            statements
                .dsl()
                .update(Key.TABLE)
                .set(Key.SEALED_KEY, key.sealed().octets())
                .where(one(key.scope(), key.number()))
                .and(Key.CERTIFICATE.eq(key.certificate().octets()))
                .execute());
  }

  /// What became of a change.
  private enum Change {
    DONE,
    NOT_DONE,
    OTHER_ENCRYPTION_KEY
  }

  private boolean changed(
      Predicate<ByteString> isInForce, AuditEvent event, Transactions.Work<Integer> change)
      throws StoreUnavailableException {
    List<AuditRows.Row> told = AuditRows.prepare(List.of(event));
    Change done =
        transactions.write(
            statements -> {
              // Held until the commit, so that no other encryption key takes force meanwhile.
              Optional<ByteString> check =
                  locks
                      ? check(statements).forShare().fetchOptional(Value.VALUE).map(ByteString::of)
                      : check(statements).fetchOptional(Value.VALUE).map(ByteString::of);
              if (check.isPresent() && !isInForce.test(check.get())) {
                return Change.OTHER_ENCRYPTION_KEY;
              }
              if (change.run(statements) != 1) {
                return Change.NOT_DONE;
              }
              auditRows.insert(statements, told);
              return Change.DONE;
            });
    return switch (done) {
      case DONE -> true;
      case NOT_DONE -> false;
      case OTHER_ENCRYPTION_KEY ->
          throw new StoreUnavailableException(
              "the encryption key was changed: restart this node with the new one");
    };
  }

  private static SelectConditionStep<Record1<byte[]>> check(Statements statements) {
    return statements
        .dsl()
        .select(Value.VALUE)
        .from(Value.TABLE)
        .where(Value.SCOPE.eq(INSTALLATION).and(Value.WHICH.eq(ENCRYPTION_CHECK)));
  }

  @Override
  public Contents contents() throws StoreUnavailableException {
    return transactions.read(SqlSealedKeys::contents);
  }

  private static Contents contents(Statements statements) {
    return new Contents(
        statements
            .dsl()
            .select(Key.SCOPE, Key.NUMBER, Key.CERTIFICATE, Key.SEALED_KEY, Key.ANNOUNCED_AT)
            .from(Key.TABLE)
            .orderBy(Key.SCOPE, Key.NUMBER)
            .fetch(row -> key(row.get(Key.SCOPE), row)),
        statements
            .dsl()
            .select(Value.SCOPE, Value.WHICH, Value.VALUE)
            .from(Value.TABLE)
            .orderBy(Value.SCOPE, Value.WHICH)
            .fetch(
                row ->
                    new NotedValue(
                        row.get(Value.SCOPE),
                        row.get(Value.WHICH),
                        ByteString.of(row.get(Value.VALUE)))));
  }

  @Override
  public boolean replaceAll(Contents before, Contents after, AuditEvent event)
      throws StoreUnavailableException {
    List<AuditRows.Row> told = AuditRows.prepare(List.of(event));
    return transactions.write(
        statements -> {
          // Waits for those who are adding a key, and lets others wait.
          var _ = locks ? check(statements).forUpdate().fetch() : check(statements).fetch();
          if (!contents(statements).equals(before)) {
            return false;
          }
          for (SealedKey each : after.keys()) {
            statements
                .dsl()
                .update(Key.TABLE)
                .set(Key.SEALED_KEY, each.sealed().octets())
                .where(one(each.scope(), each.number()))
                .execute();
          }
          for (NotedValue each : after.values()) {
            statements
                .dsl()
                .update(Value.TABLE)
                .set(Value.VALUE, each.value().octets())
                .where(Value.SCOPE.eq(each.scope()).and(Value.WHICH.eq(each.name())))
                .execute();
          }
          auditRows.insert(statements, told);
          return true;
        });
  }

  @Override
  public void announce(String scope, long number, Instant at) throws StoreUnavailableException {
    var _ =
        transactions.write(
            statements ->
                statements
                    .dsl()
                    .update(Key.TABLE)
                    .set(Key.ANNOUNCED_AT, at.toEpochMilli())
                    .where(one(scope, number).and(Key.ANNOUNCED_AT.isNull()))
                    .execute());
  }

  @Override
  public boolean remove(String scope, long number) throws StoreUnavailableException {
    return transactions.write(
        statements ->
            statements.dsl().deleteFrom(Key.TABLE).where(one(scope, number)).execute() == 1);
  }

  private static Condition one(String scope, long number) {
    return Key.SCOPE.eq(scope).and(Key.NUMBER.eq(number));
  }

  @Override
  public ByteString noteOnce(String scope, String name, ByteString value)
      throws StoreUnavailableException {
    Optional<ByteString> before = noted(scope, name);
    if (before.isPresent()) {
      return before.get();
    }
    boolean isFirst =
        transactions.write(
            statements ->
                statements
                        .dsl()
                        .insertInto(Value.TABLE)
                        .columns(Value.SCOPE, Value.WHICH, Value.VALUE)
                        .values(scope, name, value.octets())
                        .onConflictDoNothing()
                        .execute()
                    == 1);
    return isFirst ? value : noted(scope, name).orElse(value);
  }

  @Override
  public Optional<ByteString> noted(String scope, String name) throws StoreUnavailableException {
    return transactions.read(
        statements ->
            statements
                .dsl()
                .select(Value.VALUE)
                .from(Value.TABLE)
                .where(Value.SCOPE.eq(scope).and(Value.WHICH.eq(name)))
                .fetchOptional(Value.VALUE)
                .map(ByteString::of));
  }

  @Override
  public void forget(String scope, String name) throws StoreUnavailableException {
    var _ =
        transactions.write(
            statements ->
                statements
                    .dsl()
                    .deleteFrom(Value.TABLE)
                    .where(Value.SCOPE.eq(scope).and(Value.WHICH.eq(name)))
                    .execute());
  }
}
