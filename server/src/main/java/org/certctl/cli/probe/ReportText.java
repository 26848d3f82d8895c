package org.certctl.cli.probe;

import java.io.PrintWriter;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/// The report for people, in 80 columns.
final class ReportText {

  private static final int WIDTH = 79;
  private static final int LABEL_WIDTH = 11;
  private static final String ESCAPE = "\u001b[";

  private final PrintWriter out;
  private final boolean color;

  ReportText(PrintWriter out, boolean color) {
    this.out = out;
    this.color = color;
  }

  /// Writes all findings and the sum.
  void write(URI url, Findings findings) {
    out.println(bold(url.toString()));
    Topic topic = null;
    for (Finding finding : findings.inOrder()) {
      if (finding.topic() != topic) {
        topic = finding.topic();
        out.println();
        out.println(bold(topic.title()));
      }
      write(finding);
    }
    out.println();
    summary(findings);
  }

  private void write(Finding finding) {
    String label = finding.severity().text();
    List<String> lines = wrapped(finding.text(), WIDTH - LABEL_WIDTH);
    out.println(
        "  "
            + painted(label, finding.severity())
            + " ".repeat(LABEL_WIDTH - 2 - label.length())
            + lines.getFirst());
    lines.stream().skip(1).forEach(line -> out.println(" ".repeat(LABEL_WIDTH) + line));
    if (!finding.clients().isEmpty()) {
      detail("hits: ", String.join(", ", finding.clients()));
    }
    finding.hint().ifPresent(hint -> detail("hint: ", hint));
  }

  private void detail(String label, String text) {
    List<String> lines = wrapped(text, WIDTH - LABEL_WIDTH - label.length());
    for (int i = 0; i < lines.size(); i++) {
      String lead = i == 0 ? label : " ".repeat(label.length());
      out.println(faint(" ".repeat(LABEL_WIDTH) + lead + lines.get(i)));
    }
  }

  private void summary(Findings findings) {
    String counts =
        counted(findings.count(Severity.PROBLEM), "problem")
            + ", "
            + counted(findings.count(Severity.WARNING), "warning")
            + ", "
            + counted(findings.count(Severity.NOTE), "note")
            + ", "
            + findings.count(Severity.OK)
            + " ok.";
    Severity worst =
        findings.inOrder().stream()
            .map(Finding::severity)
            .max(Severity::compareTo)
            .orElse(Severity.OK);
    out.println(painted(counts, worst));
    if (!findings.clients().isEmpty()) {
      wrapped("Likely to stumble: " + String.join(", ", findings.clients()) + ".", WIDTH)
          .forEach(out::println);
    }
    out.flush();
  }

  private static String counted(long count, String noun) {
    return count + " " + noun + (count == 1 ? "" : "s");
  }

  /// Lines of at most so many characters, broken at blanks; a longer word stands alone.
  static List<String> wrapped(String text, int width) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (String word : text.split(" ", -1)) {
      if (!line.isEmpty() && line.length() + 1 + word.length() > width) {
        lines.add(line.toString());
        line.setLength(0);
      }
      if (!line.isEmpty()) {
        line.append(' ');
      }
      line.append(word);
    }
    lines.add(line.toString());
    return lines;
  }

  private String painted(String text, Severity severity) {
    return switch (severity) {
      case OK -> styled("32", text);
      case NOTE -> styled("36", text);
      case WARNING -> styled("33", text);
      case PROBLEM -> styled("1;31", text);
    };
  }

  private String bold(String text) {
    return styled("1", text);
  }

  private String faint(String text) {
    return styled("2", text);
  }

  private String styled(String code, String text) {
    return color ? ESCAPE + code + "m" + text + ESCAPE + "0m" : text;
  }
}
