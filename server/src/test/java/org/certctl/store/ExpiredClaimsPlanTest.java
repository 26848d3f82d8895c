package org.certctl.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.certctl.enroll.ByteString;
import org.certctl.store.ExpiredClaims.Place;
import org.jooq.DSLContext;
import org.jooq.Query;
import org.jooq.SQLDialect;
import org.jooq.conf.ParamType;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What it costs on SQLite to forget claims: each step begins in the primary key where the one
/// before ended, and nothing is sorted.
class ExpiredClaimsPlanTest {

  private static final DSLContext DSL_CONTEXT = DSL.using(SQLDialect.SQLITE);
  private static final Place BEGIN = place("01");
  private static final Place END = place("02");

  @TempDir Path folder;
  private Connection connection;

  private static Place place(String octets) {
    return new Place("onetime", ByteString.of(HexFormat.of().parseHex(octets)));
  }

  @BeforeEach
  void connect() throws Exception {
    connection = Engine.SQLITE.connectToNew(folder);
  }

  @AfterEach
  void close() throws SQLException {
    connection.close();
  }

  private List<String> plan(Query query) throws SQLException {
    List<String> steps = new ArrayList<>();
    try (var statement = connection.createStatement();
        var plan =
            statement.executeQuery("EXPLAIN QUERY PLAN " + query.getSQL(ParamType.INLINED))) {
      while (plan.next()) {
        steps.add(plan.getString("detail"));
      }
    }
    return steps;
  }

  @Test
  void theFirstStepReadsInTheOrderOfTheKeyAndSortsNothing() throws Exception {
    assertThat(plan(ExpiredClaims.lastOfStep(DSL_CONTEXT, DSL.noCondition())))
        .containsExactly("SCAN challenge_claim");
    assertThat(plan(ExpiredClaims.expired(DSL_CONTEXT, DSL.noCondition(), Optional.of(END), 7)))
        .containsExactly("SEARCH challenge_claim USING PRIMARY KEY ((kind,claim_key)<(?,?))");
  }

  @Test
  void laterStepsBeginWhereTheOneBeforeEnded() throws Exception {
    var rest = ExpiredClaims.after(BEGIN);

    assertThat(plan(ExpiredClaims.lastOfStep(DSL_CONTEXT, rest)))
        .containsExactly("SEARCH challenge_claim USING PRIMARY KEY ((kind,claim_key)>(?,?))");
    assertThat(plan(ExpiredClaims.expired(DSL_CONTEXT, rest, Optional.of(END), 7)))
        .containsExactly(
            "SEARCH challenge_claim USING PRIMARY KEY ((kind,claim_key)>(?,?) AND (kind,claim_key)<(?,?))");
    assertThat(plan(ExpiredClaims.expired(DSL_CONTEXT, rest, Optional.empty(), 7)))
        .containsExactly("SEARCH challenge_claim USING PRIMARY KEY ((kind,claim_key)>(?,?))");
  }
}
