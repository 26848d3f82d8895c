package org.certctl.store;

import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.certctl.audit.EnrollmentFacts;
import org.certctl.enroll.IntentId;
import org.certctl.enroll.PendingEnrollment;
import org.certctl.enroll.PendingEntry;
import org.certctl.enroll.PendingId;
import org.certctl.enroll.PendingState;
import org.certctl.enroll.PendingStore;
import org.certctl.enroll.Replacement;
import org.certctl.enroll.TransactionKey;
import org.certctl.pki.CertificateRequest;
import org.certctl.pki.Sha256;
import org.certctl.store.Sql.Pending;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Table;
import org.jooq.impl.DSL;

/// Requests that wait, inside a unit of work.
final class PendingRows {

  static final String WAITING = "waiting";
  static final String APPROVED = "approved";
  static final String REDEEMED = "redeemed";
  static final String REFUSED = "refused";

  /// Only on engines with many writers.
  private static final Table<?> GATE = DSL.table(DSL.name("pending_gate"));

  private static final Field<String> GATE_ENDPOINT = Sql.text("pending_gate", "endpoint");

  private final ClaimRows claims;

  PendingRows(ClaimRows claims) {
    this.claims = claims;
  }

  /// Makes the entry that this intent redeemed approved again, with its claims.
  ///
  /// @return false when the intent redeemed none
  boolean giveBack(Statements statements, IntentId intent) throws SQLException {
    String id =
        statements
            .dsl()
            .select(Pending.ID)
            .from(Pending.TABLE)
            .where(Pending.ENROLLMENT_ID.eq(intent.toString()))
            .fetchOne(Pending.ID);
    if (id == null) {
      return false;
    }
    statements
        .dsl()
        .update(Pending.TABLE)
        .set(Pending.STATE, APPROVED)
        .setNull(Pending.ENROLLMENT_ID)
        .setNull(Pending.CLOSED_AT)
        .where(Pending.ID.eq(id))
        .execute();
    claims.pass(statements, intent.toString(), id);
    return true;
  }

  /// Refuses an entry that is in one of these states.
  ///
  /// @return whether it was
  boolean refuse(
      Statements statements,
      PendingId id,
      List<String> from,
      PendingState.Refused refused,
      PendingStore.Claims fate)
      throws SQLException {
    int moved =
        statements
            .dsl()
            .update(Pending.TABLE)
            .set(Pending.STATE, REFUSED)
            .set(Pending.CODE, refused.code())
            .set(Pending.WORDS, refused.words())
            .set(Pending.ACTOR, refused.actor())
            .set(Pending.DECIDED_AT, refused.at().toEpochMilli())
            .set(Pending.CLOSED_AT, refused.at().toEpochMilli())
            .where(Pending.ID.eq(id.toString()))
            .and(Pending.STATE.in(from))
            .execute();
    if (moved == 1 && fate == PendingStore.Claims.FREED) {
      claims.free(statements, id.toString());
    }
    return moved == 1;
  }

  /// A replacement made ready by the caller's thread.
  record Replaced(Replacement replacement, List<AuditRows.Row> events) {
    static Optional<Replaced> of(Optional<Replacement> replacement) {
      return replacement.map(entry -> new Replaced(entry, AuditRows.prepare(entry.events())));
    }
  }

  /// Makes a waiting entry give way.
  ///
  /// @return false when it does not wait; then nothing was written
  boolean replace(Statements statements, Replaced replaced, AuditRows auditRows)
      throws SQLException {
    Replacement replacement = replaced.replacement();
    boolean moved =
        refuse(
            statements,
            replacement.id(),
            List.of(WAITING),
            replacement.refused(),
            PendingStore.Claims.FREED);
    if (moved) {
      auditRows.insert(statements, replaced.events());
    }
    return moved;
  }

  /// Lets nobody else queue a request at this endpoint until the transaction ends, so that what is
  /// counted stays true. Comes before anything else that a transaction locks.
  static void lock(Statements statements, String endpoint) {
    if (Sql.hasManyWriters(statements.dsl().dialect())) {
      statements
          .dsl()
          .insertInto(GATE)
          .set(GATE_ENDPOINT, endpoint)
          .onConflict(GATE_ENDPOINT)
          .doUpdate()
          .set(GATE_ENDPOINT, DSL.excluded(GATE_ENDPOINT))
          .execute();
    }
  }

  /// Writes a new entry that waits, and tells its number; absent when one of the same transaction
  /// is open.
  OptionalLong insert(Statements statements, PendingEnrollment enrollment) {
    TransactionKey key = enrollment.key();
    EnrollmentFacts facts = enrollment.facts();
    statements
        .dsl()
        .insertInto(Pending.TABLE)
        .set(Pending.ID, enrollment.id().toString())
        .set(Pending.ENDPOINT, key.endpoint())
        .set(Pending.TRANSACTION_ID, key.transactionId())
        .set(Pending.REQUEST_DIGEST, key.requestDigest().octets())
        .set(Pending.REQUESTER_KEY_DIGEST, enrollment.requesterKeyDigest().octets())
        .set(Pending.SUBJECT_KEY_DIGEST, enrollment.subjectKeyDigest().octets())
        .set(Pending.CHALLENGE_MAC, enrollment.challengeMac().octets())
        .set(Pending.METHOD, enrollment.method())
        .set(Pending.SOURCE_ADDRESS, facts.origin().sourceAddress())
        .set(Pending.REQUEST, enrollment.request().encoded())
        .set(Pending.FACTS, FactsEncoding.encode(facts))
        .set(Pending.AT, enrollment.at().toEpochMilli())
        .set(Pending.EXPIRES_AT, enrollment.expiresAt().toEpochMilli())
        .set(Pending.STATE, WAITING)
        .onConflict(Pending.ENDPOINT, Pending.TRANSACTION_ID)
        .where(Pending.STATE.in(DSL.inline(WAITING), DSL.inline(APPROVED)))
        .doNothing()
        .execute();
    Long number =
        statements
            .dsl()
            .select(Pending.NUMBER)
            .from(Pending.TABLE)
            .where(Pending.ID.eq(enrollment.id().toString()))
            .fetchOne(Pending.NUMBER);
    return number == null ? OptionalLong.empty() : OptionalLong.of(number);
  }

  static List<PendingEntry> entries(Statements statements, List<? extends Record> rows) {
    return rows.stream().map(row -> entry(statements, row)).toList();
  }

  static PendingEntry entry(Statements statements, Record row) {
    String id = row.get(Pending.ID);
    Sha256 requestDigest = Sha256.ofDigest(row.get(Pending.REQUEST_DIGEST));
    PendingEnrollment enrollment =
        new PendingEnrollment(
            PendingId.of(id),
            new TransactionKey(
                row.get(Pending.ENDPOINT), row.get(Pending.TRANSACTION_ID), requestDigest),
            Sha256.ofDigest(row.get(Pending.REQUESTER_KEY_DIGEST)),
            Sha256.ofDigest(row.get(Pending.CHALLENGE_MAC)),
            row.get(Pending.METHOD),
            CertificateRequest.restored(requestDigest, row.get(Pending.REQUEST)),
            FactsEncoding.decode(row.get(Pending.FACTS)),
            ClaimRows.of(statements, id),
            Instant.ofEpochMilli(row.get(Pending.AT)),
            Instant.ofEpochMilli(row.get(Pending.EXPIRES_AT)));
    return new PendingEntry(row.get(Pending.NUMBER), enrollment, state(row));
  }

  private static PendingState state(Record row) {
    String actor = row.get(Pending.ACTOR);
    Instant decidedAt = Instant.ofEpochMilli(row.get(Pending.DECIDED_AT));
    return switch (row.get(Pending.STATE)) {
      case WAITING -> new PendingState.Waiting();
      case APPROVED -> new PendingState.Approved(actor, decidedAt);
      case REDEEMED -> new PendingState.Redeemed(IntentId.of(row.get(Pending.ENROLLMENT_ID)));
      case REFUSED ->
          new PendingState.Refused(row.get(Pending.CODE), row.get(Pending.WORDS), actor, decidedAt);
      default -> throw new IllegalStateException("a pending enrollment has no state that is known");
    };
  }

  /// How many wait at this endpoint.
  static int waiting(Statements statements, String endpoint) {
    return statements
        .dsl()
        .fetchCount(
            DSL.selectOne()
                .from(Pending.TABLE)
                .where(Pending.STATE.eq(DSL.inline(WAITING)))
                .and(Pending.ENDPOINT.eq(endpoint)));
  }

  /// How many of them came from this address.
  static int waiting(Statements statements, String endpoint, String address) {
    return statements
        .dsl()
        .fetchCount(
            DSL.selectOne()
                .from(Pending.TABLE)
                .where(Pending.STATE.eq(DSL.inline(WAITING)))
                .and(Pending.ENDPOINT.eq(endpoint))
                .and(Pending.SOURCE_ADDRESS.eq(address)));
  }
}
