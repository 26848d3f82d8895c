package org.certctl.store;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.certctl.audit.AuditEvent;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.enroll.ByteString;
import org.certctl.issuer.local.SealedKeys;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.SQLDialect;
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

  SqlSealedKeys(Transactions transactions, SQLDialect dialect) {
    this.transactions = transactions;
    this.auditRows = new AuditRows(dialect);
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
                .fetch(
                    row ->
                        new SealedKey(
                            scope,
                            row.get(Key.NUMBER),
                            ByteString.of(row.get(Key.CERTIFICATE)),
                            ByteString.of(row.get(Key.SEALED_KEY)),
                            Optional.ofNullable(row.get(Key.ANNOUNCED_AT))
                                .map(Instant::ofEpochMilli))));
  }

  @Override
  public boolean add(SealedKey key, AuditEvent event) throws StoreUnavailableException {
    return changed(
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
  public boolean replace(SealedKey key, AuditEvent event) throws StoreUnavailableException {
    return changed(
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

  private boolean changed(AuditEvent event, Transactions.Work<Integer> change)
      throws StoreUnavailableException {
    List<AuditRows.Row> told = AuditRows.prepare(List.of(event));
    return transactions.write(
        statements -> {
          boolean changed = change.run(statements) == 1;
          if (changed) {
            auditRows.insert(statements, told);
          }
          return changed;
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
