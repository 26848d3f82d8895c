package org.certctl.store;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.certctl.audit.AuditEvent;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.challenge.ChallengeClaim;
import org.certctl.cluster.NodeId;
import org.certctl.enroll.ApprovalRules;
import org.certctl.enroll.ByteString;
import org.certctl.enroll.Intent;
import org.certctl.enroll.PendingDecisions;
import org.certctl.enroll.PendingEnrollment;
import org.certctl.enroll.PendingEntry;
import org.certctl.enroll.PendingId;
import org.certctl.enroll.PendingState;
import org.certctl.enroll.PendingStore;
import org.certctl.enroll.QueueResult;
import org.certctl.enroll.Replacement;
import org.certctl.pki.Sha256;
import org.certctl.store.Sql.Pending;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;

/// Requests that wait for a human, in SQL. Times are kept in whole milliseconds.
///
/// Every move is an UPDATE on the condition that the entry is where the mover believes it to be, so
/// that of several only one succeeds, in whatever process they run.
public final class SqlPendingStore implements PendingStore, PendingDecisions {

  private static final int MAX_LIMIT = 1000;
  private static final List<String> OPEN = List.of(PendingRows.WAITING, PendingRows.APPROVED);

  private final Transactions transactions;
  private final String any;
  private final IntentRows intents;
  private final ClaimRows claims;
  private final PendingRows pending;
  private final AuditRows auditRows;

  /// Keeps entries behind these transactions.
  ///
  /// @param node who begins the enrollments of approved ones
  public SqlPendingStore(Transactions transactions, SQLDialect dialect, NodeId node) {
    this.transactions = transactions;
    this.any =
        Sql.text(
            DSL.select(Pending.NUMBER)
                .from(Pending.TABLE)
                .where(Pending.ENDPOINT.eq(DSL.param(Pending.ENDPOINT)))
                .and(Pending.TRANSACTION_ID.eq(DSL.param(Pending.TRANSACTION_ID)))
                .limit(DSL.inline(1)),
            dialect);
    this.intents = new IntentRows(EnrollmentSql.of(dialect), node);
    this.claims = new ClaimRows(dialect);
    this.pending = new PendingRows(claims);
    this.auditRows = new AuditRows(dialect);
  }

  @Override
  public QueueResult queue(
      PendingEnrollment enrollment,
      ApprovalRules bounds,
      Optional<Replacement> replaced,
      List<AuditEvent> events)
      throws StoreUnavailableException {
    List<AuditRows.Row> rows = AuditRows.prepare(events);
    Optional<PendingRows.Replaced> old = PendingRows.Replaced.of(replaced);
    try {
      return transactions.write(
          statements -> {
            PendingRows.lock(statements, enrollment.key().endpoint());
            if (old.isPresent() && !pending.replace(statements, old.get(), auditRows)) {
              return new QueueResult.NotReplaced();
            }
            QueueResult result = queue(statements, enrollment, bounds, rows);
            if (old.isPresent() && !(result instanceof QueueResult.Queued)) {
              throw new Undone(result);
            }
            return result;
          });
    } catch (Undone e) {
      return e.result(QueueResult.class);
    }
  }

  private QueueResult queue(
      Statements statements,
      PendingEnrollment enrollment,
      ApprovalRules bounds,
      List<AuditRows.Row> rows)
      throws SQLException {
    String endpoint = enrollment.key().endpoint();
    Optional<PendingEntry> open = open(statements, enrollment);
    if (open.isPresent()) {
      return new QueueResult.AlreadyPending(open.get());
    }
    String address = enrollment.facts().origin().sourceAddress();
    if (PendingRows.waiting(statements, endpoint) >= bounds.maxPending()) {
      return new QueueResult.Full(QueueResult.Limit.ENDPOINT);
    }
    if (PendingRows.waiting(statements, endpoint, address) >= bounds.maxPendingPerAddress()) {
      return new QueueResult.Full(QueueResult.Limit.ADDRESS);
    }
    Optional<ChallengeClaim> taken =
        claims.takeAll(
            statements, enrollment.claims(), enrollment.id().toString(), enrollment.at());
    if (taken.isPresent()) {
      return new QueueResult.ClaimTaken(taken.get());
    }
    OptionalLong number = pending.insert(statements, enrollment);
    if (number.isEmpty()) {
      // An enrollment that was released gave its entry back in between.
      claims.free(statements, enrollment.id().toString());
      return new QueueResult.AlreadyPending(open(statements, enrollment).orElseThrow());
    }
    auditRows.insert(statements, rows);
    return new QueueResult.Queued(number.getAsLong());
  }

  private static Optional<PendingEntry> open(Statements statements, PendingEnrollment enrollment) {
    return newest(
        statements,
        ofTransaction(enrollment.key().endpoint(), ByteString.of(enrollment.key().transactionId()))
            .and(Pending.STATE.in(OPEN)));
  }

  @Override
  public Optional<PendingEntry> newest(String endpoint, ByteString transactionId)
      throws StoreUnavailableException {
    return transactions.read(
        statements ->
            isThereAny(statements, endpoint, transactionId)
                ? newest(statements, ofTransaction(endpoint, transactionId))
                : Optional.empty());
  }

  /// Every enrollment asks this, and nearly all are told no: so it is a prepared statement.
  private boolean isThereAny(Statements statements, String endpoint, ByteString transactionId)
      throws SQLException {
    PreparedStatement statement = statements.prepared(any);
    statement.setString(1, endpoint);
    statement.setBytes(2, transactionId.octets());
    try (ResultSet row = statement.executeQuery()) {
      return row.next();
    }
  }

  @Override
  public Optional<PendingEntry> newestKnownTo(
      String endpoint, ByteString transactionId, Sha256 keyDigest)
      throws StoreUnavailableException {
    byte[] digest = keyDigest.octets();
    return transactions.read(
        statements ->
            newest(
                statements,
                ofTransaction(endpoint, transactionId)
                    .and(
                        Pending.REQUESTER_KEY_DIGEST
                            .eq(digest)
                            .or(Pending.SUBJECT_KEY_DIGEST.eq(digest)))));
  }

  private static Condition ofTransaction(String endpoint, ByteString transactionId) {
    return Pending.ENDPOINT.eq(endpoint).and(Pending.TRANSACTION_ID.eq(transactionId.octets()));
  }

  private static Optional<PendingEntry> newest(Statements statements, Condition condition) {
    return Optional.ofNullable(
            statements
                .dsl()
                .select(Pending.ALL)
                .from(Pending.TABLE)
                .where(condition)
                .orderBy(Pending.NUMBER.desc())
                .limit(1)
                .fetchOne())
        .map(row -> PendingRows.entry(statements, row));
  }

  @Override
  public List<PendingEntry> approved(long after, int limit) throws StoreUnavailableException {
    return list(
        Pending.STATE.eq(DSL.inline(PendingRows.APPROVED)).and(Pending.NUMBER.gt(after)),
        List.of(Pending.NUMBER),
        limit);
  }

  @Override
  public List<PendingEntry> overdue(Instant now, int limit) throws StoreUnavailableException {
    // In the words of the index, and in its order.
    return list(
        Pending.STATE
            .in(OPEN.stream().map(DSL::inline).toList())
            .and(Pending.EXPIRES_AT.le(now.toEpochMilli())),
        List.of(Pending.EXPIRES_AT, Pending.NUMBER),
        limit);
  }

  @Override
  public List<PendingEntry> page(long after, int limit, boolean closedToo)
      throws StoreUnavailableException {
    Condition later = Pending.NUMBER.gt(after);
    return list(
        closedToo ? later : later.and(Pending.STATE.in(OPEN)), List.of(Pending.NUMBER), limit);
  }

  private List<PendingEntry> list(Condition condition, List<Field<Long>> order, int limit)
      throws StoreUnavailableException {
    if (limit < 1 || limit > MAX_LIMIT) {
      throw new IllegalArgumentException("the limit is 1 to " + MAX_LIMIT);
    }
    return transactions.read(
        statements -> {
          List<? extends Record> rows =
              statements
                  .dsl()
                  .select(Pending.ALL)
                  .from(Pending.TABLE)
                  .where(condition)
                  .orderBy(order)
                  .limit(limit)
                  .fetch();
          return PendingRows.entries(statements, rows);
        });
  }

  @Override
  public Optional<PendingEntry> find(long number) throws StoreUnavailableException {
    return transactions.read(statements -> newest(statements, Pending.NUMBER.eq(number)));
  }

  @Override
  public boolean approve(PendingId id, String actor, Instant at, List<AuditEvent> events)
      throws StoreUnavailableException {
    List<AuditRows.Row> rows = AuditRows.prepare(events);
    return transactions.write(
        statements -> {
          int moved =
              statements
                  .dsl()
                  .update(Pending.TABLE)
                  .set(Pending.STATE, PendingRows.APPROVED)
                  .set(Pending.ACTOR, actor)
                  .set(Pending.DECIDED_AT, at.toEpochMilli())
                  .set(
                      Pending.EXPIRES_AT,
                      Pending.EXPIRES_AT.minus(Pending.AT).plus(at.toEpochMilli()))
                  .where(Pending.ID.eq(id.toString()))
                  .and(Pending.STATE.eq(PendingRows.WAITING))
                  .and(Pending.EXPIRES_AT.gt(at.toEpochMilli()))
                  .execute();
          return told(statements, moved, rows);
        });
  }

  @Override
  public boolean reject(
      PendingId id, String words, String actor, Instant at, List<AuditEvent> events)
      throws StoreUnavailableException {
    if (words.length() > MAX_WORDS) {
      throw new IllegalArgumentException("words for a requester have at most " + MAX_WORDS);
    }
    return refuse(
        id, OPEN, new PendingState.Refused(REJECTED, words, actor, at), Claims.KEPT, events);
  }

  @Override
  public boolean refuseWaiting(
      PendingId id, PendingState.Refused refused, Claims fate, List<AuditEvent> events)
      throws StoreUnavailableException {
    return refuse(id, List.of(PendingRows.WAITING), refused, fate, events);
  }

  @Override
  public boolean refuseApproved(PendingId id, PendingState.Refused refused, List<AuditEvent> events)
      throws StoreUnavailableException {
    return refuse(id, List.of(PendingRows.APPROVED), refused, Claims.FREED, events);
  }

  private boolean refuse(
      PendingId id,
      List<String> from,
      PendingState.Refused refused,
      Claims fate,
      List<AuditEvent> events)
      throws StoreUnavailableException {
    List<AuditRows.Row> rows = AuditRows.prepare(events);
    return transactions.write(
        statements -> {
          boolean moved = pending.refuse(statements, id, from, refused, fate);
          return told(statements, moved ? 1 : 0, rows);
        });
  }

  @Override
  public boolean redeem(PendingId id, Intent intent, List<AuditEvent> events)
      throws StoreUnavailableException {
    List<AuditRows.Row> rows = AuditRows.prepare(events);
    IntentRows.Row row = IntentRows.Row.of(intent);
    return transactions.write(
        statements -> {
          // First, so that everybody takes what they need in the same order.
          if (!intents.insert(statements, row)) {
            return false;
          }
          int moved =
              statements
                  .dsl()
                  .update(Pending.TABLE)
                  .set(Pending.STATE, PendingRows.REDEEMED)
                  .set(Pending.ENROLLMENT_ID, intent.id().toString())
                  .set(Pending.CLOSED_AT, intent.at().toEpochMilli())
                  .where(Pending.ID.eq(id.toString()))
                  .and(Pending.STATE.eq(PendingRows.APPROVED))
                  .execute();
          if (moved == 1) {
            claims.pass(statements, id.toString(), intent.id().toString());
          } else {
            intents.remove(statements, row);
          }
          return told(statements, moved, rows);
        });
  }

  private boolean told(Statements statements, int moved, List<AuditRows.Row> rows)
      throws SQLException {
    if (moved == 0) {
      return false;
    }
    auditRows.insert(statements, rows);
    return true;
  }

  @Override
  public Map<String, Long> waiting() throws StoreUnavailableException {
    return transactions.read(
        statements ->
            Map.copyOf(
                statements
                    .dsl()
                    .select(Pending.ENDPOINT, DSL.count().cast(Long.class))
                    .from(Pending.TABLE)
                    .where(Pending.STATE.eq(DSL.inline(PendingRows.WAITING)))
                    .groupBy(Pending.ENDPOINT)
                    .fetchMap(row -> row.value1(), row -> row.value2())));
  }

  @Override
  public int forgetClosed(Instant before) throws StoreUnavailableException {
    return new OldRows(transactions)
        .delete(
            Pending.TABLE,
            Pending.NUMBER,
            Pending.CLOSED_AT,
            Pending.CLOSED_AT.lt(before.toEpochMilli()));
  }
}
