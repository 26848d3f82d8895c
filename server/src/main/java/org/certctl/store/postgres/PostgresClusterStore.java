package org.certctl.store.postgres;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.cluster.Beat;
import org.certctl.cluster.ClusterStore;
import org.certctl.cluster.ClusterView;
import org.certctl.cluster.NodeId;
import org.certctl.cluster.NodePart;
import org.certctl.cluster.NodeState;
import org.certctl.cluster.SharedWork;
import org.certctl.store.Statements;
import org.certctl.store.Transactions;

/// Nodes and leases in PostgreSQL, by its clock.
final class PostgresClusterStore implements ClusterStore {

  private static final String RELOAD = "reload";
  private static final String NOW = "CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint)";

  private static final String TELL =
      """
      INSERT INTO cluster_node
        (id, name, version, started_at_ms, seen_at_ms, clock_ahead_ms, parts, reloaded)
      VALUES (?, ?, ?, ?, %1$s, CAST(? AS bigint) - %1$s, ?, ?)
      ON CONFLICT (id) DO UPDATE SET seen_at_ms = excluded.seen_at_ms,
        clock_ahead_ms = excluded.clock_ahead_ms, parts = excluded.parts, reloaded = excluded.reloaded
      RETURNING clock_ahead_ms
      """
          .formatted(NOW);

  private static final String FIRST =
      """
      INSERT INTO cluster_lease (work, holder, fence, ends_at_ms) VALUES (?, '', 0, 0)
      ON CONFLICT (work) DO NOTHING
      """;

  private static final String KEEP =
      """
      UPDATE cluster_lease SET ends_at_ms = %s + ?
      WHERE work IN
        (SELECT work FROM cluster_lease WHERE holder = ? FOR NO KEY UPDATE SKIP LOCKED)
      RETURNING work, fence
      """
          .formatted(NOW);

  private static final String END = "UPDATE cluster_lease SET ends_at_ms = 0 WHERE work = ?";

  private static final String KNOWN = "SELECT work FROM cluster_lease";

  private static final String ENDED =
      // The locks stay until the transaction ends.
      "SELECT work FROM cluster_lease WHERE ends_at_ms <= %s ORDER BY work FOR UPDATE SKIP LOCKED"
          .formatted(NOW);

  private static final String TAKE =
      """
      UPDATE cluster_lease SET holder = ?, fence = fence + 1, ends_at_ms = %s + ?
      WHERE work = ? RETURNING fence
      """
          .formatted(NOW);

  private static final String ALIVE =
      "SELECT count(*) FROM cluster_node WHERE seen_at_ms > %s - ?".formatted(NOW);

  private static final String SIGNAL =
      "SELECT number, node, actor FROM cluster_signal WHERE name = ?";

  private static final String RAISE =
      """
      INSERT INTO cluster_signal (name, number, node, actor) VALUES (?, 1, ?, ?)
      ON CONFLICT (name) DO UPDATE
        SET number = cluster_signal.number + 1, node = excluded.node, actor = excluded.actor
      RETURNING number
      """;

  private static final String ADOPT =
      """
      UPDATE enrollment SET node = ?
      WHERE state = 'open' AND node <> ?
        AND node NOT IN (SELECT id FROM cluster_node WHERE seen_at_ms > %s - ?)
      """
          .formatted(NOW);

  private static final String NODES =
      """
      SELECT id, name, version, started_at_ms, seen_at_ms, clock_ahead_ms, parts, reloaded
      FROM cluster_node ORDER BY started_at_ms, id
      """;

  private static final String LEASES =
      "SELECT work, holder, fence, ends_at_ms FROM cluster_lease ORDER BY work";

  private final Transactions transactions;
  private final Clock clock;

  PostgresClusterStore(Transactions transactions, Clock clock) {
    this.transactions = transactions;
    this.clock = clock;
  }

  @Override
  public Beat beat(NodeState state, Set<SharedWork> leftToOthers, Duration term)
      throws StoreUnavailableException {
    return transactions.write(
        statements -> {
          Duration ahead = tell(statements, state);
          int alive = alive(statements, term);
          Set<SharedWork> left = alive > 1 ? leftToOthers : Set.of();
          Map<SharedWork, Long> leases = keep(statements, state.id(), term);
          giveBack(statements, left, leases);
          take(statements, state.id(), term, left, leases);
          return new Beat(ahead, leases, alive, signal(statements));
        });
  }

  private Duration tell(Statements statements, NodeState state) throws SQLException {
    PreparedStatement tell = statements.prepared(TELL);
    tell.setString(1, state.id().text());
    tell.setString(2, state.name());
    tell.setString(3, state.version());
    tell.setLong(4, state.startedAt().toEpochMilli());
    tell.setLong(5, clock.millis()); // As late as can be: there may have been a wait before.
    tell.setString(6, text(state.parts()));
    tell.setLong(7, state.reloaded());
    return Duration.ofMillis(number(tell));
  }

  private static Map<SharedWork, Long> keep(Statements statements, NodeId node, Duration term)
      throws SQLException {
    PreparedStatement keep = statements.prepared(KEEP);
    keep.setLong(1, term.toMillis());
    keep.setString(2, node.text());
    Map<SharedWork, Long> leases = new EnumMap<>(SharedWork.class);
    try (ResultSet row = keep.executeQuery()) {
      while (row.next()) {
        Optional<SharedWork> work = work(row.getString(1));
        if (work.isPresent()) {
          leases.put(work.get(), row.getLong(2));
        }
      }
    }
    return leases;
  }

  private static void giveBack(
      Statements statements, Set<SharedWork> left, Map<SharedWork, Long> leases)
      throws SQLException {
    for (SharedWork work : left) {
      if (leases.remove(work) != null) {
        PreparedStatement end = statements.prepared(END);
        end.setString(1, work.wireValue());
        end.executeUpdate();
      }
    }
  }

  private static void take(
      Statements statements,
      NodeId node,
      Duration term,
      Set<SharedWork> left,
      Map<SharedWork, Long> leases)
      throws SQLException {
    addMissing(statements);
    for (SharedWork work : works(statements, ENDED)) {
      if (left.contains(work)) {
        continue;
      }
      PreparedStatement take = statements.prepared(TAKE);
      take.setString(1, node.text());
      take.setLong(2, term.toMillis());
      take.setString(3, work.wireValue());
      leases.put(work, number(take));
    }
  }

  /// Looks first: adding what is there waits for whoever has it in hand, who may have stalled.
  private static void addMissing(Statements statements) throws SQLException {
    List<SharedWork> known = works(statements, KNOWN);
    for (SharedWork work : SharedWork.values()) {
      if (!known.contains(work)) {
        PreparedStatement first = statements.prepared(FIRST);
        first.setString(1, work.wireValue());
        first.executeUpdate();
      }
    }
  }

  private static List<SharedWork> works(Statements statements, String select) throws SQLException {
    List<SharedWork> works = new ArrayList<>();
    try (ResultSet row = statements.prepared(select).executeQuery()) {
      while (row.next()) {
        work(row.getString(1)).ifPresent(works::add);
      }
    }
    return works;
  }

  /// Another version may know works that this one does not.
  private static Optional<SharedWork> work(String name) {
    for (SharedWork work : SharedWork.values()) {
      if (work.wireValue().equals(name)) {
        return Optional.of(work);
      }
    }
    return Optional.empty();
  }

  private static int alive(Statements statements, Duration term) throws SQLException {
    PreparedStatement alive = statements.prepared(ALIVE);
    alive.setLong(1, term.toMillis());
    return Math.toIntExact(number(alive));
  }

  private static Optional<Beat.Reload> signal(Statements statements) throws SQLException {
    PreparedStatement signal = statements.prepared(SIGNAL);
    signal.setString(1, RELOAD);
    try (ResultSet row = signal.executeQuery()) {
      return row.next()
          ? Optional.of(new Beat.Reload(row.getLong(1), row.getString(2), row.getString(3)))
          : Optional.empty();
    }
  }

  @Override
  public void leave(NodeId node) throws StoreUnavailableException {
    transactions.write(
        statements -> {
          PreparedStatement leases =
              statements.prepared("UPDATE cluster_lease SET ends_at_ms = 0 WHERE holder = ?");
          leases.setString(1, node.text());
          leases.executeUpdate();
          PreparedStatement forget = statements.prepared("DELETE FROM cluster_node WHERE id = ?");
          forget.setString(1, node.text());
          return forget.executeUpdate();
        });
  }

  @Override
  public int adoptIntents(NodeId node, Duration term) throws StoreUnavailableException {
    return transactions.write(
        statements -> {
          PreparedStatement adopt = statements.prepared(ADOPT);
          adopt.setString(1, node.text());
          adopt.setString(2, node.text());
          adopt.setLong(3, term.toMillis());
          return adopt.executeUpdate();
        });
  }

  @Override
  public long demandReload(String node, String actor) throws StoreUnavailableException {
    return transactions.write(
        statements -> {
          PreparedStatement raise = statements.prepared(RAISE);
          raise.setString(1, RELOAD);
          raise.setString(2, node);
          raise.setString(3, actor);
          return number(raise);
        });
  }

  @Override
  public ClusterView view(Duration term) throws StoreUnavailableException {
    return transactions.read(
        statements -> {
          long now = number(statements.prepared("SELECT " + NOW));
          return new ClusterView(
              Instant.ofEpochMilli(now),
              nodes(statements, now - term.toMillis()),
              leases(statements),
              signal(statements));
        });
  }

  private static List<ClusterView.Node> nodes(Statements statements, long aliveAfter)
      throws SQLException {
    List<ClusterView.Node> nodes = new ArrayList<>();
    try (ResultSet row = statements.prepared(NODES).executeQuery()) {
      while (row.next()) {
        nodes.add(
            new ClusterView.Node(
                new NodeId(row.getString(1)),
                row.getString(2),
                row.getString(3),
                Instant.ofEpochMilli(row.getLong(4)),
                Instant.ofEpochMilli(row.getLong(5)),
                Duration.ofMillis(row.getLong(6)),
                parts(row.getString(7)),
                row.getLong(8),
                row.getLong(5) > aliveAfter));
      }
    }
    return nodes;
  }

  private static List<ClusterView.Lease> leases(Statements statements) throws SQLException {
    List<ClusterView.Lease> leases = new ArrayList<>();
    try (ResultSet row = statements.prepared(LEASES).executeQuery()) {
      while (row.next()) {
        leases.add(
            new ClusterView.Lease(
                row.getString(1),
                row.getString(2),
                row.getLong(3),
                Instant.ofEpochMilli(row.getLong(4))));
      }
    }
    return leases;
  }

  @Override
  public void forgetNodes(Duration silence) throws StoreUnavailableException {
    transactions.write(
        statements -> {
          PreparedStatement forget =
              statements.prepared(
                  "DELETE FROM cluster_node WHERE seen_at_ms < %s - ?".formatted(NOW));
          forget.setLong(1, silence.toMillis());
          return forget.executeUpdate();
        });
  }

  private static long number(PreparedStatement statement) throws SQLException {
    try (ResultSet row = statement.executeQuery()) {
      if (!row.next()) {
        throw new SQLException("a row was expected, and there is none");
      }
      return row.getLong(1);
    }
  }

  /// One part a line; kind and name hold no tabs and no line ends.
  private static String text(List<NodePart> parts) {
    StringBuilder text = new StringBuilder();
    for (NodePart part : parts) {
      text.append(part.kind()).append('\t').append(part.name()).append('\t');
      text.append(part.fingerprint()).append('\n');
    }
    return text.toString();
  }

  private static List<NodePart> parts(String text) {
    return text.lines()
        .map(line -> line.split("\t", -1))
        .filter(fields -> fields.length == 3)
        .map(fields -> new NodePart(fields[0], fields[1], fields[2]))
        .toList();
  }
}
