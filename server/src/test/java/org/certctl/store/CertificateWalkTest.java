package org.certctl.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.certctl.enroll.Enrollments.NOW;
import static org.certctl.enroll.Enrollments.certificate;
import static org.certctl.enroll.Enrollments.intent;
import static org.certctl.enroll.Enrollments.serial;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.certctl.enroll.CertificateInventory.Entry;
import org.certctl.enroll.CertificateSearch;
import org.certctl.enroll.CertificateSearch.Criterion;
import org.certctl.enroll.CertificateSearch.Cursor;
import org.certctl.enroll.CertificateSearch.Expiry;
import org.certctl.enroll.CertificateSearch.InState;
import org.certctl.enroll.CertificateSearch.State;
import org.certctl.enroll.Intent;
import org.certctl.store.sqlite.SqliteStore;
import org.jooq.SQLDialect;
import org.jooq.conf.ParamType;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// What a search costs: one index is walked, from the cursor on, for a bounded number of rows.
class CertificateWalkTest {

  private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);

  @TempDir Path folder;
  private SqliteStore store;
  private Connection connection;

  @BeforeEach
  void open() throws Exception {
    Path file = folder.resolve("certctl.db");
    store = SqliteStore.open(file, CLOCK, StoreObserver.none());
    connection = DriverManager.getConnection("jdbc:sqlite:" + file);
  }

  @AfterEach
  void close() throws SQLException {
    connection.close();
    store.close();
  }

  private static Stream<Arguments> criteria() {
    Instant later = NOW.plusSeconds(3600);
    String names = "certificate_name USING PRIMARY KEY (value=?";
    String expiry = "certificate USING INDEX certificate_by_end (";
    return Stream.of(
        Arguments.of(
            new CertificateSearch.Serial(serial("a")),
            "certificate USING INDEX sqlite_autoindex_certificate_1 (serial=?"),
        Arguments.of(
            new CertificateSearch.Fingerprint(certificate("a").fingerprint()),
            "certificate USING INDEX certificate_by_fingerprint (fingerprint=?"),
        Arguments.of(new CertificateSearch.Transaction("a"), names),
        Arguments.of(new CertificateSearch.AltName("a"), names),
        Arguments.of(new CertificateSearch.Subject("a"), names),
        Arguments.of(new CertificateSearch.Device("a"), names),
        Arguments.of(
            new CertificateSearch.SubjectPrefix("a"), "certificate_name USING PRIMARY KEY ("),
        Arguments.of(
            new InState(State.REVOKED, NOW), "revocation USING INDEX revocation_by_state (state=?"),
        Arguments.of(
            new InState(State.HELD, NOW), "revocation USING INDEX revocation_by_state (state=?"),
        Arguments.of(new InState(State.VALID, NOW), expiry),
        Arguments.of(new InState(State.EXPIRED, NOW), expiry),
        Arguments.of(new InState(State.SUPERSEDED, NOW), expiry),
        Arguments.of(new Expiry(NOW, later), expiry),
        Arguments.of(new Expiry(Expiry.MIN, later), expiry),
        Arguments.of(new Expiry(NOW, Expiry.MAX), expiry),
        Arguments.of(
            new CertificateSearch.Endpoint("a"),
            "certificate USING INDEX certificate_by_endpoint (endpoint=?"),
        Arguments.of(
            new CertificateSearch.IssuedBy("a"),
            "certificate USING INDEX certificate_by_issuer (issuer_id=?"));
  }

  private static final String RENEWAL_OF_EACH = "CORRELATED SCALAR SUBQUERY 1";

  @ParameterizedTest
  @MethodSource("criteria")
  void walksOneIndexAndSortsNothing(Criterion criterion, String index) throws Exception {
    CertificateSearch alone = CertificateSearch.of(criterion);
    for (Optional<Cursor> after : List.of(Optional.<Cursor>empty(), cursor(alone))) {
      List<String> plan = plan(alone, after);

      assertThat(plan.getFirst()).startsWith("SEARCH " + index);
      assertThat(plan)
          .as("nothing is read as a whole or sorted")
          .allMatch(step -> step.startsWith("SEARCH ") || step.equals(RENEWAL_OF_EACH));
      if (after.isPresent() && !(criterion instanceof CertificateSearch.Serial)) {
        assertThat(plan.getFirst())
            .as("the walk begins at the cursor")
            .containsAnyOf(
                switch (alone.order()) {
                  case NEWEST_FIRST -> new String[] {"=? AND rowid<?)", "=? AND position<?)"};
                  case BY_EXPIRY -> new String[] {"(not_after_ms,rowid)>(?,?)"};
                  case BY_SUBJECT -> new String[] {"(value,position)>(?,?)"};
                });
      }
    }
  }

  private static Optional<Cursor> cursor(CertificateSearch search) {
    return Optional.of(
        switch (search.order()) {
          case NEWEST_FIRST -> Cursor.newest(7);
          case BY_EXPIRY -> Cursor.byExpiry(NOW.toEpochMilli(), 7);
          case BY_SUBJECT -> Cursor.bySubject("abc", 7);
        });
  }

  @Test
  void walksTheTableFromTheCursorOnWhenEverythingIsMeant() throws Exception {
    assertThat(plan(CertificateSearch.of(), Optional.of(Cursor.newest(7))).getFirst())
        .isEqualTo("SEARCH certificate USING INTEGER PRIMARY KEY (rowid<?)");
    assertThat(plan(CertificateSearch.of(), Optional.empty()))
        .noneMatch(step -> step.contains("TEMP B-TREE"));
  }

  private List<String> plan(CertificateSearch search, Optional<Cursor> after) throws SQLException {
    String query =
        new CertificateWalk(search, after)
            .query(DSL.using(SQLDialect.SQLITE))
            .getSQL(ParamType.INLINED);
    List<String> steps = new ArrayList<>();
    try (var statement = connection.createStatement();
        var plan = statement.executeQuery("EXPLAIN QUERY PLAN " + query)) {
      while (plan.next()) {
        steps.add(plan.getString("detail"));
      }
    }
    return steps;
  }

  @Test
  void looksAtABoundedNumberOfRowsAndSaysWhereItStopped() throws Exception {
    for (int i = 0; i < 9; i++) {
      String name = "device" + i;
      Intent intent = intent(name);
      store.enrollments().intend(intent, false, List.of());
      store.enrollments().record(intent.id(), certificate(name), List.of());
    }
    Statements statements = new Statements(connection, SQLDialect.SQLITE);
    for (Criterion lead :
        List.of(
            new CertificateSearch.Endpoint("default"),
            new CertificateSearch.SubjectPrefix("dev"),
            new Expiry(NOW, NOW.plusSeconds(40L * 24 * 3600)))) {
      CertificateSearch search =
          CertificateSearch.of(lead, new CertificateSearch.IssuedBy("other"));
      CertificateSearch.Page cut =
          new CertificateWalk(search, Optional.empty(), 4).page(statements, 10);
      assertThat(cut.entries()).isEmpty();
      assertThat(cut.next()).isPresent();

      List<Entry> found = new ArrayList<>();
      Optional<Cursor> after = Optional.empty();
      do {
        CertificateSearch.Page page =
            new CertificateWalk(CertificateSearch.of(lead), after, 4).page(statements, 3);
        found.addAll(page.entries());
        after = page.next();
      } while (after.isPresent());
      assertThat(found)
          .as("%s", lead)
          .isEqualTo(
              store
                  .certificates()
                  .search(CertificateSearch.of(lead), Optional.empty(), 10)
                  .entries())
          .hasSize(9);
    }
  }
}
