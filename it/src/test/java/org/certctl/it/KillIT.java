package org.certctl.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// SIGKILL at any moment under load: what was acknowledged is kept, and nothing is issued twice.
final class KillIT {

  @RegisterExtension static final CertctlServer SERVER = CertctlServer.withRsaCa();

  private static final int DEVICES = 400;
  private static final int WORKERS = 16;
  private static final int KILLS = 3;

  @Test
  void keepsWhatWasAcknowledged() throws Exception {
    var seed = Long.getLong("certctl.seed", System.nanoTime());
    var random = new Random(seed);
    var devices = new ArrayList<Device>();
    for (var i = 0; i < DEVICES; i++) {
      var device = new Device(SERVER, "kill-" + i);
      device.message();
      devices.add(device);
    }
    var waiting = new ConcurrentLinkedQueue<>(devices);
    var acknowledged = new ConcurrentHashMap<Device, X509Certificate>();

    for (var kill = 0; kill < KILLS; kill++) {
      var enough = acknowledged.size() + 10 + random.nextInt(DEVICES / KILLS - 20);
      try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
        var workers = new ArrayList<Future<?>>();
        for (var worker = 0; worker < WORKERS; worker++) {
          workers.add(executor.submit(() -> enrollUntilTheServerIsGone(waiting, acknowledged)));
        }
        Await.until(
            enough + " certificates", Duration.ofMinutes(1), () -> acknowledged.size() >= enough);
        SERVER.kill();
        for (var worker : workers) {
          worker.get();
        }
      }
      SERVER.start();
    }

    var inventory = new Inventory(SERVER.data());
    assertThat(inventory.certificates())
        .as("acknowledged before a kill; seed %s", seed)
        .containsAll(serials(acknowledged));
    for (var device : devices) {
      var certificate = device.enroll();
      assertThat(acknowledged.getOrDefault(device, certificate))
          .as("certificate of %s; seed %s", device.commonName(), seed)
          .isEqualTo(certificate);
    }
    assertThat(inventory.certificates()).as("seed %s", seed).hasSize(DEVICES);
    assertThat(inventory.transactionsWithSeveralCertificates()).as("seed %s", seed).isZero();
  }

  private static void enrollUntilTheServerIsGone(
      ConcurrentLinkedQueue<Device> waiting, Map<Device, X509Certificate> acknowledged) {
    for (var device = waiting.poll(); device != null; device = waiting.poll()) {
      try {
        acknowledged.put(device, device.enroll());
      } catch (UncheckedIOException gone) {
        return;
      }
    }
  }

  private static List<BigInteger> serials(Map<Device, X509Certificate> certificates) {
    return certificates.values().stream().map(X509Certificate::getSerialNumber).toList();
  }
}
