package org.certctl.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cms.CMSSignedData;
import org.certctl.scep.MessageType;
import org.certctl.scep.TransactionId;
import org.certctl.scep.client.Identity;
import org.certctl.scep.client.Pkcs10Builder;
import org.certctl.scep.client.PkiMessageBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `certctl serve --test-authority`: the trouble mode for authors of clients.
final class TestAuthorityIT {

  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final int DEVICES = 30;

  @TempDir Path work;

  @Test
  void refusesDefersAndIssuesAtRandomAndLeavesNothing() throws Exception {
    var port = Ports.free();
    var temporary = Files.createDirectory(work.resolve("tmp"));
    var existing = Files.createDirectory(work.resolve("existing"));
    Files.writeString(existing.resolve("certctl.env"), "CERTCTL_SERVER_PORT=nonsense\n");
    var process = start(port, temporary, existing);
    var refused = new ArrayList<String>();
    var deferred = new ArrayList<Requester>();
    var issued = 0;
    try {
      Await.until("it is ready", PATIENCE, () -> output().contains("Ctrl-C ends it."));
      assertThat(output()).contains("TEST AUTHORITY", "--seed 7");
      for (var i = 0; i < DEVICES; i++) {
        var requester = new Requester(port, challenge(), "trouble-" + i);
        var reply = requester.send(MessageType.PKCS_REQ);
        switch (reply.pkiStatus()) {
          case "0" -> issued++;
          case "3" -> deferred.add(requester);
          default -> {
            assertThat(reply.failInfoText()).contains("test_authority");
            refused.add(reply.failInfo().orElseThrow());
          }
        }
      }
      assertThat(issued).isPositive();
      assertThat(new java.util.HashSet<>(refused)).hasSizeGreaterThan(1);
      assertThat(deferred).isNotEmpty();
      Await.until(
          "every request is decided on",
          PATIENCE,
          () -> deferred.stream().noneMatch(r -> r.poll().pkiStatus().equals("3")));
      assertThat(deferred).extracting(r -> r.poll().pkiStatus()).contains("0");
    } finally {
      process.destroy();
      assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }
    try (var left = Files.list(temporary)) {
      assertThat(left.filter(path -> path.getFileName().toString().startsWith("certctl")))
          .isEmpty();
    }
    try (var files = Files.list(existing)) {
      assertThat(files).hasSize(1);
    }
  }

  @Test
  void goesWithItsTerminal() throws Exception {
    var temporary = Files.createDirectory(work.resolve("tmp"));
    var process = start(Ports.free(), temporary, work);
    try {
      Await.until("it is ready", PATIENCE, () -> output().contains("Ctrl-C ends it."));
      assumeFalse(Certctl.ignoresHangUp(process.pid()), "run under nohup, which has it ignored");
      Command.of("kill", "-HUP", Long.toString(process.pid())).run().succeeded();

      assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    try (var left = Files.list(temporary)) {
      assertThat(left.filter(path -> path.getFileName().toString().startsWith("certctl")))
          .isEmpty();
    }
  }

  @Test
  void takesNoDataDirectory() {
    var result =
        Certctl.run("serve", "--test-authority", "--data-dir", work.toString()).exitedWith(2);

    assertThat(result.stderr()).contains("--data-dir");
    Certctl.run("serve", "--seed", "7").exitedWith(2);
    Certctl.run("serve", "--test-authority", "--refuse", "0.7", "--pend", "0.7").exitedWith(2);
  }

  private Process start(int port, Path temporary, Path existing) throws IOException {
    var builder =
        new ProcessBuilder(Certctl.launcher(), "serve", "--test-authority", "--seed", "7")
            .redirectErrorStream(true)
            .redirectOutput(work.resolve("output").toFile());
    builder.command().addAll(List.of("--refuse", "0.3", "--pend", "0.4", "--pend-seconds", "1"));
    builder.command().addAll(List.of("--port", Integer.toString(port)));
    builder.environment().keySet().removeIf(name -> name.startsWith("CERTCTL_"));
    builder.environment().put("CERTCTL_DATA_DIR", existing.toString());
    builder.environment().put("CERTCTL_CA_CERT_PATH", "/nowhere/ca.crt");
    builder.environment().putAll(Certctl.environment(List.of("-Djava.io.tmpdir=" + temporary)));
    return builder.start();
  }

  private String challenge() {
    var matcher = Pattern.compile("Challenge  (\\S+)").matcher(output());
    assertThat(matcher.find()).isTrue();
    return matcher.group(1);
  }

  private String output() {
    try {
      return Files.readString(work.resolve("output"), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /// A client with one transaction.
  private static final class Requester {
    private final int port;
    private final Identity signer;
    private final X509CertificateHolder recipient;
    private final byte[] csr;
    private final TransactionId transactionId;

    Requester(int port, String challenge, String name) throws Exception {
      var key = Keys.rsa();
      this.port = port;
      this.signer = Crafted.selfSigned("CN=" + name, key);
      this.csr =
          new Pkcs10Builder(key, new X500Name("CN=" + name), Crafted.CRYPTO)
              .challenge(challenge)
              .build();
      this.transactionId = TransactionId.of(name);
      var ca = RawHttp.get(port, "/scep/default?operation=GetCACert").body();
      this.recipient = new CMSSignedData(ca).getCertificates().getMatches(null).iterator().next();
    }

    Reply poll() {
      return send(MessageType.CERT_POLL);
    }

    Reply send(MessageType type) {
      var message =
          new PkiMessageBuilder(Crafted.CRYPTO, Crafted.RANDOM)
              .type(type)
              .signer(signer)
              .recipient(recipient)
              .transactionId(transactionId)
              .plaintext(csr)
              .build();
      try {
        return Reply.of(RawHttp.post(port, "/scep/default?operation=PKIOperation", message));
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }
  }
}
