package org.certctl.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jscep.client.Client;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// Three nodes over one PostgreSQL, one of them with a clock that is three minutes fast: no sticky
/// sessions, and nothing lost or doubled whatever goes away.
final class ClusterIT {

  private static final Duration SOON = Duration.ofSeconds(30);
  private static final int SERVED = 20;
  private static final int USES = 200;

  @RegisterExtension static final Cluster CLUSTER = new Cluster();

  @TempDir Path work;

  private static CertctlServer node(int number) {
    return CLUSTER.node(number);
  }

  /// What a device was told is in the inventory and in the audit trail, once; and no device has
  /// more than one certificate.
  private static void assertNothingLostOrDoubled(Fleet fleet) throws Exception {
    var enrolled = fleet.finish();
    var serials = new HashSet<>(CLUSTER.column("SELECT serial FROM certificate"));
    var audited = CLUSTER.column("SELECT resource_id FROM audit_trail WHERE outcome = 'issued'");
    var auditedOnce = new HashSet<>(audited);
    var lost = new ArrayList<String>();
    for (var device : enrolled) {
      var serial = device.certificate().getSerialNumber().toString(16);
      if (!contains(serials, serial) || !contains(auditedOnce, serial)) {
        lost.add(device.commonName());
      }
    }
    var doubled =
        CLUSTER.column(
            "SELECT transaction_text FROM certificate GROUP BY transaction_text HAVING count(*) > 1");
    System.out.println(
        "ClusterIT: " + fleet.figures() + ", lost " + lost.size() + ", doubled " + doubled.size());
    assertThat(lost).as("acknowledged, but not recorded").isEmpty();
    assertThat(doubled).as("transactions with several certificates").isEmpty();
    assertThat(audited).as("audited issuances").doesNotHaveDuplicates();
    Await.until("no enrollment is left open", SOON, () -> open() == 0);
    assertThat(enrolled).as("devices that enrolled").hasSizeGreaterThan(SERVED);
  }

  private static boolean contains(Set<String> serials, String serial) {
    return serials.stream().anyMatch(each -> each.replaceFirst("^0+", "").equals(serial));
  }

  private static long open() {
    try {
      return CLUSTER.count("enrollment WHERE state = 'open'");
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void strongSwanAndJscepEnrollAcrossNodesAndEachSeesTheOthersRecords() throws Exception {
    var issued =
        StrongSwan.of(CLUSTER.url(), node(0).data().chain(), CLUSTER.raCertificate(), work)
            .enrolls("swan", "--password", node(0).data().challenge());
    OpenSsl.assertAccepts(node(0).data(), issued, work);

    var key = Keys.rsa();
    var pinned = node(0).data().chain();
    var ra = CLUSTER.raCertificate();
    var client =
        new Client(
            URI.create(CLUSTER.url()).toURL(),
            certificate -> pinned.contains(certificate) || ra.equals(certificate));
    var response =
        client.enrol(
            Keys.selfSigned("CN=jscep", key),
            key.getPrivate(),
            new Csr("CN=jscep", key).challenge(node(0).data().challenge()).build());
    assertThat(response.isSuccess()).isTrue();

    var serial = issued.getSerialNumber().toString(16);
    assertThat(node(1).command("cert", "list").run().succeeded().stdout())
        .contains("swan", "jscep");
    node(2).command("cert", "revoke", serial).run().succeeded();
    Await.until(
        "all nodes serve a CRL with it",
        SOON,
        () -> CLUSTER.nodes().stream().allMatch(each -> listed(each, serial)));
  }

  private boolean listed(CertctlServer node, String serial) {
    try {
      var response = RawHttp.get(node.httpPort(), "/.well-known/pki/crl/iss-local");
      if (response.status() != 200) {
        return false;
      }
      var file = work.resolve("crl.der");
      Files.write(file, response.body());
      return Command.of(
              "openssl", "crl", "-inform", "DER", "-noout", "-text", "-in", file.toString())
          .run()
          .succeeded()
          .stdout()
          .toLowerCase(Locale.ROOT)
          .contains(serial);
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void aNodeWithoutKeyFilesIssuesWithTheCaInTheDatabase() throws Exception {
    assertThat(node(2).data().files().stream().map(file -> String.valueOf(file.getFileName())))
        .filteredOn(name -> name.endsWith(".key") || name.endsWith(".pem"))
        .containsExactly("tls.key");

    var device = new Device(node(2), "bare").key(Keys.freshEc()).recipient(CLUSTER.raCertificate());
    OpenSsl.assertAccepts(node(0).data(), device.enroll(), work);
  }

  @Test
  void twoHundredUsesOfOneChallengeOverThreeNodesGiveOneCertificate() throws Exception {
    var challenge =
        node(1)
            .command("challenge", "create", "--profile", "default")
            .run()
            .succeeded()
            .stdout()
            .strip();

    assertOneCertificate("once", challenge);
  }

  @Test
  void twoHundredUsesOfOneConnectorChallengeOverThreeNodesGiveOneCertificate() throws Exception {
    assertOneCertificate("token", CLUSTER.connector().forDevice("token"));
  }

  private static void assertOneCertificate(String name, String challenge) throws Exception {
    CLUSTER.awaitReady();
    var ra = CLUSTER.raCertificate();
    var statuses = new ArrayList<String>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var replies = new ArrayList<Future<Reply>>();
      for (int i = 0; i < USES; i++) {
        var node = node(i % Cluster.NODES);
        var device =
            new Device(node, name)
                .key(Keys.freshEc())
                .recipient(ra)
                .request(csr -> csr.challenge(challenge));
        device.message();
        replies.add(threads.submit(() -> answer(node, device)));
      }
      for (var reply : replies) {
        statuses.add(reply.get().pkiStatus());
      }
    }

    assertThat(statuses).hasSize(USES).containsOnly("0", "2").containsOnlyOnce("0");
    assertThat(CLUSTER.count("certificate WHERE subject LIKE '%CN=" + name + ",%'")).isEqualTo(1);
  }

  /// What a device is answered that comes again when it is told to.
  private static Reply answer(CertctlServer node, Device device) throws Exception {
    var deadline = System.nanoTime() + SOON.toNanos();
    while (true) {
      var response =
          RawHttp.post(node.httpPort(), "/scep/default?operation=PKIOperation", device.message());
      if (response.status() != 503 || System.nanoTime() - deadline > 0) {
        return device.read(response);
      }
      assertThat(response.header("Retry-After")).isPresent();
      Thread.sleep(100);
    }
  }

  @Test
  void aNodeThatIsKilledLosesNothingAndAnotherLeadsAfterIt() throws Exception {
    var leader = CLUSTER.leaderOf("recovery");
    try (var fleet = Fleet.start(CLUSTER, "kill")) {
      fleet.awaitMore(SERVED);
      leader.kill();
      fleet.awaitMore(SERVED);
      assertThat(CLUSTER.leaderOf("recovery")).isNotSameAs(leader);
      CLUSTER.start(leader);
      fleet.awaitMore(SERVED);
      assertNothingLostOrDoubled(fleet);
    }
  }

  @Test
  void aLeaderThatStallsPastItsLeaseDoesNoHarmWhenItWakesUp() throws Exception {
    var leader = CLUSTER.leaderOf("audit");
    try (var fleet = Fleet.start(CLUSTER, "stall")) {
      fleet.awaitMore(SERVED);
      signal("STOP", leader);
      try {
        var others = CLUSTER.nodes().stream().filter(each -> each != leader).toList();
        Await.until(
            "its lease has ended, and another node leads",
            SOON,
            () ->
                others.stream()
                    .anyMatch(
                        each ->
                            each.metric("certctl_cluster_leads{work=\"audit\"}").orElse(0) == 1));
      } finally {
        signal("CONT", leader);
      }
      assertThat(CLUSTER.leaderOf("audit")).isNotSameAs(leader);
      fleet.awaitMore(SERVED);
      assertNothingLostOrDoubled(fleet);
    }
    node(1).command("audit", "verify").run().succeeded();
  }

  private static void signal(String name, CertctlServer node) throws Exception {
    Command.of("kill", "-" + name, Long.toString(node.pid())).run().succeeded();
  }

  @Test
  void aDatabaseThatIsAwayIsWaitedForAndNobodyIsRefused() throws Exception {
    try (var fleet = Fleet.start(CLUSTER, "restart")) {
      fleet.awaitMore(SERVED);
      CLUSTER.restartDatabase();
      CLUSTER.awaitReady();
      fleet.awaitMore(SERVED);
      assertNothingLostOrDoubled(fleet);
    }
  }

  @Test
  void aNodeWhoseWayToTheDatabaseIsCutDelayedOrDeafComesBackByItself() throws Exception {
    var way = CLUSTER.wayOfTheFirst();
    try (var fleet = Fleet.start(CLUSTER, "way")) {
      fleet.awaitMore(SERVED);
      for (int i = 0; i < 5; i++) {
        way.cut();
        fleet.awaitMore(5);
      }
      way.delay(Duration.ofMillis(300));
      fleet.awaitMore(SERVED);
      way.mend();
      way.swallowAnswers();
      fleet.awaitMore(SERVED);
      way.mend();
      way.shut();
      Await.until("it is not ready", SOON, () -> !node(0).ready());
      fleet.awaitMore(SERVED);
      way.mend();
      CLUSTER.awaitReady();
      assertNothingLostOrDoubled(fleet);
    }
  }

  @Test
  void statusTellsOfAllNodesAndWarnsOfTheClockThatIsWrong() {
    CLUSTER.awaitReady();
    Await.until(
        "all three are up, and only the clock is worth a warning",
        SOON,
        () -> {
          var told = node(1).command("cluster", "status").run();
          var warnings = told.stdout().lines().filter(line -> line.startsWith("warning")).toList();
          return told.exitCode() == 1
              && told.stdout().lines().filter(line -> line.contains(" up ")).count() == 3
              && warnings.size() == 1
              && warnings.getFirst().contains("the clock of node node-2")
              && warnings.getFirst().contains("ahead");
        });
  }

  @Test
  void aReloadOnOneNodeReachesAll() throws Exception {
    CLUSTER.awaitReady();
    node(1).command("reload").run().succeeded();

    Await.until(
        "all nodes have followed",
        SOON,
        () -> {
          try {
            return CLUSTER.count(
                    "cluster_node n JOIN cluster_signal s ON s.name = 'reload'"
                        + " AND n.reloaded = s.number")
                == Cluster.NODES;
          } catch (SQLException e) {
            throw new AssertionError(e);
          }
        });
    assertThat(List.of(node(0).log(), node(2).log())).allMatch(log -> log.contains("reload: "));
  }
}
