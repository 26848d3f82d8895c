package org.certctl.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.certctl.scep.client.ScepHttpRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OutboundClientTest {
  private final CountDownLatch end = new CountDownLatch(1);
  private final AtomicReference<String> query = new AtomicReference<>();
  private final HttpServer server = newServer();

  private static HttpServer newServer() {
    try {
      return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @BeforeEach
  void serve() {
    server.setExecutor(java.util.concurrent.Executors.newVirtualThreadPerTaskExecutor());
    server.createContext(
        "/echo",
        exchange -> {
          query.set(exchange.getRequestURI().getRawQuery());
          byte[] body = exchange.getRequestBody().readAllBytes();
          exchange.getResponseHeaders().set("Content-Type", "x/y");
          exchange.sendResponseHeaders(200, body.length == 0 ? -1 : body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.createContext(
        "/redirect",
        exchange -> {
          exchange.getResponseHeaders().set("Location", "/echo");
          exchange.sendResponseHeaders(302, -1);
          exchange.close();
        });
    server.createContext(
        "/slow",
        exchange -> {
          try {
            end.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    end.countDown();
    server.stop(0);
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
  }

  private static OutboundClient client(int maxBytes, Duration timeout) {
    return OutboundClient.open(
        new OutboundSettings(
            timeout, timeout, maxBytes, Optional.empty(), new ServerTrust.PublicAuthorities()));
  }

  @Test
  void sendsQueriesAndBodiesOctetByOctet() throws Exception {
    try (OutboundClient client = OutboundClient.open(OutboundSettings.defaults())) {
      var response =
          new HttpScepTransport(client, uri("/echo"))
              .exchange(
                  new ScepHttpRequest(
                      "POST",
                      "operation=PKIOperation&x=a+b%2B%3d/=",
                      "a/b",
                      new byte[] {0, -1, 10}));

      assertThat(query.get()).isEqualTo("operation=PKIOperation&x=a+b%2B%3d/=");
      assertThat(response.body()).containsExactly(0, -1, 10);
      assertThat(response.contentType()).isEqualTo("x/y");
    }
  }

  @Test
  void followsNoRedirect() throws Exception {
    try (OutboundClient client = OutboundClient.open(OutboundSettings.defaults())) {
      HttpAnswer answer = client.send(HttpCall.get(uri("/redirect")));

      assertThat(answer.status()).isEqualTo(302);
      assertThat(answer.field("location")).contains("/echo");
    }
  }

  @Test
  void takesNoMoreThanAllowed() throws Exception {
    try (OutboundClient client = client(10, Duration.ofSeconds(20))) {
      assertThat(client.send(HttpCall.post(uri("/echo"), new byte[10])).body()).hasSize(10);
      assertThatThrownBy(() -> client.send(HttpCall.post(uri("/echo"), new byte[11])))
          .isInstanceOfSatisfying(
              OutboundException.class,
              e -> assertThat(e.fault()).isEqualTo(OutboundException.Fault.TOO_LARGE));
    }
  }

  @Test
  void waitsNoLongerThanAllowed() {
    try (OutboundClient client = client(10, Duration.ofMillis(200))) {
      assertThatThrownBy(() -> client.send(HttpCall.get(uri("/slow"))))
          .isInstanceOfSatisfying(
              OutboundException.class,
              e -> assertThat(e.fault()).isEqualTo(OutboundException.Fault.TIMEOUT));
    }
  }

  @Test
  void saysThatNobodyListens() {
    server.stop(0);
    try (OutboundClient client = OutboundClient.open(OutboundSettings.defaults())) {
      assertThatThrownBy(() -> client.send(HttpCall.get(uri("/echo"))))
          .isInstanceOfSatisfying(
              OutboundException.class,
              e -> assertThat(e.fault()).isEqualTo(OutboundException.Fault.UNREACHABLE));
    }
  }

  @Test
  void sendsRawRequestsAndReadsTheAnswer() throws Exception {
    HttpAnswer answer =
        new RawHttp(OutboundSettings.defaults())
            .send(
                uri("/"),
                "POST /echo?a HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc"
                    .getBytes(StandardCharsets.US_ASCII));

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).asString(StandardCharsets.US_ASCII).isEqualTo("abc");
    assertThat(query.get()).isEqualTo("a");
  }
}
