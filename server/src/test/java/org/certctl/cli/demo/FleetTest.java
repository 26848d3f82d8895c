package org.certctl.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.certctl.cli.testserver.TestCa;
import org.certctl.cli.testserver.TestServer;
import org.certctl.scep.client.CaCertificates;
import org.certctl.secret.Secret;
import org.junit.jupiter.api.Test;

class FleetTest {

  @Test
  void enrollsEveryDeviceAndTellsWhy() throws Exception {
    TestServer server = new TestServer();
    Fleet fleet =
        new Fleet(
            request -> {
              synchronized (server) {
                return server.exchange(request);
              }
            },
            new CaCertificates(server.certificates),
            Secret.of(TestServer.CHALLENGE),
            new SimulatedConnector(TestCa.PROVIDERS, TestCa.RANDOM, TestCa.CLOCK),
            TestCa.PROVIDERS,
            TestCa.RANDOM,
            TestCa.CLOCK);
    List<SimulatedDevice> devices = FleetPlan.of(20).devices();
    List<Integer> progress = new java.util.concurrent.CopyOnWriteArrayList<>();

    FleetResult result = fleet.enroll(devices, fleet.keys(2), 4, progress::add);

    assertThat(result.failures()).isEmpty();
    assertThat(result.outcomes()).hasSize(20);
    assertThat(result.refusals().stream().map(FleetResult.Refusals::reason))
        .containsExactlyInAnyOrder("challenge_refused", "cipher_not_allowed");
    assertThat(result.issued()).isEqualTo(18);
    assertThat(progress).endsWith(20);
  }
}
