package org.certctl.store;

import static org.jooq.impl.DSL.param;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.certctl.challenge.ChallengeClaim;
import org.certctl.pki.Sha256;
import org.certctl.store.Sql.Claim;
import org.jooq.Query;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;

/// Claims inside a unit of work: what is used up, and by whom.
///
/// The holder is the id of an intent or of a pending enrollment. A claim whose end has come is free
/// again.
final class ClaimRows {

  private final String take;
  private final String pass;
  private final String free;

  ClaimRows(SQLDialect dialect) {
    take = Sql.text(takeQuery(), dialect);
    pass = Sql.text(passQuery(), dialect);
    free = Sql.text(freeQuery(), dialect);
  }

  /// One statement, so that the primary key decides between two nodes.
  private static Query takeQuery() {
    return DSL.insertInto(Claim.TABLE)
        .columns(Claim.KIND, Claim.KEY, Claim.ENROLLMENT_ID, Claim.EXPIRES_AT)
        .values(
            param(Claim.KIND),
            param(Claim.KEY),
            param(Claim.ENROLLMENT_ID),
            param(Claim.EXPIRES_AT))
        .onConflict(Claim.KIND, Claim.KEY)
        .doUpdate()
        .set(Claim.ENROLLMENT_ID, DSL.excluded(Claim.ENROLLMENT_ID))
        .set(Claim.EXPIRES_AT, DSL.excluded(Claim.EXPIRES_AT))
        .where(Claim.EXPIRES_AT.le(param(Claim.EXPIRES_AT)));
  }

  private static Query passQuery() {
    return DSL.update(Claim.TABLE)
        .set(Claim.ENROLLMENT_ID, param(Claim.ENROLLMENT_ID))
        .where(Claim.ENROLLMENT_ID.eq(param(Claim.ENROLLMENT_ID)));
  }

  private static Query freeQuery() {
    return DSL.deleteFrom(Claim.TABLE).where(Claim.ENROLLMENT_ID.eq(param(Claim.ENROLLMENT_ID)));
  }

  /// Takes all of them, or none.
  ///
  /// Whoever takes several takes them in one order, whatever order they come in, so that nobody
  /// holds what another waits for.
  ///
  /// @return the first that is taken already; empty when all were free
  Optional<ChallengeClaim> takeAll(
      Statements statements, List<ChallengeClaim> claims, String holder, Instant now)
      throws SQLException {
    int firstTaken = claims.size();
    for (ChallengeClaim claim : inOneOrder(claims)) {
      int place = claims.indexOf(claim);
      if (place < firstTaken && !take(statements, claim, holder, now)) {
        firstTaken = place;
      }
    }
    if (firstTaken == claims.size()) {
      return Optional.empty();
    }
    free(statements, holder);
    return Optional.of(claims.get(firstTaken));
  }

  private static List<ChallengeClaim> inOneOrder(List<ChallengeClaim> claims) {
    return claims.stream()
        .sorted(
            Comparator.comparing(ChallengeClaim::kind)
                .thenComparing(claim -> claim.key().octets(), Arrays::compare))
        .toList();
  }

  private boolean take(Statements statements, ChallengeClaim claim, String holder, Instant now)
      throws SQLException {
    for (int slot = 0; slot < claim.slots(); slot++) {
      Together together = statements.together();
      Together.Outcome<Integer> taken = take(together, claim, slot, holder, now);
      together.send();
      if (taken.value() == 1) {
        return true;
      }
    }
    return false;
  }

  /// Takes the first slot of each, beside other statements.
  ///
  /// @return for each, in the order of {@link #takeAll}, 1 when it was free, else 0
  List<Together.Outcome<Integer>> takeFirst(
      Together together, List<ChallengeClaim> claims, String holder, Instant now) {
    return inOneOrder(claims).stream().map(claim -> take(together, claim, 0, holder, now)).toList();
  }

  private Together.Outcome<Integer> take(
      Together together, ChallengeClaim claim, int slot, String holder, Instant now) {
    return together.change(
        take,
        parameters ->
            parameters
                .text(claim.kind())
                .octets(claim.slotKey(slot).octets())
                .text(holder)
                .number(claim.expiresAt().toEpochMilli())
                .number(now.toEpochMilli()));
  }

  /// Passes all claims of one holder to another.
  void pass(Statements statements, String from, String to) throws SQLException {
    PreparedStatement statement = statements.prepared(pass);
    statement.setString(1, to);
    statement.setString(2, from);
    statement.executeUpdate();
  }

  /// Frees all claims of a holder.
  void free(Statements statements, String holder) throws SQLException {
    PreparedStatement statement = statements.prepared(free);
    statement.setString(1, holder);
    statement.executeUpdate();
  }

  /// The claims of a holder.
  static List<ChallengeClaim> of(Statements statements, String holder) {
    return statements
        .dsl()
        .select(Claim.ALL)
        .from(Claim.TABLE)
        .where(Claim.ENROLLMENT_ID.eq(holder))
        .orderBy(Claim.KIND, Claim.KEY)
        .fetch(
            row ->
                new ChallengeClaim(
                    row.get(Claim.KIND),
                    Sha256.ofDigest(row.get(Claim.KEY)),
                    Instant.ofEpochMilli(row.get(Claim.EXPIRES_AT))));
  }
}
