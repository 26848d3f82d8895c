package org.certctl.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.certctl.cluster.Beat;
import org.certctl.cluster.Leadership;
import org.certctl.enroll.IntentRecovery;
import org.certctl.expiry.ExpiryRules;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/// The alerts in `deploy/prometheus` against what `/metrics` shows, as far as that goes without
/// promtool: a metric, a label or a status that is misspelt would never raise an alert.
class AlertRulesTest {

  private static final Path FOLDER = Path.of("..", "deploy", "prometheus");
  private static final Pattern SELECTOR = Pattern.compile("(certctl_[a-z_]+)(\\{[^}]*\\})?");
  private static final Pattern MATCHER = Pattern.compile("([a-z_]+)(=|!=|=~|!~)\"([^\"]*)\"");
  private static final Pattern TEMPLATE_LABEL = Pattern.compile("\\$labels\\.([a-z_]+)");
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-11-22T12:00:00Z"), ZoneOffset.UTC);

  @Test
  void everyRuleIsComplete() throws IOException {
    assertThat(rules()).isNotEmpty();
    for (Map<?, ?> rule : rules()) {
      assertThat(text(rule, "alert")).matches("[A-Z][A-Za-z]+");
      assertThat(map(rule, "labels").get("severity")).as("%s", rule).isIn("page", "notify");
      for (String annotation : List.of("summary", "description")) {
        assertThat(text(map(rule, "annotations"), annotation)).as("%s", rule).isNotBlank();
      }
      if (rule.containsKey("for")) {
        assertThat(text(rule, "for")).matches("[0-9]+[smhd]");
      }
      String expression = text(rule, "expr");
      for (String pair : List.of("()", "{}", "[]")) {
        assertThat(count(expression, pair.charAt(0)))
            .as(expression)
            .isEqualTo(count(expression, pair.charAt(1)));
      }
    }
    assertThat(rules().stream().map(rule -> text(rule, "alert"))).doesNotHaveDuplicates();
  }

  @Test
  void everyMetricLabelAndValueExists() throws IOException {
    List<String> shown = shown();
    for (Map<?, ?> rule : rules()) {
      String expression = text(rule, "expr");
      List<MatchResult> selectors = SELECTOR.matcher(expression).results().toList();
      assertThat(selectors).as(expression).isNotEmpty();
      for (MatchResult selector : selectors) {
        List<String> series =
            shown.stream().filter(line -> line.matches(selector.group(1) + "[{ ].*")).toList();
        assertThat(series).as("%s in /metrics", selector.group(1)).isNotEmpty();
        String labels = selector.group(2) == null ? "" : selector.group(2);
        for (MatchResult matcher : MATCHER.matcher(labels).results().toList()) {
          String label = matcher.group(1) + "=\"" + matcher.group(3) + "\"";
          String wanted = matcher.group(2).contains("~") ? matcher.group(1) + "=\"" : label;
          assertThat(series).as(label).anyMatch(line -> line.contains(wanted));
        }
        for (String label : labelsToldOf(rule)) {
          assertThat(series).as(label).allMatch(line -> line.matches(".*[{,]" + label + "=.*"));
        }
      }
    }
  }

  /// Of the metrics that nothing else stands for: a file that is lost would never raise an alert.
  @Test
  void enrollmentsThatAreStuckRaiseAnAlert() throws IOException {
    assertThat(rules())
        .filteredOn(rule -> text(rule, "expr").equals("certctl_enrollments_stuck > 0"))
        .hasSize(1);
  }

  private static Set<String> labelsToldOf(Map<?, ?> rule) {
    return map(rule, "annotations").values().stream()
        .flatMap(text -> TEMPLATE_LABEL.matcher(String.valueOf(text)).results())
        .map(found -> found.group(1))
        .collect(Collectors.toSet());
  }

  /// The series that `/metrics` shows of a profile with connector challenges, of notices, of
  /// several nodes, and of enrollments that were left open.
  private static List<String> shown() {
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    ConnectorMetrics metrics = new ConnectorMetrics(registry, List::of, CLOCK);
    metrics.watch("corp");
    metrics.watch(
        List.of(new ConnectorMetrics.Anchor("corp", "CN=connector", "01", CLOCK.instant())));
    new CertificateExpiries(registry, CLOCK)
        .watch(
            List.of(
                new CertificateExpiries.Watched("tls", "server", CLOCK.instant(), Duration.ZERO)));
    new NoticeMetrics(registry, List.of("corp"), ExpiryRules.defaults().thresholds(), List.of())
        .counted(Map.of());
    new ClusterMetrics(registry, Leadership.alone())
        .beat(new Beat(Duration.ZERO, Map.of(), 1, Optional.empty()));
    new RecoveryMetrics(registry).show(new IntentRecovery.Report(0, 0, 0, List.of()));
    return registry.scrape().lines().filter(line -> !line.startsWith("#")).toList();
  }

  private static List<Map<?, ?>> rules() throws IOException {
    List<Map<?, ?>> rules = new ArrayList<>();
    try (Stream<Path> files = Files.list(FOLDER)) {
      for (Path file : files.filter(each -> each.toString().endsWith(".rules.yml")).toList()) {
        Map<?, ?> document =
            new Yaml(new SafeConstructor(new LoaderOptions())).load(Files.readString(file));
        for (Object group : list(document, "groups")) {
          assertThat(text((Map<?, ?>) group, "name")).isNotBlank();
          list((Map<?, ?>) group, "rules").forEach(rule -> rules.add((Map<?, ?>) rule));
        }
      }
    }
    return rules;
  }

  private static long count(String text, char wanted) {
    return text.chars().filter(each -> each == wanted).count();
  }

  private static String text(Map<?, ?> of, String key) {
    return String.valueOf(of.get(key));
  }

  private static Map<?, ?> map(Map<?, ?> of, String key) {
    return of.get(key) instanceof Map<?, ?> map ? map : Map.of();
  }

  private static List<?> list(Map<?, ?> of, String key) {
    return of.get(key) instanceof List<?> list ? list : List.of();
  }
}
