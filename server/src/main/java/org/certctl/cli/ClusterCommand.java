package org.certctl.cli;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.cluster.ClusterStore;
import org.certctl.cluster.ClusterView;
import org.certctl.cluster.ClusterWarnings;
import org.certctl.cluster.Membership;
import org.certctl.cluster.NodePart;
import org.certctl.config.ConfigurationException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;

/// `certctl cluster`: the nodes that share a database.
@Command(name = "cluster", description = "Show the nodes that share a PostgreSQL database.")
public final class ClusterCommand {

  private static final int SHOWN_DIGITS = 8;

  private final CommandContext context;
  private final StoredRecords.Source source;
  private final JsonMapper json = JsonMapper.shared();

  /// Reads the records of this source.
  public ClusterCommand(CommandContext context, StoredRecords.Source source) {
    this.context = context;
    this.source = source;
  }

  /// `certctl cluster status`: nodes, leases, and what does not fit together.
  @Command(
      name = "status",
      description = {
        "Show each node with its version, clock and configuration, who leads what, and in what the"
            + " nodes differ.",
        ""
      },
      footer = {
        "",
        "Exit codes: 0 nothing to be looked at, 1 there are warnings.",
        "",
        "Example:",
        "  certctl cluster status --data-dir /var/lib/certctl"
      })
  int status(
      @Mixin DataDirectoryOption dataDirectory,
      @Option(names = "--json", description = "Print one JSON object.") boolean asJson)
      throws ConfigurationException, CommandFailedException, StoreUnavailableException {
    ClusterView view;
    try (StoredRecords records = source.open(context.configuration(dataDirectory))) {
      Optional<ClusterStore> cluster = records.cluster();
      if (cluster.isEmpty()) {
        throw new CommandFailedException(
            "this server has its database for itself: there is one node\n"
                + "several nodes share a PostgreSQL: see docs/scaling.md");
      }
      view = cluster.get().view(Membership.TERM);
    }
    List<String> warnings = ClusterWarnings.of(view);
    if (asJson) {
      context.out().println(json.writeValueAsString(fields(view, warnings)));
    } else {
      print(view);
      warnings.forEach(warning -> context.out().println("warning: " + warning));
    }
    return warnings.isEmpty() ? ExitCode.OK : ExitCode.FAILURE;
  }

  private void print(ClusterView view) {
    TextTable nodes =
        new TextTable(
            "NODE", "STATE", "VERSION", "SINCE", "SEEN", "CLOCK", "CONFIGURATION", "LEADS");
    for (ClusterView.Node node : view.nodes()) {
      nodes.add(
          node.name(),
          node.alive() ? "up" : "gone",
          node.version(),
          time(node.startedAt()),
          Duration.between(node.seenAt(), view.now()).toSeconds() + " s ago",
          offset(node.clockAhead()),
          configuration(node),
          String.join(" ", led(view, node)));
    }
    nodes.print(context.out());
  }

  private static String configuration(ClusterView.Node node) {
    return node.parts().stream()
        .filter(part -> part.kind().equals("configuration"))
        .map(part -> part.fingerprint().substring(0, SHOWN_DIGITS))
        .collect(Collectors.joining());
  }

  private static List<String> led(ClusterView view, ClusterView.Node node) {
    return view.leases().stream()
        .filter(lease -> lease.holder().equals(node.id().text()))
        .filter(lease -> lease.endsAt().isAfter(view.now()))
        .map(ClusterView.Lease::work)
        .toList();
  }

  private static String offset(Duration ahead) {
    return "%+.1f s".formatted(ahead.toMillis() / 1000.0);
  }

  private static String time(Instant instant) {
    return instant.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  private static Map<String, Object> fields(ClusterView view, List<String> warnings) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("now", view.now().toString());
    fields.put("nodes", view.nodes().stream().map(ClusterCommand::fields).toList());
    fields.put(
        "leases",
        view.leases().stream()
            .map(
                lease ->
                    Map.of(
                        "work", lease.work(),
                        "holder", lease.holder(),
                        "fence", lease.fence(),
                        "ends_at", lease.endsAt().toString()))
            .toList());
    fields.put("warnings", warnings);
    return fields;
  }

  private static Map<String, Object> fields(ClusterView.Node node) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("id", node.id().text());
    fields.put("name", node.name());
    fields.put("alive", node.alive());
    fields.put("version", node.version());
    fields.put("started_at", node.startedAt().toString());
    fields.put("seen_at", node.seenAt().toString());
    fields.put("clock_ahead_ms", node.clockAhead().toMillis());
    fields.put("reloaded", node.reloaded());
    fields.put("parts", node.parts().stream().map(ClusterCommand::fields).toList());
    return fields;
  }

  private static Map<String, String> fields(NodePart part) {
    return Map.of("kind", part.kind(), "name", part.name(), "fingerprint", part.fingerprint());
  }
}
