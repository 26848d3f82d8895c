package org.certctl.cli.probe;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;

/// Collects what is found.
final class Findings {

  private final List<Finding> all = new ArrayList<>();

  /// The findings, by topic and within it in the order they were made.
  List<Finding> inOrder() {
    return all.stream().sorted(Comparator.comparing(Finding::topic)).toList();
  }

  /// How many there are of a severity.
  long count(Severity severity) {
    return all.stream().filter(finding -> finding.severity() == severity).count();
  }

  /// Whether there is one with this code.
  boolean has(String code) {
    return all.stream().anyMatch(finding -> finding.code().equals(code));
  }

  /// The clients that stumble over problems and warnings, each once.
  List<String> clients() {
    LinkedHashSet<String> clients = new LinkedHashSet<>();
    for (Finding finding : inOrder()) {
      if (finding.severity().compareTo(Severity.WARNING) >= 0) {
        clients.addAll(finding.clients());
      }
    }
    return List.copyOf(clients);
  }

  /// The part of a check that writes about one topic.
  Reporter about(Topic topic) {
    return new Reporter(topic);
  }

  /// Adds findings about one topic; each code once.
  final class Reporter {

    private final Topic topic;

    private Reporter(Topic topic) {
      this.topic = topic;
    }

    void ok(String code, String text) {
      add(Severity.OK, code, text, "");
    }

    void note(String code, String text, String hint, String... clients) {
      add(Severity.NOTE, code, text, hint, clients);
    }

    void warning(String code, String text, String hint, String... clients) {
      add(Severity.WARNING, code, text, hint, clients);
    }

    void problem(String code, String text, String hint, String... clients) {
      add(Severity.PROBLEM, code, text, hint, clients);
    }

    private void add(Severity severity, String code, String text, String hint, String... clients) {
      boolean known = all.stream().anyMatch(f -> f.code().equals(code) && f.text().equals(text));
      if (!known) {
        all.add(
            new Finding(
                topic,
                severity,
                code,
                text,
                List.of(clients),
                hint.isEmpty() ? Optional.empty() : Optional.of(hint)));
      }
    }
  }
}
