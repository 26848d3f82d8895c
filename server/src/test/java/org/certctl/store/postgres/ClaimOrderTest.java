package org.certctl.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.certctl.enroll.Enrollments.claim;
import static org.certctl.enroll.Enrollments.intent;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.certctl.challenge.ChallengeClaim;
import org.certctl.enroll.IntendResult;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Two nodes that take the same claims cannot end in a deadlock: both take them in one order.
class ClaimOrderTest {

  @RegisterExtension final TwoNodes nodes = new TwoNodes();

  /// Two are sent in one message, nine are too many for it.
  @ParameterizedTest
  @CsvSource({"2, false", "2, true", "9, false", "9, true"})
  void whoWaitsForAClaimHoldsNoneThatComesAfterIt(int number, boolean turned) throws Exception {
    List<ChallengeClaim> claims =
        IntStream.range(0, number)
            .mapToObj(each -> claim("c" + each))
            .sorted(Comparator.comparing(claim -> claim.key().octets(), Arrays::compare))
            .toList();
    ChallengeClaim[] given =
        (turned ? claims.reversed() : claims).toArray(new ChallengeClaim[number]);
    try (Connection other = PostgresServer.connect(nodes.config());
        Connection watch = PostgresServer.connect(nodes.config());
        var query = watch.createStatement();
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      other.setAutoCommit(false);
      take(other, claims.getFirst());

      Future<IntendResult> waiting =
          threads.submit(
              () -> nodes.one().enrollments().intend(intent("a", given), false, List.of()));
      TwoNodes.awaitWaiting(query, 1, waiting);

      take(other, claims.getLast());
      other.rollback();
      assertThat(waiting.get()).isInstanceOf(IntendResult.Intended.class);
    }
  }

  /// Takes a claim, and does not wait for it.
  private static void take(Connection connection, ChallengeClaim claim) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute("SET LOCAL lock_timeout = '50ms'");
    }
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO challenge_claim VALUES (?, ?, 'other', 0)")) {
      insert.setString(1, claim.kind());
      insert.setBytes(2, claim.key().octets());
      insert.executeUpdate();
    }
  }
}
