package org.certctl.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Statements that are sent together do on each engine what they would do one after the other.
class TogetherTest {

  private static final String INSERT = "INSERT INTO challenge_claim VALUES ('k', ?, ?, ?)";
  private static final String MOVE =
      "UPDATE challenge_claim SET enrollment_id = ? WHERE enrollment_id = ?";
  private static final String DELETE = "DELETE FROM challenge_claim WHERE expires_at_ms <= ?";
  private static final String HOLDERS =
      "SELECT enrollment_id FROM challenge_claim WHERE expires_at_ms >= ? ORDER BY claim_key";

  @TempDir Path folder;

  private static Together.Outcome<Integer> insert(Together together, int key, String holder) {
    return together.change(
        INSERT, parameters -> parameters.octets(new byte[] {(byte) key}).text(holder).number(key));
  }

  private static Together.Outcome<List<String>> holders(Together together, int from) {
    return together.find(HOLDERS, parameters -> parameters.number(from), TogetherTest::texts);
  }

  private static List<String> texts(ResultSet rows) throws SQLException {
    List<String> texts = new ArrayList<>();
    while (rows.next()) {
      texts.add(rows.getString(1));
    }
    return texts;
  }

  private static List<String> kept(Statements statements) throws SQLException {
    Together together = statements.together();
    Together.Outcome<List<String>> all = holders(together, 0);
    together.send();
    return all.value();
  }

  @FunctionalInterface
  private interface Trial {
    void run(Connection connection, Statements statements) throws Exception;
  }

  private void inTransaction(Engine engine, Trial trial) throws Exception {
    try (Connection connection = engine.connectToNew(folder)) {
      connection.setAutoCommit(false);
      trial.run(connection, new Statements(connection, engine.dialect()));
    }
  }

  @ParameterizedTest
  @EnumSource
  void eachSeesWhatTheOnesBeforeDidAndHasAResultOfItsOwn(Engine engine) throws Exception {
    inTransaction(
        engine,
        (connection, statements) -> {
          Together together = statements.together();
          var none = holders(together, 0);
          var first = insert(together, 1, "a");
          var second = insert(together, 2, "a");
          var both = holders(together, 0);
          var moved = together.change(MOVE, parameters -> parameters.text("b").text("a"));
          var movedAgain = together.change(MOVE, parameters -> parameters.text("c").text("a"));
          var third = insert(together, 3, "d");
          var later = holders(together, 2);
          var deleted = together.change(DELETE, parameters -> parameters.number(2));
          var rest = holders(together, 0);
          together.send();

          assertThat(none.value()).isEmpty();
          assertThat(List.of(first.value(), second.value(), third.value()))
              .containsExactly(1, 1, 1);
          assertThat(both.value()).containsExactly("a", "a");
          assertThat(moved.value()).isEqualTo(2);
          assertThat(movedAgain.value()).isZero();
          assertThat(later.value()).containsExactly("b", "d");
          assertThat(deleted.value()).isEqualTo(2);
          assertThat(rest.value()).containsExactly("d");
          connection.rollback();
          assertThat(kept(statements)).isEmpty();
        });
  }

  @ParameterizedTest
  @EnumSource
  void theSameStatementsMayBeSentAgainWithOtherValues(Engine engine) throws Exception {
    inTransaction(
        engine,
        (_, statements) -> {
          for (int key = 1; key <= 3; key++) {
            Together together = statements.together();
            var inserted = insert(together, key, "h" + key);
            var found = holders(together, key);
            together.send();

            assertThat(inserted.value()).isEqualTo(1);
            assertThat(found.value()).containsExactly("h" + key);
          }
          assertThat(kept(statements)).containsExactly("h1", "h2", "h3");
        });
  }

  @ParameterizedTest
  @EnumSource
  void oneThatFailsInTheMiddleFailsAllAndWhatComesAfterDoesNotRun(Engine engine) throws Exception {
    inTransaction(
        engine,
        (connection, statements) -> {
          Together before = statements.together();
          insert(before, 1, "before");
          before.send();
          connection.commit();

          Together together = statements.together();
          insert(together, 2, "first");
          var doubled = insert(together, 1, "doubled");
          var last = insert(together, 3, "last");
          var found = holders(together, 0);

          assertThatThrownBy(together::send).isInstanceOf(SQLException.class);
          for (Together.Outcome<?> outcome : List.of(doubled, last, found)) {
            assertThatIllegalStateException().isThrownBy(outcome::value);
          }
          connection.rollback();
          assertThat(kept(statements)).containsExactly("before");

          Together again = statements.together();
          var inserted = insert(again, 2, "again");
          var all = holders(again, 0);
          again.send();
          assertThat(inserted.value()).isEqualTo(1);
          assertThat(all.value()).containsExactly("before", "again");
        });
  }

  @ParameterizedTest
  @EnumSource
  void nothingIsDoneAndNothingIsKnownBeforeTheyAreSent(Engine engine) throws Exception {
    inTransaction(
        engine,
        (_, statements) -> {
          var inserted = insert(statements.together(), 1, "a");

          assertThatIllegalStateException().isThrownBy(inserted::value);
          assertThat(kept(statements)).isEmpty();
        });
  }
}
