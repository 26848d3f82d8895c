package org.certctl.cluster;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// All nodes as the database knows them.
///
/// @param now the database's clock
/// @param nodes those that run, and those that went without a farewell, oldest first
/// @param leases one for each kind of shared work
/// @param reload the newest demand for a reload
public record ClusterView(
    Instant now, List<Node> nodes, List<Lease> leases, Optional<Beat.Reload> reload) {

  /// A node.
  ///
  /// @param seenAt when it was last heard of, by the database's clock
  /// @param clockAhead how far its clock was ahead of the database's then
  /// @param alive whether that is less than {@link Membership#TERM} ago
  public record Node(
      NodeId id,
      String name,
      String version,
      Instant startedAt,
      Instant seenAt,
      Duration clockAhead,
      List<NodePart> parts,
      long reloaded,
      boolean alive) {

    /// Keeps its own copy.
    public Node {
      parts = List.copyOf(parts);
    }
  }

  /// A lease.
  ///
  /// @param work the name of the shared work
  /// @param holder who has it, or had it last; empty when nobody ever had
  /// @param fence how often it was taken
  /// @param endsAt by the database's clock; in the past when nobody has it
  public record Lease(String work, String holder, long fence, Instant endsAt) {}

  /// Keeps its own copies.
  public ClusterView {
    nodes = List.copyOf(nodes);
    leases = List.copyOf(leases);
  }

  /// Those that run.
  public List<Node> alive() {
    return nodes.stream().filter(Node::alive).toList();
  }
}
