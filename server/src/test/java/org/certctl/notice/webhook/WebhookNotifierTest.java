package org.certctl.notice.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.certctl.notice.DeliveryResult;
import org.certctl.notice.DeliveryResult.Delivered;
import org.certctl.notice.DeliveryResult.Refused;
import org.certctl.notice.DeliveryResult.TryLater;
import org.certctl.notice.Notice;
import org.certctl.notice.Notices;
import org.certctl.outbound.OutboundClient;
import org.certctl.outbound.OutboundSettings;
import org.certctl.outbound.ServerTrust;
import org.certctl.outbound.TestTls;
import org.certctl.secret.Secret;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class WebhookNotifierTest {

  private static final String SECRET = "webhook-secret-1";
  private static final Clock CLOCK = Clock.fixed(Notices.NOW, ZoneOffset.UTC);
  private static final ServerTrust PUBLIC = new ServerTrust.PublicAuthorities();

  /// A call that was checked in every respect.
  private record Call(String id, JsonNode body) {}

  /// What the fake says next.
  private record Answer(int status, String field, String value, int bytes) {}

  private final List<Call> calls = new CopyOnWriteArrayList<>();
  private final List<Throwable> breaches = new CopyOnWriteArrayList<>();
  private volatile Answer answer = new Answer(204, "X-None", "", 0);
  private HttpServer server;

  @BeforeEach
  void serve() throws Exception {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    start(server);
  }

  private void start(HttpServer which) {
    which.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    which.createContext("/", this::take);
    which.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
    assertThat(breaches).isEmpty();
  }

  private void take(HttpExchange exchange) throws IOException {
    byte[] octets = exchange.getRequestBody().readAllBytes();
    try {
      calls.add(checked(exchange, octets));
    } catch (AssertionError | Exception e) {
      breaches.add(e);
    }
    exchange.getResponseHeaders().set(answer.field(), answer.value());
    exchange.sendResponseHeaders(answer.status(), answer.bytes() == 0 ? -1 : answer.bytes());
    if (answer.bytes() > 0) {
      exchange.getResponseBody().write(new byte[answer.bytes()]);
    }
    exchange.close();
  }

  private static Call checked(HttpExchange exchange, byte[] octets) throws Exception {
    assertThat(exchange.getRequestMethod()).isEqualTo("POST");
    assertThat(exchange.getRequestURI().toString()).isEqualTo("/hook?token=t0ken");
    var headers = exchange.getRequestHeaders();
    for (String name :
        List.of("Content-Type", "webhook-id", "webhook-timestamp", "webhook-signature")) {
      assertThat(headers.get(name)).as(name).hasSize(1);
    }
    assertThat(headers.getFirst("Content-Type")).isEqualTo("application/json");
    String id = headers.getFirst("webhook-id");
    String timestamp = headers.getFirst("webhook-timestamp");
    assertThat(timestamp).isEqualTo(Long.toString(Notices.NOW.getEpochSecond()));
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
    String signed = id + "." + timestamp + "." + new String(octets, StandardCharsets.UTF_8);
    assertThat(headers.getFirst("webhook-signature"))
        .isEqualTo(
            "v1,"
                + Base64.getEncoder()
                    .encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8))));
    JsonNode body = JsonMapper.shared().readTree(octets);
    assertThat(body.get("schema").asString()).isEqualTo("certctl.notice.v1");
    assertThat(body.get("id").asString()).isEqualTo(id);
    return new Call(id, body);
  }

  private static WebhookSettings settings(String scheme, int port) {
    return new WebhookSettings(
        Secret.of(scheme + "://127.0.0.1:" + port + "/hook?token=t0ken"), Secret.of(SECRET));
  }

  private DeliveryResult post(Notice notice) {
    return post(settings("http", server.getAddress().getPort()), PUBLIC, notice);
  }

  private static DeliveryResult post(WebhookSettings settings, ServerTrust trust, Notice notice) {
    return post(settings, trust, notice, Duration.ofSeconds(30));
  }

  private static DeliveryResult post(
      WebhookSettings settings, ServerTrust trust, Notice notice, Duration timeout) {
    try (OutboundClient client =
        OutboundClient.open(
            new OutboundSettings(timeout, timeout, 64 * 1024, Optional.empty(), trust))) {
      return new WebhookNotifier(settings, client, CLOCK).deliver(notice, Notices.WEBHOOK);
    }
  }

  @Test
  void postsASignedDocument() {
    assertThat(post(Notices.server("notice-1"))).isEqualTo(new Delivered());
    JsonNode body = calls.getFirst().body();
    assertThat(body.get("type").asString()).isEqualTo("server_certificate_expiring");
    assertThat(body.get("server").asString()).isEqualTo("pki.example.com");
    assertThat(body.get("created_at").asString()).isEqualTo("2026-03-01T12:00:00.123Z");
    assertThat(body.get("summary").asString())
        .isEqualTo("the tls certificate (server) ends in 7 days");
    JsonNode certificate = body.get("certificates").get(0);
    assertThat(certificate.get("uses").get(1).get("kind").asString()).isEqualTo("tls-chain");
    assertThat(certificate.get("subject").asString()).isEqualTo("CN=scep.example.com,O=Größe");
    assertThat(certificate.get("serial_number").asString()).isEqualTo("0a0b");
    assertThat(certificate.get("not_after").asString()).isEqualTo("2026-03-08T12:00:00.123Z");
    assertThat(certificate.get("threshold").asString()).isEqualTo("7d");
  }

  @Test
  void postsGroupsOfIssuedCertificates() {
    post(Notices.issued("notice-1"));
    JsonNode group = calls.getFirst().body().get("issued").get(0);
    assertThat(group.get("profile").asString()).isEqualTo("wifi");
    assertThat(group.get("threshold").asString()).isEqualTo("1d");
    assertThat(group.get("count").asLong()).isEqualTo(3);
    assertThat(group.get("certificates").get(0).get("device").asString()).isEqualTo("device-7");
  }

  @Test
  void repeatsHaveTheSameId() {
    post(Notices.server("notice-1"));
    post(Notices.server("notice-1"));
    assertThat(calls).hasSize(2).containsOnly(calls.getFirst());
  }

  @Test
  void whatMayPassIsTriedAgainAndTheRestIsARefusal() {
    for (int status : new int[] {500, 502, 503, 408, 425, 429}) {
      answer = new Answer(status, "X-None", "", 0);
      assertThat(post(Notices.server("notice-1")))
          .isEqualTo(new TryLater("answered with HTTP status " + status));
    }
    for (int status : new int[] {400, 401, 403, 404, 410, 422}) {
      answer = new Answer(status, "X-None", "", 0);
      assertThat(post(Notices.server("notice-1")))
          .isEqualTo(new Refused("answered with HTTP status " + status));
    }
  }

  @Test
  void redirectsAreNotFollowed() {
    answer = new Answer(307, "Location", "/elsewhere", 0);
    assertThat(post(Notices.server("notice-1"))).isInstanceOf(Refused.class);
    assertThat(calls).hasSize(1);
  }

  @Test
  void waitsAsLongAsItIsAskedTo() {
    answer = new Answer(429, "Retry-After", "120", 0);
    assertThat(post(Notices.server("notice-1")))
        .isEqualTo(
            new TryLater("answered with HTTP status 429", Optional.of(Duration.ofMinutes(2))));
    for (String nonsense : List.of("soon", "-1", "99999999999999999999")) {
      answer = new Answer(503, "Retry-After", nonsense, 0);
      assertThat(post(Notices.server("notice-1")))
          .isEqualTo(new TryLater("answered with HTTP status 503"));
    }
  }

  @Test
  void aHugeAnswerIsNotRead() {
    answer = new Answer(200, "X-None", "", 65 * 1024);
    assertThat(post(Notices.server("notice-1")))
        .isEqualTo(new TryLater("the answer is larger than 65536 octets"));
    answer = new Answer(200, "X-None", "", 1024);
    assertThat(post(Notices.server("notice-1"))).isEqualTo(new Delivered());
  }

  @Test
  void speaksTlsOnlyToThoseWhoAreTrusted() throws Exception {
    TestTls tls = TestTls.at("127.0.0.1");
    HttpsServer secure =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    secure.setHttpsConfigurator(new HttpsConfigurator(tls.context()));
    start(secure);
    WebhookSettings settings = settings("https", secure.getAddress().getPort());
    try {
      assertThat(post(settings, PUBLIC, Notices.server("notice-1")))
          .isInstanceOfSatisfying(
              TryLater.class,
              result ->
                  assertThat(result.reason()).contains("not trusted").doesNotContain("t0ken"));
      assertThat(calls).isEmpty();
      assertThat(post(settings, tls.trust(), Notices.server("notice-1")))
          .isEqualTo(new Delivered());
      assertThat(settings.isPlain()).isFalse();
    } finally {
      secure.stop(0);
    }
  }

  @Test
  void aServerThatMisbehavesIsLeftInTime() throws Exception {
    for (String way : List.of("silent", "closing", "garbage", "half")) {
      try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        Thread other = Thread.ofVirtual().start(() -> misbehave(socket, way));
        assertThat(
                post(
                    settings("http", socket.getLocalPort()),
                    PUBLIC,
                    Notices.server("notice-1"),
                    Duration.ofMillis(500)))
            .as(way)
            .isInstanceOf(TryLater.class);
        other.interrupt();
      }
    }
  }

  private static void misbehave(ServerSocket listening, String way) {
    try (Socket socket = listening.accept()) {
      var out = socket.getOutputStream();
      switch (way) {
        case "silent" -> socket.getInputStream().readAllBytes();
        case "garbage" -> out.write("220 smtp\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        case "half" -> {
          out.write(
              "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc"
                  .getBytes(StandardCharsets.US_ASCII));
          socket.shutdownOutput();
          socket.getInputStream().readAllBytes();
        }
        default -> {}
      }
    } catch (IOException e) {
      // The client has gone, which is what it has to do.
      return;
    }
  }

  @Test
  void neitherTokenNorSecretIsShown() {
    assertThat(settings("https", 443).toString()).doesNotContain("t0ken").doesNotContain(SECRET);
    assertThatThrownBy(() -> new WebhookSettings(Secret.of("ftp://x/t0ken"), Secret.of(SECRET)))
        .hasMessageNotContaining("t0ken");
  }
}
