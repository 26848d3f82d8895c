package org.certctl.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.certctl.enroll.Enrollments.NOW;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.certctl.cluster.NodeId;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What is forgotten goes in transactions of so many rows, however much has gathered.
class OldRowsTest {

  private static final int OLD = 2 * OldRows.STEP + 1;
  private static final Instant BEFORE = NOW.minus(Duration.ofDays(1));

  @TempDir Path folder;

  /// Notes how many rows of a table each transaction deletes.
  private record Counting(Connection connection, Engine engine, String table, List<Long> deleted)
      implements Transactions {

    @Override
    public <T> T write(Work<T> work) {
      try {
        long before = rows();
        connection.setAutoCommit(false);
        T result = work.run(new Statements(connection, engine.dialect()));
        connection.commit();
        connection.setAutoCommit(true);
        deleted.add(before - rows());
        return result;
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public <T> T read(Work<T> work) {
      try {
        return work.run(new Statements(connection, engine.dialect()));
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
    }

    long rows() throws SQLException {
      try (var statement = connection.createStatement();
          var row = statement.executeQuery("SELECT count(*) FROM " + table)) {
        row.next();
        return row.getLong(1);
      }
    }
  }

  @FunctionalInterface
  private interface Forgetting {
    int forget(Transactions transactions) throws Exception;
  }

  private void goesInSteps(Engine engine, String table, String insert, Forgetting forgetting)
      throws Exception {
    try (Connection connection = engine.connectToNew(folder)) {
      fill(connection, insert);
      Counting counting = new Counting(connection, engine, table, new ArrayList<>());

      assertThat(forgetting.forget(counting)).isEqualTo(OLD);
      assertThat(counting.deleted()).containsExactly((long) OldRows.STEP, (long) OldRows.STEP, 1L);
      assertThat(counting.rows()).isEqualTo(2);

      counting.deleted().clear();
      assertThat(forgetting.forget(counting)).isZero();
      assertThat(counting.deleted()).as("nothing is written for nothing").isEmpty();
    }
  }

  /// Old rows, among them two that are not.
  private static void fill(Connection connection, String insert) throws SQLException {
    connection.setAutoCommit(false);
    try (var statement = connection.prepareStatement(insert)) {
      for (int i = 0; i < OLD + 2; i++) {
        boolean young = i % 10 == 7 && i < 20;
        statement.setString(1, "id " + i);
        statement.setBytes(2, new byte[] {(byte) (i >> 8), (byte) i});
        statement.setLong(3, BEFORE.toEpochMilli() - (young ? 0 : 1 + i % 7));
        statement.addBatch();
      }
      statement.executeBatch();
    }
    connection.commit();
    connection.setAutoCommit(true);
  }

  @ParameterizedTest
  @EnumSource
  void closedPendingEnrollments(Engine engine) throws Exception {
    goesInSteps(
        engine,
        "pending_enrollment",
        """
        INSERT INTO pending_enrollment (endpoint, request_digest, requester_key_digest,
          subject_key_digest, challenge_mac, method, source_address, request, facts, at_ms,
          expires_at_ms, state, id, transaction_id, closed_at_ms)
        VALUES ('a', %1$s, %1$s, %1$s, %1$s, '', '', %1$s, %1$s, 1, 1, 'refused', ?, ?, ?)
        """
            .formatted(engine.octets("00")),
        transactions ->
            new SqlPendingStore(transactions, engine.dialect(), NodeId.ONLY).forgetClosed(BEFORE));
  }

  @ParameterizedTest
  @EnumSource
  void oneTimeChallenges(Engine engine) throws Exception {
    goesInSteps(
        engine,
        "onetime_challenge",
        """
        INSERT INTO onetime_challenge (endpoint, created_at_ms, id, mac, expires_at_ms)
        VALUES ('a', 1, ?, ?, ?)
        """,
        transactions ->
            new SqlOneTimeChallengeStore(transactions, engine.dialect()).forgetEndedBefore(BEFORE));
  }

  @ParameterizedTest
  @EnumSource
  void deliveredNotices(Engine engine) throws Exception {
    goesInSteps(engine, "notice_outbox", notice("delivered"), notices(engine));
  }

  @ParameterizedTest
  @EnumSource
  void deadNotices(Engine engine) throws Exception {
    goesInSteps(engine, "notice_outbox", notice("dead"), notices(engine));
  }

  private static String notice(String state) {
    return """
    INSERT INTO notice_outbox (notifier, address, state, claim, claim_ends_at_ms, attempts,
      since_ms, next_attempt_at_ms, last_error, id, notice, closed_at_ms)
    VALUES ('', '', '%s', 1, 1, 1, 1, 1, '', ?, ?, ?)
    """
        .formatted(state);
  }

  private static Forgetting notices(Engine engine) {
    return transactions ->
        new SqlNoticeOutbox(transactions, engine.dialect()).forget(BEFORE, BEFORE);
  }
}
