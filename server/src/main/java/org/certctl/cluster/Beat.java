package org.certctl.cluster;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/// What the database answers to a node that tells of itself.
///
/// @param clockAhead how far the node's clock is ahead of the database's; to within the time that
///   the question took
/// @param leases the numbers of the leases that the node has now
/// @param liveNodes how many nodes there are, this one included
/// @param reload the newest demand that all nodes read their files again
public record Beat(
    Duration clockAhead, Map<SharedWork, Long> leases, int liveNodes, Optional<Reload> reload) {

  /// A demand that all nodes read their files again.
  ///
  /// @param number grows with each
  /// @param node the name of the node that was told
  /// @param actor who told it
  public record Reload(long number, String node, String actor) {}

  /// Keeps its own copy.
  public Beat {
    leases = Map.copyOf(leases);
  }
}
