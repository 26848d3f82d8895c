package org.certctl.cli.probe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.util.List;
import org.certctl.cli.testserver.TestCa;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ReportTest {
  private static final URI URL = URI.create("http://scep.test/scep");

  private final Findings findings = new Findings();

  @BeforeEach
  void find() {
    findings.about(Topic.MESSAGES).warning("b", "Words ".repeat(40), "Hint.", "Apple", "jscep");
    findings.about(Topic.CONNECTION).ok("a", "Answers.");
    findings.about(Topic.MESSAGES).problem("c", "Bad\u001b[31m.", "", "Apple");
  }

  private String text(boolean color) {
    StringWriter out = new StringWriter();
    new ReportText(new PrintWriter(out), color).write(URL, findings);
    return out.toString();
  }

  @Test
  void fitsEightyColumnsAndIsInOrder() {
    assertThat(text(false).lines()).allMatch(line -> line.length() < 80);
    assertThat(text(false)).containsSubsequence("Connection", "Messages", "warning", "problem");
    assertThat(text(false)).contains("1 problem, 1 warning, 0 notes, 1 ok.");
    assertThat(text(false)).contains("Likely to stumble: Apple, jscep.");
  }

  @Test
  void colorsOnlyWhenToldToAndNeverLetsTheServerDoSo() {
    assertThat(text(false)).doesNotContain("\u001b");
    assertThat(text(true)).contains("\u001b[1;31mproblem\u001b[0m").doesNotContain("Bad\u001b");
  }

  @Test
  void writesTheSameAsJson() {
    JsonNode root = JsonMapper.builder().build().readTree(ReportJson.of(URL, TestCa.NOW, findings));

    assertThat(root.at("/url").asString()).isEqualTo(URL.toString());
    assertThat(root.at("/summary/problem").asInt()).isEqualTo(1);
    assertThat(root.at("/findings/0/code").asString()).isEqualTo("a");
    assertThat(root.at("/findings/1/hint").asString()).isEqualTo("Hint.");
    assertThat(root.at("/findings/1/clients/1").asString()).isEqualTo("jscep");
    assertThat(root.at("/findings/2/severity").asString()).isEqualTo("problem");
  }

  @Test
  void breaksLinesAtBlanks() {
    assertThat(ReportText.wrapped("aa bb cc", 5)).isEqualTo(List.of("aa bb", "cc"));
    assertThat(ReportText.wrapped("aaaaaaaa b", 5)).isEqualTo(List.of("aaaaaaaa", "b"));
    assertThat(ReportText.wrapped("", 5)).isEqualTo(List.of(""));
  }
}
