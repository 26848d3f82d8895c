package org.certctl.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Health, metrics, logs.
final class ObservabilityIT {

  @RegisterExtension static final CertctlServer SERVER = CertctlServer.withRsaCa();

  @Test
  void countsEnrollmentsByProfileAndOutcome() throws IOException {
    var issued = enrollments("issued");
    var refused = enrollments("challenge_missing");

    new Device(SERVER, "observed-1").enroll();
    new Device(SERVER, "observed-2").request(_ -> {}).send();

    assertThat(enrollments("issued")).isEqualTo(issued + 1);
    assertThat(enrollments("challenge_missing")).isEqualTo(refused + 1);
  }

  @Test
  void writesMetricsForPrometheus() throws IOException {
    new Device(SERVER, "observed-5").enroll();

    var metrics = management("/metrics");

    assertThat(metrics.status()).isEqualTo(200);
    assertThat(metrics.header("Content-Type").orElseThrow()).startsWith("text/plain");
    assertThat(metrics.text())
        .contains(
            "certctl_enrollment_step_seconds_count{step=\"issued\"}",
            "certctl_store_queue",
            "certctl_certificate_expiry_seconds{kind=\"ca\"",
            "certctl_certificate_expiry_seconds{kind=\"ra\"")
        .doesNotContain(SERVER.data().challenge());
  }

  @Test
  void saysThatItIsHealthyAndReady() throws IOException {
    assertThat(management("/health").status()).isEqualTo(200);
    assertThat(management("/ready").status()).isEqualTo(200);
  }

  @Test
  void servesNothingElseForManagement() throws IOException {
    for (var path :
        new String[] {"/", "/scep/default?operation=GetCACaps", "/actuator", "/actuator/env"}) {
      assertThat(management(path).status()).as(path).isEqualTo(404);
    }
  }

  @Test
  void logsEachEnrollmentOnOneLineWithItsRequestId() throws IOException {
    var device = new Device(SERVER, "observed-3").transactionId("OBSERVED-TRANSACTION-3");
    var response =
        RawHttp.post(SERVER.httpPort(), "/scep/default?operation=PKIOperation", device.message());
    device.certificate(device.read(response));

    var requestId = response.header("X-Request-Id").orElseThrow();
    assertThat(SERVER.log().lines().filter(line -> line.contains(requestId)))
        .singleElement()
        .asString()
        .contains("OBSERVED-TRANSACTION-3", "observed-3");
  }

  @Test
  void SEC14_keepsLinesOfTheLogWhole() {
    var device = new Device(SERVER, "observed-4").transactionId("x\r\nfake line\u0007<b>");

    var reply = device.send();

    assertThat(reply.pkiStatus()).isIn("0", "2");
    assertThat(SERVER.log().lines()).noneMatch(line -> line.startsWith("fake line"));
    assertThat(SERVER.log()).doesNotContain("\u0007");
  }

  private static RawHttp.Response management(String path) throws IOException {
    return RawHttp.get(SERVER.managementPort(), path);
  }

  private static double enrollments(String outcome) {
    return SERVER
        .metric("certctl_enrollments_total{outcome=\"" + outcome + "\",profile=\"default\"}")
        .orElse(0);
  }
}
