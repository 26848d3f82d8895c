package org.certctl.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.certctl.enroll.Enrollments.NOW;

import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.certctl.expiry.ExpiryStore.Cursor;
import org.certctl.store.sqlite.SqliteStore;
import org.jooq.SQLDialect;
import org.jooq.conf.ParamType;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What it costs to look for issued certificates that end soon.
class ExpiryPlanTest {

  @TempDir Path folder;

  @Test
  void walksOneIndexAndSortsNothing() throws Exception {
    Path file = folder.resolve("certctl.db");
    Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
    try (SqliteStore _ = SqliteStore.open(file, clock, StoreObserver.none())) {
      for (Optional<Cursor> after :
          List.of(Optional.<Cursor>empty(), Optional.of(new Cursor(NOW.toEpochMilli(), 7)))) {
        List<String> plan = plan(file, after);
        assertThat(plan.getFirst())
            .startsWith("SEARCH certificate USING INDEX certificate_by_end (")
            .contains(after.isEmpty() ? "(not_after_ms>?" : "(not_after_ms,rowid)>(?,?)");
        assertThat(plan)
            .as("nothing is read as a whole or sorted")
            .allMatch(step -> step.startsWith("SEARCH ") || step.startsWith("CORRELATED "))
            .anyMatch(step -> step.contains("certificate_by_predecessor"));
      }
    }
  }

  private static List<String> plan(Path file, Optional<Cursor> after) throws Exception {
    String query =
        SqlExpiryStore.ends(
                DSL.using(SQLDialect.SQLITE), NOW, NOW.plus(Duration.ofDays(31)), after, 1000)
            .getSQL(ParamType.INLINED);
    List<String> steps = new ArrayList<>();
    try (var connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        var statement = connection.createStatement();
        var plan = statement.executeQuery("EXPLAIN QUERY PLAN " + query)) {
      while (plan.next()) {
        steps.add(plan.getString("detail"));
      }
    }
    return steps;
  }
}
