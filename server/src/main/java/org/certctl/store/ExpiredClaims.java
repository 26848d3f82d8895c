package org.certctl.store;

import java.util.Optional;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.enroll.ByteString;
import org.certctl.store.Sql.Claim;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Query;
import org.jooq.Record2;
import org.jooq.ResultQuery;
import org.jooq.impl.DSL;

/// Forgets claims whose end has come.
///
/// There is no index by their end, which every claim would have to be written to: all claims are
/// read, in the order of their keys, so many in each transaction that nobody waits long.
final class ExpiredClaims {

  /// How many claims are read in one transaction.
  static final int STEP = 2_000;

  private final Transactions transactions;

  ExpiredClaims(Transactions transactions) {
    this.transactions = transactions;
  }

  /// Where a step ends.
  record Place(String kind, ByteString key) {}

  private record Step(int forgotten, Optional<Place> end) {}

  /// Forgets them, step by step.
  ///
  /// @param now what ended by then is forgotten
  /// @return how many
  int forget(long now) throws StoreUnavailableException {
    int forgotten = 0;
    Optional<Place> from = Optional.empty();
    do {
      Condition rest = from.map(ExpiredClaims::after).orElse(DSL.noCondition());
      Step step = transactions.write(statements -> step(statements, rest, now));
      forgotten += step.forgotten();
      from = step.end();
    } while (from.isPresent());
    return forgotten;
  }

  private static Step step(Statements statements, Condition rest, long now) {
    DSLContext dsl = statements.dsl();
    Optional<Place> end = lastOfStep(dsl, rest).fetchOptional(ExpiredClaims::place);
    return new Step(expired(dsl, rest, end, now).execute(), end);
  }

  /// Along the primary key.
  static ResultQuery<Record2<String, byte[]>> lastOfStep(DSLContext dsl, Condition rest) {
    return dsl.select(Claim.KIND, Claim.KEY)
        .from(Claim.TABLE)
        .where(rest)
        .orderBy(Claim.KIND, Claim.KEY)
        .limit(1)
        .offset(STEP - 1);
  }

  /// Along the primary key, too.
  static Query expired(DSLContext dsl, Condition rest, Optional<Place> end, long now) {
    return dsl.deleteFrom(Claim.TABLE)
        .where(Claim.EXPIRES_AT.le(now))
        .and(rest)
        .and(end.map(ExpiredClaims::upTo).orElse(DSL.noCondition()));
  }

  private static Place place(Record2<String, byte[]> row) {
    return new Place(row.value1(), ByteString.of(row.value2()));
  }

  private static Condition upTo(Place place) {
    return DSL.row(Claim.KIND, Claim.KEY).le(place.kind(), place.key().octets());
  }

  static Condition after(Place place) {
    return DSL.row(Claim.KIND, Claim.KEY).gt(place.kind(), place.key().octets());
  }
}
