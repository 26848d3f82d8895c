package org.certctl.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ClusterWarningsTest {

  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final String ONE = "11111111".repeat(8);
  private static final String TWO = "22222222".repeat(8);

  private static ClusterView.Node node(
      String name, Duration ahead, long reloaded, boolean alive, NodePart... parts) {
    return node(name, "1.0", ahead, reloaded, alive, parts);
  }

  private static ClusterView.Node node(
      String name,
      String version,
      Duration ahead,
      long reloaded,
      boolean alive,
      NodePart... parts) {
    return new ClusterView.Node(
        new NodeId("id-" + name), name, version, NOW, NOW, ahead, List.of(parts), reloaded, alive);
  }

  private static List<String> warnings(ClusterView.Node... nodes) {
    return ClusterWarnings.of(new ClusterView(NOW, List.of(nodes), List.of(), Optional.empty()));
  }

  @Test
  void saysNothingOfNodesThatAgree() {
    NodePart part = new NodePart("configuration", "options", ONE);
    assertThat(
            warnings(
                node("a", Duration.ofSeconds(5), 0, true, part, new NodePart("tls", "s", ONE)),
                node("b", Duration.ofSeconds(-5), 0, true, part, new NodePart("tls", "s", TWO))))
        .isEmpty();
  }

  @Test
  void saysNothingOfOcspCertificatesThatEachNodeMakesForOneKey() {
    assertThat(
            warnings(
                node("a", Duration.ZERO, 0, true, new NodePart("ocsp", "iss-local", ONE)),
                node("b", Duration.ZERO, 0, true, new NodePart("ocsp", "iss-local", TWO))))
        .isEmpty();
  }

  @Test
  void namesPartsThatDifferAndThatOnlyOneHas() {
    assertThat(
            warnings(
                node("a", Duration.ZERO, 0, true, new NodePart("connector", "wifi", ONE)),
                node("b", Duration.ZERO, 0, true, new NodePart("connector", "wifi", TWO)),
                node("c", Duration.ZERO, 0, true)))
        .containsExactly(
            "the nodes differ in connector wifi: 11111111 on a; 22222222 on b; none on c");
  }

  @Test
  void leavesOutOfTheComparisonWhoIsGone() {
    assertThat(
            warnings(
                node("a", Duration.ZERO, 0, true, new NodePart("ca", "x", ONE)),
                node("b", Duration.ofMinutes(9), 0, false, new NodePart("ca", "x", TWO))))
        .singleElement()
        .asString()
        .contains("node b (id-b) was last heard of at 2026-03-01T12:00:00Z");
  }

  @Test
  void saysNothingOfANodeThatStartedAgain() {
    ClusterView.Node before = node("a", Duration.ZERO, 0, false);
    ClusterView.Node now =
        new ClusterView.Node(
            new NodeId("new"),
            "a",
            "1.0",
            NOW.plusSeconds(1),
            NOW,
            Duration.ZERO,
            List.of(),
            0,
            true);

    assertThat(warnings(before, now)).isEmpty();
    assertThat(warnings(before, node("b", Duration.ZERO, 0, true))).hasSize(1);
  }

  @Test
  void namesNodesThatCannotBeToldApart() {
    assertThat(
            warnings(
                node("a", Duration.ZERO, 0, true),
                node("a", Duration.ZERO, 0, true),
                node("b", Duration.ZERO, 0, true),
                node("b", Duration.ZERO, 0, false)))
        .containsExactly(
            "node b (id-b) was last heard of at 2026-03-01T12:00:00Z and did not say farewell",
            "2 nodes are called a: give each a CERTCTL_NODE_NAME of its own");
  }

  @Test
  void namesClocksThatAreOff() {
    assertThat(
            warnings(
                node("a", Duration.ofMillis(5001), 0, true),
                node("b", Duration.ofSeconds(-90), 0, true)))
        .satisfiesExactly(
            first -> assertThat(first).contains("node a is 5 seconds ahead of that"),
            second -> assertThat(second).contains("node b is 90 seconds behind that"));
  }

  @Test
  void namesVersionsThatDiffer() {
    assertThat(
            warnings(
                node("a", "1.0", Duration.ZERO, 0, true), node("b", "1.1", Duration.ZERO, 0, true)))
        .containsExactly("the nodes run different versions: 1.0 on a; 1.1 on b");
  }

  @Test
  void namesWhoHasNotFollowedAReload() {
    assertThat(
            ClusterWarnings.of(
                new ClusterView(
                    NOW,
                    List.of(node("a", Duration.ZERO, 3, true), node("b", Duration.ZERO, 2, true)),
                    List.of(),
                    Optional.of(new Beat.Reload(3, "a", "root")))))
        .containsExactly(
            "node b has not followed the last reload, or could not read all its files; see its log");
  }

  @Test
  void namesWorkThatNobodyLeads() {
    assertThat(
            ClusterWarnings.of(
                new ClusterView(
                    NOW,
                    List.of(node("a", Duration.ZERO, 0, true)),
                    List.of(
                        new ClusterView.Lease("crl", "id-z", 4, NOW),
                        new ClusterView.Lease("audit", "id-a", 4, NOW.plusMillis(1))),
                    Optional.empty())))
        .containsExactly("nobody leads crl just now");
  }
}
