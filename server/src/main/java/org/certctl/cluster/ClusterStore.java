package org.certctl.cluster;

import java.time.Duration;
import java.util.Set;
import org.certctl.audit.StoreUnavailableException;

/// Where nodes hear of each other. All times are those of the database's clock, so that a node
/// whose clock is wrong neither keeps a lease too long nor takes it too early.
public interface ClusterStore {

  /// Tells of a node, keeps its leases for a term, and takes those that have ended.
  ///
  /// A lease whose holder is in the middle of a unit of work is not taken before that has ended.
  ///
  /// @param leftToOthers whose leases are neither kept nor taken, as long as there are other nodes
  /// @param term how long a lease holds, and a node counts as alive
  Beat beat(NodeState state, Set<SharedWork> leftToOthers, Duration term)
      throws StoreUnavailableException;

  /// Gives a node's leases back and forgets it.
  void leave(NodeId node) throws StoreUnavailableException;

  /// Has one node go on with what others left open that are no longer alive.
  ///
  /// @param term as in {@link #beat}
  /// @return how many intents it takes over
  int adoptIntents(NodeId node, Duration term) throws StoreUnavailableException;

  /// Tells all nodes to read their files again.
  ///
  /// @param node the name of the node that was told
  /// @param actor who told it
  /// @return the number of this demand
  long demandReload(String node, String actor) throws StoreUnavailableException;

  /// Everything that is known.
  ///
  /// @param term as in {@link #beat}
  ClusterView view(Duration term) throws StoreUnavailableException;

  /// Forgets nodes that were last heard of so long ago.
  void forgetNodes(Duration silence) throws StoreUnavailableException;
}
