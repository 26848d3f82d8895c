package org.certctl.cluster;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/// What an operator should look at in a cluster: differences between nodes that matter.
public final class ClusterWarnings {

  /// Beyond this, challenges, validity and notices depend on which node is asked.
  public static final Duration MAX_CLOCK_OFFSET = Duration.ofSeconds(5);

  /// What each node may have of its own.
  private static final Set<String> OF_THE_NODE = Set.of("tls", "tls-chain", "ocsp");

  private ClusterWarnings() {}

  /// The warnings, one sentence each; empty when all is well.
  public static List<String> of(ClusterView view) {
    List<String> warnings = new ArrayList<>();
    List<ClusterView.Node> alive = view.alive();
    for (ClusterView.Node node : view.nodes()) {
      if (!node.alive() && alive.stream().noneMatch(each -> isSuccessor(each, node))) {
        warnings.add(
            "node %s (%s) was last heard of at %s and did not say farewell"
                .formatted(node.name(), node.id(), node.seenAt()));
      }
    }
    for (ClusterView.Node node : alive) {
      if (node.clockAhead().abs().compareTo(MAX_CLOCK_OFFSET) > 0) {
        warnings.add(
            "the clock of node %s is %s seconds %s that of the database: challenges and certificates begin and end at the wrong time there; check its time service"
                .formatted(
                    node.name(),
                    node.clockAhead().abs().toSeconds(),
                    node.clockAhead().isNegative() ? "behind" : "ahead of"));
      }
      view.reload()
          .filter(reload -> reload.number() > node.reloaded())
          .ifPresent(
              _ ->
                  warnings.add(
                      "node %s has not followed the last reload, or could not read all its files; see its log"
                          .formatted(node.name())));
    }
    warnings.addAll(sharedNames(alive));
    difference(alive, ClusterView.Node::version)
        .ifPresent(nodes -> warnings.add("the nodes run different versions: " + nodes));
    warnings.addAll(differentParts(alive));
    for (ClusterView.Lease lease : view.leases()) {
      if (!alive.isEmpty() && !lease.endsAt().isAfter(view.now())) {
        warnings.add("nobody leads %s just now".formatted(lease.work()));
      }
    }
    return List.copyOf(warnings);
  }

  /// Machines that were cloned, for example; also a node that was killed and started again, until
  /// the old one counts as gone.
  private static List<String> sharedNames(List<ClusterView.Node> alive) {
    Map<String, Long> counts =
        alive.stream()
            .collect(
                Collectors.groupingBy(ClusterView.Node::name, TreeMap::new, Collectors.counting()));
    return counts.entrySet().stream()
        .filter(name -> name.getValue() > 1)
        .map(
            name ->
                "%d nodes are called %s: give each a CERTCTL_NODE_NAME of its own"
                    .formatted(name.getValue(), name.getKey()))
        .toList();
  }

  /// Whether a node is the one that went, started again.
  private static boolean isSuccessor(ClusterView.Node node, ClusterView.Node gone) {
    return node.name().equals(gone.name()) && node.startedAt().isAfter(gone.startedAt());
  }

  private static List<String> differentParts(List<ClusterView.Node> alive) {
    record Part(String kind, String name) {}
    Map<String, Part> parts = new TreeMap<>();
    for (ClusterView.Node node : alive) {
      for (NodePart part : node.parts()) {
        if (!OF_THE_NODE.contains(part.kind())) {
          parts.put(part.kind() + " " + part.name(), new Part(part.kind(), part.name()));
        }
      }
    }
    List<String> warnings = new ArrayList<>();
    for (Part part : parts.values()) {
      difference(
              alive,
              node ->
                  node.parts().stream()
                      .filter(each -> each.kind().equals(part.kind()))
                      .filter(each -> each.name().equals(part.name()))
                      .map(each -> each.fingerprint().substring(0, 8))
                      .findFirst()
                      .orElse("none"))
          .ifPresent(
              nodes ->
                  warnings.add(
                      "the nodes differ in %s %s: %s".formatted(part.kind(), part.name(), nodes)));
    }
    return warnings;
  }

  /// Which nodes have what, if not all have the same.
  private static Optional<String> difference(
      List<ClusterView.Node> nodes, Function<ClusterView.Node, String> of) {
    Map<String, List<String>> byValue =
        nodes.stream()
            .collect(
                Collectors.groupingBy(
                    of,
                    TreeMap::new,
                    Collectors.mapping(ClusterView.Node::name, Collectors.toList())));
    return byValue.size() < 2
        ? Optional.empty()
        : Optional.of(
            byValue.entrySet().stream()
                .map(each -> each.getKey() + " on " + String.join(", ", each.getValue()))
                .collect(Collectors.joining("; ")));
  }
}
