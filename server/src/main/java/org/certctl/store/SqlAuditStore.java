package org.certctl.store;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.certctl.audit.AuditBlock;
import org.certctl.audit.AuditEncoding;
import org.certctl.audit.AuditEntry;
import org.certctl.audit.AuditEvent;
import org.certctl.audit.AuditHead;
import org.certctl.audit.AuditLog;
import org.certctl.audit.AuditQuery;
import org.certctl.audit.AuditSearch;
import org.certctl.audit.AuditStore;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.audit.StoredEvent;
import org.certctl.pki.Sha256;
import org.certctl.pki.SigningUnavailableException;
import org.certctl.store.Sql.Archive;
import org.certctl.store.Sql.Block;
import org.certctl.store.Sql.Event;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jooq.SQLDialect;
import org.jooq.Table;
import org.jooq.impl.DSL;

/// The audit trail in SQL.
public final class SqlAuditStore implements AuditLog, AuditStore, AuditSearch {

  private final Transactions transactions;
  private final AuditRows rows;
  private final AuditSealer sealer;
  private final Table<?> trail;
  private final boolean isPartitioned;

  /// Keeps the trail behind these transactions.
  public SqlAuditStore(Transactions transactions, SQLDialect dialect) {
    this.transactions = transactions;
    this.rows = new AuditRows(dialect);
    this.sealer = AuditSealer.of(transactions, dialect);
    this.trail = Event.trail(dialect);
    this.isPartitioned = Sql.hasManyWriters(dialect);
  }

  @Override
  public void append(List<AuditEvent> events) throws StoreUnavailableException {
    List<AuditRows.Row> prepared = AuditRows.prepare(events);
    transactions.write(
        statements -> {
          rows.insert(statements, prepared);
          return true;
        });
  }

  @Override
  public List<StoredEvent> events(long fromSequence, int limit) throws StoreUnavailableException {
    return transactions.read(
        statements ->
            statements
                .dsl()
                .select(Event.ALL)
                .from(trail)
                .where(Event.SEQUENCE.ge(fromSequence))
                .orderBy(Event.SEQUENCE)
                .limit(limit)
                .fetch(SqlAuditStore::event));
  }

  @Override
  public List<AuditBlock> blocks(long fromNumber, int limit) throws StoreUnavailableException {
    return transactions.read(
        statements ->
            statements
                .dsl()
                .select(Block.ALL)
                .from(Block.TABLE)
                .where(Block.NUMBER.ge(fromNumber))
                .orderBy(Block.NUMBER)
                .limit(limit)
                .fetch(SqlAuditStore::block));
  }

  @Override
  public AuditHead start() throws StoreUnavailableException {
    return transactions.read(SqlAuditStore::start);
  }

  private static AuditHead start(Statements statements) {
    return statements
        .dsl()
        .select(Archive.LAST_BLOCK, Archive.LAST_SEQUENCE, Archive.HASH)
        .from(Archive.TABLE)
        .orderBy(Archive.LAST_BLOCK.desc())
        .limit(1)
        .fetchOptional(row -> new AuditHead(row.value1(), row.value2(), digest(row.value3())))
        .orElse(AuditHead.NONE);
  }

  @Override
  public void forget(AuditHead upTo, AuditEvent event) throws StoreUnavailableException {
    List<AuditRows.Row> prepared = AuditRows.prepare(List.of(event));
    transactions.write(
        statements -> {
          requireOld(statements, upTo);
          DSLContext dsl = statements.dsl();
          dsl.insertInto(Archive.TABLE)
              .columns(Archive.LAST_BLOCK, Archive.LAST_SEQUENCE, Archive.HASH, Archive.AT)
              .values(
                  upTo.number(),
                  upTo.lastSequence(),
                  upTo.hash().octets(),
                  event.at().toEpochMilli())
              .execute();
          if (isPartitioned) {
            AuditPartitions.drop(statements, upTo.lastSequence());
          }
          dsl.deleteFrom(Event.TABLE).where(Event.SEQUENCE.le(upTo.lastSequence())).execute();
          dsl.deleteFrom(Block.TABLE).where(Block.NUMBER.le(upTo.number())).execute();
          rows.insert(statements, prepared);
          return true;
        });
  }

  @Override
  public Optional<AuditHead> cheapPart(AuditHead last) throws StoreUnavailableException {
    if (!isPartitioned) {
      return Optional.empty();
    }
    return transactions.read(
        statements -> {
          OptionalLong sequence = AuditPartitions.lastWithin(statements, last.lastSequence());
          return sequence.isEmpty()
              ? Optional.empty()
              : blockOf(statements, sequence.getAsLong()).map(AuditHead::of);
        });
  }

  /// The block that holds this event.
  private static Optional<AuditBlock> blockOf(Statements statements, long sequence) {
    return statements
        .dsl()
        .select(Block.ALL)
        .from(Block.TABLE)
        .where(Block.FIRST_SEQUENCE.le(sequence))
        .orderBy(Block.FIRST_SEQUENCE.desc())
        .limit(1)
        .fetchOptional(SqlAuditStore::block);
  }

  private static void requireOld(Statements statements, AuditHead upTo) {
    List<AuditBlock> found =
        statements
            .dsl()
            .select(Block.ALL)
            .from(Block.TABLE)
            .where(Block.NUMBER.ge(upTo.number()))
            .orderBy(Block.NUMBER)
            .limit(2)
            .fetch(SqlAuditStore::block);
    if (found.size() < 2 || !AuditHead.of(found.getFirst()).equals(upTo)) {
      throw new IllegalStateException("block " + upTo.number() + " is the newest, or not as noted");
    }
  }

  @Override
  public AuditHead head() throws StoreUnavailableException {
    return sealer.head();
  }

  @Override
  public int seal(int limit, BlockMaker maker)
      throws StoreUnavailableException, SigningUnavailableException {
    return sealer.seal(limit, maker);
  }

  @Override
  public List<AuditEntry> find(AuditQuery query) throws StoreUnavailableException {
    Condition condition =
        DSL.and(
            Event.SEQUENCE.lt(query.beforeSequence()),
            query.since().map(Instant::toEpochMilli).map(Event.AT::ge).orElse(DSL.noCondition()),
            query.until().map(Instant::toEpochMilli).map(Event.AT::lt).orElse(DSL.noCondition()),
            query.action().map(Event.ACTION::eq).orElse(DSL.noCondition()),
            query.outcome().map(Event.OUTCOME::eq).orElse(DSL.noCondition()),
            query.reason().map(Event.REASON::eq).orElse(DSL.noCondition()),
            query.endpoint().map(Event.ENDPOINT::eq).orElse(DSL.noCondition()),
            query.transactionId().map(Event.TRANSACTION_ID::eq).orElse(DSL.noCondition()),
            query.resourceId().map(Event.RESOURCE_ID::eq).orElse(DSL.noCondition()));
    return transactions.read(
        statements ->
            statements
                .dsl()
                .select(Event.ALL)
                .from(trail)
                .where(condition)
                .orderBy(Event.SEQUENCE.desc())
                .limit(query.limit())
                .fetch(SqlAuditStore::entry));
  }

  /// The entry in full; where the canonical octets cannot be read, what the columns tell.
  private static AuditEntry entry(Record row) {
    try {
      return AuditEncoding.decode(row.get(Event.SEQUENCE), row.get(Event.CANONICAL));
    } catch (IllegalArgumentException e) {
      return event(row).columns();
    }
  }

  private static StoredEvent event(Record row) {
    return new StoredEvent(
        new AuditEntry(
            row.get(Event.SEQUENCE),
            Instant.ofEpochMilli(row.get(Event.AT)),
            row.get(Event.CATEGORY),
            row.get(Event.ACTION),
            row.get(Event.ACTOR),
            row.get(Event.ACTOR_TYPE),
            row.get(Event.RESOURCE_TYPE),
            row.get(Event.RESOURCE_ID),
            row.get(Event.OUTCOME),
            row.get(Event.REASON),
            row.get(Event.ENDPOINT),
            row.get(Event.TRANSACTION_ID),
            Collections.emptySortedMap()),
        row.get(Event.CANONICAL));
  }

  private static AuditBlock block(Record row) {
    return new AuditBlock(
        row.get(Block.NUMBER),
        row.get(Block.FIRST_SEQUENCE),
        split(row.get(Block.LEAVES)),
        digest(row.get(Block.PREVIOUS)),
        Instant.ofEpochMilli(row.get(Block.SEALED_AT)),
        digest(row.get(Block.KEY_DIGEST)),
        digest(row.get(Block.HASH)),
        row.get(Block.SIGNATURE));
  }

  /// Octets that are no list of digests become one that cannot be right, for the verifier to find.
  private static List<Sha256> split(byte[] octets) {
    if (octets.length == 0 || octets.length % Sha256.LENGTH_BYTES != 0) {
      return List.of(AuditBlock.NO_PREVIOUS);
    }
    List<Sha256> leaves = new ArrayList<>(octets.length / Sha256.LENGTH_BYTES);
    for (int at = 0; at < octets.length; at += Sha256.LENGTH_BYTES) {
      leaves.add(Sha256.ofDigest(Arrays.copyOfRange(octets, at, at + Sha256.LENGTH_BYTES)));
    }
    return leaves;
  }

  static Sha256 digest(byte[] octets) {
    return octets.length == Sha256.LENGTH_BYTES ? Sha256.ofDigest(octets) : AuditBlock.NO_PREVIOUS;
  }
}
