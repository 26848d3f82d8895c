package org.certctl.store;

import static org.jooq.impl.DSL.param;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
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
  /// @return the first that is taken already; empty when all were free
  Optional<ChallengeClaim> takeAll(
      Statements statements, List<ChallengeClaim> claims, String holder, Instant now)
      throws SQLException {
    for (ChallengeClaim claim : claims) {
      if (!take(statements, claim, holder, now)) {
        free(statements, holder);
        return Optional.of(claim);
      }
    }
    return Optional.empty();
  }

  private boolean take(Statements statements, ChallengeClaim claim, String holder, Instant now)
      throws SQLException {
    for (Sha256 key : claim.slotKeys()) {
      PreparedStatement statement = statements.prepared(take);
      statement.setString(1, claim.kind());
      statement.setBytes(2, key.octets());
      statement.setString(3, holder);
      statement.setLong(4, claim.expiresAt().toEpochMilli());
      statement.setLong(5, now.toEpochMilli());
      if (statement.executeUpdate() == 1) {
        return true;
      }
    }
    return false;
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
