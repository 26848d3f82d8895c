package org.certctl.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The process dies hard between each pair of steps of the enrollment cycle, before and after each
/// commit; the device sends the same bytes again (A14).
final class CrashIT {

  private static final int KILLED = 137;
  private static final CertctlServer SERVER = CertctlServer.withRsaCa();

  @BeforeAll
  static void initialise() {
    SERVER.initialise(Certctl.workDirectory(CrashIT.class.getSimpleName()));
  }

  @AfterAll
  static void isSound() {
    if (SERVER.isRunning()) {
      SERVER.stop();
    }
    SERVER.assertSound();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "received",
        "authorized",
        "decided",
        "before-intend-commit",
        "intended",
        "issued",
        "before-record-commit",
        "recorded",
        "before-respond"
      })
  void A14_losesNothingAndDoublesNothing(String point) {
    var device = new Device(SERVER, "crash-" + point);
    SERVER.start("-Dcertctl.crash-point=" + point);
    try {
      assertThatThrownBy(device::send)
          .isInstanceOf(UncheckedIOException.class)
          .hasCauseInstanceOf(IOException.class);
      assertThat(SERVER.awaitEnd()).isEqualTo(KILLED);
    } finally {
      SERVER.kill();
    }

    SERVER.start();
    var inventory = new Inventory(SERVER.data());
    Await.until(
        "what the crash left open is resolved",
        Duration.ofSeconds(30),
        () -> inventory.openEnrollments() == 0);
    var certificate = device.enroll();

    assertThat(inventory.certificatesOfTransaction(device.transactionId()))
        .as("certificates after a crash at %s", point)
        .containsExactly(certificate.getSerialNumber());
    assertThat(inventory.openEnrollments()).isZero();
    SERVER.kill();
  }
}
