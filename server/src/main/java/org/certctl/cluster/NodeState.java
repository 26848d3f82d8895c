package org.certctl.cluster;

import java.time.Instant;
import java.util.List;

/// What a node tells the others of itself.
///
/// @param id this process
/// @param name how the operator calls the machine
/// @param version of the program
/// @param startedAt by the node's clock
/// @param parts what it serves with
/// @param reloaded the number of the newest demand for a reload that it has followed
public record NodeState(
    NodeId id,
    String name,
    String version,
    Instant startedAt,
    List<NodePart> parts,
    long reloaded) {

  /// Keeps its own copy.
  public NodeState {
    parts = List.copyOf(parts);
  }
}
