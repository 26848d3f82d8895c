package org.certctl.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.subethamail.smtp.server.SMTPServer;

/// A server whose TLS certificate ends in five days tells so by mail and by webhook; killed while
/// it tells, it does so again under the same id.
final class NotificationIT {

  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final String SECRET = "webhook-secret-of-the-test";

  /// A call of the webhook, its signature verified.
  private record Call(String id, String body) {}

  private final List<Call> calls = new CopyOnWriteArrayList<>();
  private final List<String> mails = new CopyOnWriteArrayList<>();
  private final AtomicBoolean holding = new AtomicBoolean(true);
  private final CountDownLatch end = new CountDownLatch(1);
  private final CertctlServer server = CertctlServer.withEcCa();

  @Test
  void tellsOfATlsCertificateThatEndsSoon() throws Exception {
    var loopback = InetAddress.getLoopbackAddress();
    var webhook = HttpServer.create(new InetSocketAddress(loopback, 0), 0);
    webhook.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    webhook.createContext("/hook", this::take);
    webhook.start();
    var mail =
        SMTPServer.port(0)
            .bindAddress(loopback)
            .messageHandler((_, _, to, octets) -> mails.add(to + "\n" + text(octets)))
            .build();
    mail.start();
    server.initialise(Certctl.workDirectory("NotificationIT"));
    configure(webhook.getAddress().getPort(), mail.getPortAllocated());
    makeTlsCertificate();
    try {
      server.start();
      Await.until("the webhook is called", PATIENCE, () -> !calls.isEmpty());
      server.kill();
      holding.set(false);
      server.start();
      Await.until("the webhook is called again", PATIENCE, () -> calls.size() > 1);
      Await.until("mail arrives", PATIENCE, () -> !mails.isEmpty());
      Await.until(
          "both are recorded",
          PATIENCE,
          () -> listed().lines().filter(line -> line.contains(" delivered ")).count() == 2);
      assertTold();
      assertCommandsWork();
    } finally {
      end.countDown();
      if (server.isRunning()) {
        server.stop();
      }
      webhook.stop(0);
      mail.stop();
    }
    server.assertSound();
  }

  private void configure(int webhookPort, int mailPort) throws IOException {
    Files.writeString(
        server.data().path().resolve("certctl.env"),
        String.join(
            "\n",
            "",
            "CERTCTL_PUBLIC_URL=http://pki.example.com",
            "CERTCTL_WEBHOOK_URL=http://127.0.0.1:" + webhookPort + "/hook",
            "CERTCTL_WEBHOOK_SECRET=" + SECRET,
            "CERTCTL_SMTP_HOST=127.0.0.1",
            "CERTCTL_SMTP_PORT=" + mailPort,
            "CERTCTL_SMTP_USE_TLS=false",
            "CERTCTL_SMTP_FROM_ADDRESS=certctl@pki.example.com",
            "CERTCTL_DIGEST_RECIPIENTS=ops@example.com",
            ""),
        StandardOpenOption.APPEND);
  }

  private void makeTlsCertificate() {
    Path certificate = server.data().file("CERTCTL_SERVER_TLS_CERT_PATH");
    Path key = server.data().file("CERTCTL_SERVER_TLS_KEY_PATH");
    Command.of(
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-days",
            "5",
            "-subj",
            "/CN=scep.example.com",
            "-addext",
            "subjectAltName=DNS:localhost,IP:127.0.0.1",
            "-addext",
            "extendedKeyUsage=serverAuth",
            "-keyout",
            key.toString(),
            "-out",
            certificate.toString())
        .run()
        .succeeded();
  }

  private void assertTold() {
    assertThat(calls).extracting(Call::id).containsOnly(calls.getFirst().id());
    assertThat(calls).extracting(Call::body).containsOnly(calls.getFirst().body());
    assertThat(calls.getFirst().body())
        .contains(
            "\"schema\":\"certctl.notice.v1\"",
            "\"server\":\"pki.example.com\"",
            "\"threshold\":\"7d\"",
            "CN=scep.example.com");
    assertThat(mails).hasSize(1);
    assertThat(mails.getFirst())
        .startsWith("ops@example.com\n")
        .contains("Message-ID: <" + calls.getFirst().id() + "@pki.example.com>")
        .contains("used for       tls server");
    assertThat(server.audited("--action", "expiry_notice")).contains("noticed");
    assertThat(server.metric("certctl_notices{state=\"dead\"}")).hasValue(0);
    assertThat(
            server
                .metric("certctl_certificate_expiry_seconds{kind=\"tls\",name=\"server\"}")
                .orElseThrow())
        .isBetween(4 * 86_400.0, 5 * 86_400.0);
  }

  private void assertCommandsWork() {
    assertThat(listed())
        .contains("webhook", "mail to ops@example.com", "the tls certificate (server) ends in");
    int before = calls.size();
    assertThat(server.command("notices", "test").run().succeeded().stdout())
        .isEqualTo("webhook: delivered\nmail to ops@example.com: delivered\n");
    assertThat(calls).hasSize(before + 1);
    assertThat(mails).hasSize(2);
    assertThat(server.command("notices", "retry", "--all-dead").run().succeeded().stdout())
        .isEqualTo("no notice was given up\n");
    assertThat(server.log()).doesNotContain(SECRET);
  }

  private String listed() {
    return server.command("notices", "list").run().succeeded().stdout();
  }

  private void take(HttpExchange exchange) throws IOException {
    var body = text(exchange.getRequestBody().readAllBytes());
    var headers = exchange.getRequestHeaders();
    var id = headers.getFirst("webhook-id");
    var signed = id + "." + headers.getFirst("webhook-timestamp") + "." + body;
    if (headers.getFirst("webhook-signature").equals("v1," + signature(signed))) {
      calls.add(new Call(id, body));
    }
    if (holding.get()) {
      try {
        end.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    exchange.sendResponseHeaders(204, -1);
    exchange.close();
  }

  private static String signature(String signed) {
    try {
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      return Base64.getEncoder()
          .encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static String text(byte[] octets) {
    return new String(octets, StandardCharsets.UTF_8);
  }
}
