package org.certctl.store;

import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.certctl.audit.AuditEvent;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.notice.NoticeOutbox;
import org.certctl.notice.OutboxEntry;
import org.certctl.notice.OutboxEntry.State;
import org.certctl.store.NoticeSql.Outbox;
import org.jooq.Condition;
import org.jooq.Record1;
import org.jooq.SQLDialect;
import org.jooq.Select;
import org.jooq.UpdateSetMoreStep;
import org.jooq.impl.DSL;

/// The outbox in SQL. Times are kept in whole milliseconds.
public final class SqlNoticeOutbox implements NoticeOutbox {

  private static final int MAX_LIMIT = 1000;
  private static final Condition QUEUED = is(State.QUEUED);

  private final Transactions transactions;
  private final AuditRows auditRows;

  /// Keeps it behind these transactions.
  public SqlNoticeOutbox(Transactions transactions, SQLDialect dialect) {
    this.transactions = transactions;
    this.auditRows = new AuditRows(dialect);
  }

  private static Condition is(State state) {
    return Outbox.STATE.eq(DSL.inline(state.wireValue()));
  }

  @Override
  public Optional<OutboxEntry> claim(String notifier, Instant now, Duration lease)
      throws StoreUnavailableException {
    long millis = now.toEpochMilli();
    Condition due =
        Outbox.NOTIFIER
            .eq(notifier)
            .and(QUEUED)
            .and(Outbox.NEXT_ATTEMPT_AT.le(millis))
            .and(Outbox.CLAIM_ENDS_AT.le(millis));
    if (transactions.read(statements -> !statements.dsl().fetchExists(Outbox.TABLE, due))) {
      // Most often nothing is due, and asking costs no write.
      return Optional.empty();
    }
    return transactions.write(
        statements -> {
          Optional<OutboxEntry> found =
              statements
                  .dsl()
                  .select(Outbox.ALL)
                  .from(Outbox.TABLE)
                  .where(due)
                  .orderBy(Outbox.NEXT_ATTEMPT_AT, Outbox.NUMBER)
                  .limit(1)
                  .fetchOptional(NoticeRows::entry);
          if (found.isEmpty()) {
            return found;
          }
          OutboxEntry entry = found.get();
          int claimed =
              statements
                  .dsl()
                  .update(Outbox.TABLE)
                  .set(Outbox.CLAIM, entry.claim() + 1)
                  .set(Outbox.CLAIM_ENDS_AT, now.plus(lease).toEpochMilli())
                  .set(Outbox.ATTEMPTS, entry.attempts() + 1L)
                  .where(under(entry))
                  .execute();
          return claimed == 1 ? Optional.of(claimed(entry)) : Optional.empty();
        });
  }

  private static OutboxEntry claimed(OutboxEntry entry) {
    return new OutboxEntry(
        entry.number(),
        entry.target(),
        entry.notice(),
        entry.state(),
        entry.claim() + 1,
        entry.attempts() + 1,
        entry.since(),
        entry.nextAttemptAt(),
        entry.closedAt(),
        entry.lastError());
  }

  private static Condition under(OutboxEntry entry) {
    return Outbox.NUMBER.eq(entry.number()).and(QUEUED).and(Outbox.CLAIM.eq(entry.claim()));
  }

  @Override
  public boolean delivered(OutboxEntry claimed, Instant now) throws StoreUnavailableException {
    return transactions.write(
        statements ->
            closed(statements, State.DELIVERED, now).where(under(claimed)).execute() == 1);
  }

  private static UpdateSetMoreStep<?> closed(Statements statements, State state, Instant now) {
    return statements
        .dsl()
        .update(Outbox.TABLE)
        .set(Outbox.STATE, state.wireValue())
        .set(Outbox.CLOSED_AT, now.toEpochMilli())
        .set(Outbox.CLAIM_ENDS_AT, 0L);
  }

  @Override
  public boolean failed(OutboxEntry claimed, Instant nextAttemptAt, String error)
      throws StoreUnavailableException {
    return transactions.write(
        statements ->
            statements
                    .dsl()
                    .update(Outbox.TABLE)
                    .set(Outbox.NEXT_ATTEMPT_AT, nextAttemptAt.toEpochMilli())
                    .set(Outbox.CLAIM_ENDS_AT, 0L)
                    .set(Outbox.LAST_ERROR, error)
                    .where(under(claimed))
                    .execute()
                == 1);
  }

  @Override
  public boolean giveUp(OutboxEntry entry, Instant now, String error, AuditEvent event)
      throws StoreUnavailableException {
    return audited(
        event,
        statements ->
            closed(statements, State.DEAD, now)
                .set(Outbox.LAST_ERROR, error)
                .where(under(entry))
                .execute());
  }

  private boolean audited(AuditEvent event, Transactions.Work<Integer> change)
      throws StoreUnavailableException {
    List<AuditRows.Row> rows = AuditRows.prepare(List.of(event));
    return transactions.write(
        statements -> {
          boolean changed = change.run(statements) == 1;
          if (changed) {
            auditRows.insert(statements, rows);
          }
          return changed;
        });
  }

  @Override
  public void endClaims() throws StoreUnavailableException {
    transactions.write(
        statements ->
            statements
                .dsl()
                .update(Outbox.TABLE)
                .set(Outbox.CLAIM_ENDS_AT, 0L)
                .where(QUEUED)
                .and(Outbox.CLAIM_ENDS_AT.gt(0L))
                .execute());
  }

  @Override
  public List<OutboxEntry> waitingSince(Instant before, Instant now, int limit)
      throws StoreUnavailableException {
    return entries(
        QUEUED
            .and(Outbox.SINCE.lt(before.toEpochMilli()))
            .and(Outbox.CLAIM_ENDS_AT.le(now.toEpochMilli())),
        limit);
  }

  private List<OutboxEntry> entries(Condition condition, int limit)
      throws StoreUnavailableException {
    if (limit < 1 || limit > MAX_LIMIT) {
      throw new IllegalArgumentException("the limit is 1 to " + MAX_LIMIT);
    }
    return transactions.read(
        statements ->
            statements
                .dsl()
                .select(Outbox.ALL)
                .from(Outbox.TABLE)
                .where(condition)
                .orderBy(Outbox.NUMBER.desc())
                .limit(limit)
                .fetch(NoticeRows::entry));
  }

  @Override
  public int forget(Instant deliveredBefore, Instant deadBefore) throws StoreUnavailableException {
    return forget(State.DELIVERED, deliveredBefore) + forget(State.DEAD, deadBefore);
  }

  private int forget(State state, Instant closedBefore) throws StoreUnavailableException {
    return new OldRows(transactions)
        .delete(
            Outbox.TABLE,
            Outbox.NUMBER,
            Outbox.NUMBER,
            is(state).and(Outbox.CLOSED_AT.lt(closedBefore.toEpochMilli())));
  }

  @Override
  public Map<State, Long> counts() throws StoreUnavailableException {
    return transactions.read(
        statements -> {
          Map<State, Long> counts = new EnumMap<>(State.class);
          for (State state : State.values()) {
            Select<Record1<Integer>> count =
                statements.dsl().selectCount().from(Outbox.TABLE).where(is(state));
            counts.put(state, (long) statements.dsl().fetchValue(count));
          }
          return counts;
        });
  }

  @Override
  public List<OutboxEntry> page(long before, Optional<State> state, int limit)
      throws StoreUnavailableException {
    return entries(
        Outbox.NUMBER.lt(before).and(state.map(SqlNoticeOutbox::is).orElse(DSL.noCondition())),
        limit);
  }

  @Override
  public Optional<OutboxEntry> find(long number) throws StoreUnavailableException {
    return transactions.read(
        statements ->
            statements
                .dsl()
                .select(Outbox.ALL)
                .from(Outbox.TABLE)
                .where(Outbox.NUMBER.eq(number))
                .fetchOptional(NoticeRows::entry));
  }

  @Override
  public boolean retry(long number, Instant now, AuditEvent event)
      throws StoreUnavailableException {
    return audited(
        event,
        statements ->
            statements
                .dsl()
                .update(Outbox.TABLE)
                .set(Outbox.STATE, State.QUEUED.wireValue())
                .set(Outbox.CLAIM, Outbox.CLAIM.plus(1L))
                .set(Outbox.CLAIM_ENDS_AT, 0L)
                .set(Outbox.ATTEMPTS, 0L)
                .set(Outbox.SINCE, now.toEpochMilli())
                .set(Outbox.NEXT_ATTEMPT_AT, now.toEpochMilli())
                .setNull(Outbox.CLOSED_AT)
                .where(Outbox.NUMBER.eq(number))
                .and(is(State.DEAD))
                .execute());
  }
}
