package org.certctl.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.certctl.it.Crls.COMPLETE;
import static org.certctl.it.Crls.hex;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A disk that is full while certificates are issued and revoked, CRLs are made and keys renewed:
/// nothing that was acknowledged is lost, and everything goes on when there is room again.
final class DiskFullIT {

  private static final CertctlServer SERVER =
      CertctlServer.withRsaCa()
          .with("CERTCTL_CRL_GENERATION_INTERVAL", "1m")
          .with("CERTCTL_OCSP_RATE_LIMIT_PER_IP_MIN", "0")
          .with("CERTCTL_OCSP_RESPONDER_VALIDITY", "10m")
          .with("CERTCTL_OCSP_RESPONDER_ROTATION_GRACE", "590s");

  private static final String SIZE = "48m";
  private static final int MANY = 300;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static boolean mounted;

  private final Crls crls = new Crls(SERVER);

  @TempDir Path work;

  @BeforeAll
  static void startOnASmallDisk() throws IOException {
    var disk = disk();
    var _ = Command.of("umount", "--lazy", disk.toString()).run();
    var folder = Certctl.workDirectory(DiskFullIT.class.getSimpleName());
    Files.createDirectories(disk);
    var mount =
        Command.of("mount", "-t", "tmpfs", "-o", "size=" + SIZE, "certctl-it", disk.toString())
            .run();
    assumeTrue(mount.exitCode() == 0, "not permitted to mount a tmpfs: " + mount.output());
    mounted = true;
    SERVER.initialise(folder);
    SERVER.start();
  }

  private static Path disk() {
    return Path.of(System.getProperty("certctl.work", "target/it"), "DiskFullIT", "data")
        .toAbsolutePath();
  }

  @AfterAll
  static void stop() {
    if (!mounted) {
      return;
    }
    try {
      if (SERVER.isRunning()) {
        SERVER.stop();
      }
      SERVER.assertRecordsAreSound();
    } finally {
      if (SERVER.isRunning()) {
        SERVER.kill();
      }
      Command.of("umount", disk().toString()).run().succeeded();
    }
  }

  @Test
  void losesNothingThatWasAcknowledgedAndGoesOnWhenThereIsRoom() throws Exception {
    var kept = new Device(SERVER, "kept").enroll();
    var toBeRevoked = new ArrayList<X509Certificate>();
    for (var i = 0; i < 5; i++) {
      toBeRevoked.add(new Device(SERVER, "revoke-" + i).enroll());
    }
    crls.await(COMPLETE);
    var ocsp = new Ocsp(SERVER, work);
    var before = Crls.number(crls.fetch(COMPLETE));
    fill();

    var acknowledged = new HashMap<Device, X509Certificate>();
    var refused = enrollUntilRefused(acknowledged);
    Await.until("not ready", PATIENCE, () -> !SERVER.ready());
    var revoked = revoke(toBeRevoked);
    assertThat(revoked).as("revocations that were acknowledged").hasSizeLessThan(5);
    assertThat(ocsp.ask(kept, "-no_nonce").succeeded().output())
        .as("what is there can be read")
        .contains("Response verify OK", "leaf.pem: good");
    assertThat(RawHttp.get(SERVER.httpPort(), COMPLETE).status()).isEqualTo(200);
    Await.until("no CRL can be made", PATIENCE, () -> SERVER.log().contains("publish CRLs"));
    Await.until(
        "no OCSP key can be made",
        PATIENCE,
        () -> SERVER.log().contains("no OCSP certificate can be made"));
    assertThat(SERVER.ready()).isFalse();
    assertThat(Crls.number(crls.fetch(COMPLETE))).isEqualTo(before);

    Files.delete(filler());
    Await.until("ready", PATIENCE, SERVER::ready);
    assertThat(refused.enroll()).isNotNull();
    var inventory = new Inventory(SERVER.data());
    assertThat(inventory.certificates())
        .containsAll(acknowledged.values().stream().map(X509Certificate::getSerialNumber).toList());
    for (var device : acknowledged.entrySet()) {
      assertThat(device.getKey().enroll()).isEqualTo(device.getValue());
    }
    assertThat(inventory.transactionsWithSeveralCertificates()).isZero();
    for (var certificate : toBeRevoked) {
      SERVER.command("cert", "revoke", hex(certificate)).run().succeeded();
      crls.awaitListed(COMPLETE, certificate);
    }
    for (var certificate : revoked) {
      assertThat(crls.fetch(COMPLETE).getRevokedCertificate(certificate)).isNotNull();
    }
    assertThat(Crls.number(crls.fetch(COMPLETE))).isGreaterThan(before);
    Await.until(
        "an OCSP key is made",
        PATIENCE,
        () -> ocsp.ask(kept, "-nonce").succeeded().output().contains("leaf.pem: good"));
  }

  /// Sends one request after the other until one is refused with 503, which must be soon.
  ///
  /// @return the device that was refused
  private static Device enrollUntilRefused(Map<Device, X509Certificate> acknowledged)
      throws IOException {
    for (var i = 0; i < MANY; i++) {
      var device = new Device(SERVER, "full-" + i);
      var response =
          RawHttp.post(SERVER.httpPort(), "/scep/default?operation=PKIOperation", device.message());
      if (response.status() == 503) {
        assertThat(response.header("Retry-After")).isPresent();
        return device;
      }
      acknowledged.put(device, device.certificate(device.read(response)));
    }
    throw new AssertionError("the disk was never full");
  }

  /// Revokes what it can.
  private static List<X509Certificate> revoke(List<X509Certificate> certificates) {
    return certificates.stream()
        .filter(
            certificate -> SERVER.command("cert", "revoke", hex(certificate)).run().exitCode() == 0)
        .toList();
  }

  private static Path filler() {
    return disk().resolve("filler");
  }

  /// Takes all the room there is.
  private static void fill() throws IOException {
    try (var file = Files.newOutputStream(filler())) {
      while (true) {
        file.write(new byte[4096]);
      }
    } catch (IOException full) {
      assertThat(full).hasMessageContaining("No space left");
    }
  }
}
