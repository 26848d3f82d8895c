package org.certctl.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// HTTP as devices really speak it, and as attackers do (HTTP-10 to HTTP-13, SEC-13).
final class TransportIT {

  @RegisterExtension static final CertctlServer SERVER = CertctlServer.withRsaCa();

  private static final String TARGET = "/scep/default?operation=PKIOperation";
  private static final String CAPS = "/scep/default?operation=GetCACaps";
  private static final int DEFAULT_MAX_BODY_BYTES = 256 * 1024;

  @ParameterizedTest
  @ValueSource(strings = {"HTTP/1.0", "HTTP/1.1"})
  void takesGetWithoutHost(String version) throws IOException {
    var response = exchange("GET " + CAPS + " " + version + "\r\n\r\n");

    assertThat(response.status()).as("%s", response).isEqualTo(200);
    assertThat(response.text()).contains("SCEPStandard");
  }

  @ParameterizedTest
  @ValueSource(strings = {"HTTP/1.0", "HTTP/1.1"})
  void takesPostWithoutHost(String version) throws IOException {
    var device = new Device(SERVER, "transport-hostless");
    var message = device.message();

    var response =
        exchange(
            "POST " + TARGET + " " + version + "\r\nContent-Length: " + message.length + "\r\n\r\n",
            message);

    device.certificate(device.read(response));
  }

  @Test
  void keepsAConnectionOpen() throws IOException {
    try (var connection = RawHttp.plain(SERVER.httpPort())) {
      for (var i = 0; i < 3; i++) {
        var device = new Device(SERVER, "transport-keep-alive");
        var message = device.message();
        connection.send(head("Content-Length: " + message.length));
        connection.send(message);

        device.certificate(device.read(connection.read()));
      }
    }
  }

  @Test
  void saysContinue() throws IOException {
    var device = new Device(SERVER, "transport-continue");
    var message = device.message();
    try (var connection = RawHttp.plain(SERVER.httpPort())) {
      connection.send(head("Content-Length: " + message.length, "Expect: 100-continue"));

      assertThat(connection.read().status()).isEqualTo(100);
      connection.send(message);
      device.certificate(device.read(connection.read()));
    }
  }

  @Test
  void takesChunks() throws IOException {
    var device = new Device(SERVER, "transport-chunks");

    var response = exchange(head("Transfer-Encoding: chunked"), chunked(device.message(), 100));

    device.certificate(device.read(response));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/x-www-form-urlencoded",
        "application/octet-stream",
        "multipart/form-data; boundary=x",
        "text/plain; charset=utf-16",
        "nonsense",
        ""
      })
  void takesEveryContentType(String type) throws IOException {
    var device = new Device(SERVER, "transport-type");
    var message = device.message();

    var response =
        exchange(head("Content-Type: " + type, "Content-Length: " + message.length), message);

    device.certificate(device.read(response));
  }

  @Test
  void takesARequestLineOf60Kibibytes() throws IOException {
    var device = new Device(SERVER, "transport-long");
    var query = GetSpellingsIT.Spelling.MSG_1_ALL_ESCAPED.query(device.message());
    var target = "/scep/default?" + query + "&padding=";

    var response = RawHttp.get(SERVER.httpPort(), target + "x".repeat(60 * 1024 - target.length()));

    device.certificate(device.read(response));
  }

  @Test
  void refusesATargetThatIsTooLong() throws IOException {
    var response = RawHttp.get(SERVER.httpPort(), CAPS + "&padding=" + "x".repeat(200 * 1024));

    assertThat(response.status()).isIn(400, 414);
    assertThat(response.text()).doesNotContain("xxxx", "Exception", "<");
  }

  @Test
  void refusesAnAnnouncedBodyThatIsTooLongUnread() throws IOException {
    var response = exchange(head("Content-Length: " + (DEFAULT_MAX_BODY_BYTES + 1)));

    assertThat(response.status()).isEqualTo(413);
    assertThat(response.text()).doesNotContain("Exception", "<");
  }

  @Test
  void refusesAChunkedBodyThatIsTooLong() throws IOException {
    var body = new byte[DEFAULT_MAX_BODY_BYTES + 1];

    var response = exchange(head("Transfer-Encoding: chunked"), chunked(body, 8192));

    assertThat(response.status()).isEqualTo(413);
  }

  /// The server decides when; each read below waits as long as two minutes.
  @Test
  void servesOthersWhileBodiesDoNotCome() throws IOException {
    var stalled = new ArrayList<RawHttp>();
    try {
      for (var i = 0; i < 200; i++) {
        var connection = RawHttp.plain(SERVER.httpPort());
        stalled.add(connection);
        connection.send(head("Content-Length: 1000"));
        connection.send(new byte[] {0x30});
      }

      new Device(SERVER, "transport-others").enroll();
    } finally {
      for (var connection : stalled) {
        connection.close();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND"})
  void refusesOtherMethods(String method) throws IOException {
    var response =
        exchange(method + " " + CAPS + " HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");

    assertThat(response.status()).as("%s", response).isEqualTo(405);
    assertThat(response.header("Allow").orElse("")).contains("GET", "POST");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7, 4096})
  void refusesABodyThatIsNoMessage(int length) throws IOException {
    var body = new byte[length];
    Arrays.fill(body, (byte) 0x30);

    var response = RawHttp.post(SERVER.httpPort(), TARGET, body);

    assertThat(response.status()).isEqualTo(400);
    assertThat(response.headers()).contains("Content-Type: text/plain");
    assertThat(response.text()).doesNotContain("Exception", "<");
  }

  @Test
  void SEC13_refusesDeepNestingQuickly() throws IOException {
    var nested = new byte[20_000];
    for (var i = 0; i < nested.length; i += 2) {
      nested[i] = 0x30;
      nested[i + 1] = (byte) 0x80;
    }

    assertThat(RawHttp.post(SERVER.httpPort(), TARGET, nested).status()).isEqualTo(400);
    new Device(SERVER, "transport-after-nesting").enroll();
  }

  @Test
  void refusesTwoWaysOfSayingTheLength() throws IOException {
    var response =
        exchange(
            head("Content-Length: 4", "Transfer-Encoding: chunked"),
            "0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));

    assertThat(response.status()).isEqualTo(400);
  }

  @Test
  void survivesAClientThatHangsUp() throws IOException {
    for (var i = 0; i < 20; i++) {
      try (var connection = RawHttp.plain(SERVER.httpPort())) {
        connection.send(head("Content-Length: 5000"));
        connection.send(new byte[100]);
      }
    }

    new Device(SERVER, "transport-after-hanging-up").enroll();
  }

  @Test
  void neverRedirects() throws IOException {
    for (var target : new String[] {"/scep", "/scep/", "/scep/default", "/scep/default/"}) {
      var status = RawHttp.get(SERVER.httpPort(), target).status();

      assertThat(status).as(target).isBetween(400, 499);
    }
  }

  private static RawHttp.Response exchange(String head, byte[]... parts) throws IOException {
    return RawHttp.exchange(SERVER.httpPort(), head, parts);
  }

  private static String head(String... fields) {
    return "POST " + TARGET + " HTTP/1.1\r\nHost: x\r\n" + String.join("\r\n", fields) + "\r\n\r\n";
  }

  private static byte[] chunked(byte[] body, int size) {
    var out = new ByteArrayOutputStream();
    for (var from = 0; from < body.length; from += size) {
      var to = Math.min(body.length, from + size);
      out.writeBytes((Integer.toHexString(to - from) + "\r\n").getBytes(StandardCharsets.US_ASCII));
      out.write(body, from, to - from);
      out.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
    }
    out.writeBytes("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    return out.toByteArray();
  }
}
