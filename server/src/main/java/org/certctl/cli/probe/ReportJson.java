package org.certctl.cli.probe;

import java.net.URI;
import java.time.Instant;
import java.util.Locale;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The report for programs.
final class ReportJson {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private ReportJson() {}

  /// One JSON object, indented.
  static String of(URI url, Instant now, Findings findings) {
    ObjectNode root = JSON.createObjectNode();
    root.put("url", url.toString());
    root.put("probedAt", now.toString());
    ObjectNode summary = root.putObject("summary");
    for (Severity severity : Severity.values()) {
      summary.put(severity.text(), findings.count(severity));
    }
    ArrayNode clients = root.putArray("likelyToStumble");
    findings.clients().forEach(clients::add);
    ArrayNode list = root.putArray("findings");
    for (Finding finding : findings.inOrder()) {
      ObjectNode node = list.addObject();
      node.put("topic", finding.topic().name().toLowerCase(Locale.ROOT));
      node.put("severity", finding.severity().text());
      node.put("code", finding.code());
      node.put("text", finding.text());
      ArrayNode hit = node.putArray("clients");
      finding.clients().forEach(hit::add);
      finding.hint().ifPresent(hint -> node.put("hint", hint));
    }
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root);
  }
}
