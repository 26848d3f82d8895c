package org.certctl.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1OctetString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A backup under load, and the server that goes on from it.
final class BackupIT {

  private static final int DEVICES = 200;
  private static final int WORKERS = 8;
  private static final String CRL = "/.well-known/pki/crl/iss-local";
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  @TempDir Path work;

  @Test
  void keepsWhatWasAcknowledgedBeforeItAndGoesOnFromThere() throws Exception {
    var server = CertctlServer.withRsaCa();
    server.initialise(work);
    server.start();
    var devices = new ConcurrentLinkedQueue<Device>();
    for (var i = 0; i < DEVICES; i++) {
      var device = new Device(server, "backup-" + i);
      device.message();
      devices.add(device);
    }
    var before = new Device(server, "before");
    var revoked = new Device(server, "revoked").enroll();
    var first = before.enroll();
    server.command("cert", "revoke", hex(revoked)).run().succeeded();
    Await.until("it is listed", PATIENCE, () -> isListed(server, revoked));
    var archive = work.resolve("backup.zip");
    var head = "";
    BigInteger number;
    var acknowledged = new ConcurrentHashMap<Device, X509Certificate>();
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      var workers = new ArrayList<Future<?>>();
      for (var worker = 0; worker < WORKERS; worker++) {
        workers.add(executor.submit(() -> enrollAll(devices, acknowledged)));
      }
      Await.until("the load is on", PATIENCE, () -> acknowledged.size() >= WORKERS);
      var enough = Map.copyOf(acknowledged);
      var made = server.command("backup", "--to", archive.toString()).run().succeeded().stdout();
      head = made.replaceAll("(?s).*audit head +([0-9a-f]{64}).*", "$1");
      for (var worker : workers) {
        worker.get();
      }
      assertThat(acknowledged).hasSize(DEVICES);
      number = number(crl(server));
      server.stop();
      server.assertSound();
      restoreAndGoOn(server, archive, head, Map.copyOf(enough), first, revoked, number);
    }
  }

  private void restoreAndGoOn(
      CertctlServer server,
      Path archive,
      String head,
      Map<Device, X509Certificate> acknowledged,
      X509Certificate first,
      X509Certificate revoked,
      BigInteger number)
      throws Exception {
    var data = server.data().path();
    var lost = work.resolve("lost");
    assertThat(
            Certctl.run("restore", archive.toString(), "--data-dir", data.toString())
                .exitedWith(1)
                .output())
        .contains("in_the_way");
    Files.move(data, lost);
    Certctl.run("restore", archive.toString(), "--data-dir", data.toString(), "--head", head)
        .succeeded();
    var inventory = new Inventory(server.data());
    assertThat(inventory.certificates())
        .contains(first.getSerialNumber(), revoked.getSerialNumber())
        .containsAll(acknowledged.values().stream().map(X509Certificate::getSerialNumber).toList());

    server.start();
    for (var each : acknowledged.entrySet()) {
      assertThat(each.getKey().enroll()).as("answered as before").isEqualTo(each.getValue());
    }
    var after = new Device(server, "after").enroll();
    server.command("cert", "revoke", hex(after), "--reason", "superseded").run().succeeded();
    Await.until("it is listed", PATIENCE, () -> isListed(server, after));
    assertThat(number(crl(server))).as("CRL number").isGreaterThan(number);
    assertThat(crl(server).getRevokedCertificate(revoked)).isNotNull();
    assertThat(server.audited()).contains("restored");
    server.command("audit", "verify", "--head", head).run().succeeded();
    server.stop();
    server.assertSound();
  }

  private static void enrollAll(
      ConcurrentLinkedQueue<Device> waiting, Map<Device, X509Certificate> acknowledged) {
    for (var device = waiting.poll(); device != null; device = waiting.poll()) {
      acknowledged.put(device, device.enroll());
    }
  }

  private static String hex(X509Certificate certificate) {
    return certificate.getSerialNumber().toString(16);
  }

  private static boolean isListed(CertctlServer server, X509Certificate certificate) {
    try {
      return RawHttp.get(server.httpPort(), CRL).status() == 200
          && crl(server).getRevokedCertificate(certificate) != null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static X509CRL crl(CertctlServer server) {
    try {
      var response = RawHttp.get(server.httpPort(), CRL);
      return (X509CRL)
          CertificateFactory.getInstance("X.509")
              .generateCRL(new ByteArrayInputStream(response.body()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new AssertionError("no CRL", e);
    }
  }

  private static BigInteger number(X509CRL crl) {
    return ASN1Integer.getInstance(
            ASN1OctetString.getInstance(crl.getExtensionValue("2.5.29.20")).getOctets())
        .getValue();
  }
}
