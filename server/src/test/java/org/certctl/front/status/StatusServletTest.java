package org.certctl.front.status;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.enroll.ByteString;
import org.certctl.pki.Sha256;
import org.certctl.pki.TestCa;
import org.certctl.status.CrlEdition;
import org.certctl.status.CrlExtensions;
import org.certctl.status.CrlKey;
import org.certctl.status.PublishedCrls;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/// Behind a real Tomcat, which decides what an answer is that breaks off.
class StatusServletTest {

  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final TestCa CA = TestCa.ec();
  private static final String CRL = "/.well-known/pki/crl/";
  private static final int SMALL_BYTES = 100;
  private static final int LARGE_BYTES = 256 * 1024;

  @TempDir Path directory;

  private final Tomcat tomcat = new Tomcat();
  private final Connector connector = new Connector();
  private final Crls crls = new Crls();
  private boolean keepsAlive;
  private final Map<String, StatusIssuer> issuers = new HashMap<>();

  /// Two parts, the second of which may be missing.
  private static final class Crls implements PublishedCrls {
    int firstPartBytes = SMALL_BYTES;
    boolean published = true;
    boolean secondPartIsThere = true;
    final Set<CrlKey> others = new HashSet<>();

    @Override
    public Optional<CrlEdition> newest(CrlKey key) {
      return published && (key.name().equals("complete") || others.contains(key))
          ? Optional.of(
              new CrlEdition(
                  key,
                  0x2a,
                  NOW,
                  NOW.plusSeconds(86_400),
                  0,
                  0,
                  2,
                  firstPartBytes + SMALL_BYTES,
                  Sha256.over(new byte[] {1}),
                  CrlExtensions.none()))
          : Optional.empty();
    }

    @Override
    public Optional<ByteString> part(CrlEdition edition, int part)
        throws StoreUnavailableException {
      if (part == 1 && !secondPartIsThere) {
        throw new StoreUnavailableException("the disk is gone");
      }
      return Optional.of(ByteString.of(new byte[part == 0 ? firstPartBytes : SMALL_BYTES]));
    }
  }

  @BeforeEach
  void start() throws LifecycleException {
    issuers.put("iss-local", new StatusIssuer(CA.certificate(), true));
    issuers.put("iss-mute", new StatusIssuer(CA.certificate(), false));
    tomcat.setBaseDir(directory.toString());
    Context context = tomcat.addContext("", directory.toString());
    Tomcat.addServlet(
        context,
        "status",
        new StatusServlet(
            new CrlResource(crls, Clock.fixed(NOW, ZoneOffset.UTC)),
            id -> Optional.ofNullable(issuers.get(id)),
            () -> "request-1"));
    context.addServletMappingDecoded(StatusServlet.URL_PATTERN, "status");
    connector.setPort(0);
    assertThat(connector.setProperty("keepAliveTimeout", "-1")).isTrue();
    tomcat.getService().addConnector(connector);
    tomcat.start();
  }

  @AfterEach
  void stop() throws LifecycleException {
    tomcat.stop();
    tomcat.destroy();
  }

  @Test
  void tellsTimesAsHttpWritesThem() throws IOException {
    Answer answer = get(CRL + "iss-local");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.headers())
        .containsEntry("last-modified", "Sun, 01 Mar 2026 12:00:00 GMT")
        .containsEntry("expires", "Mon, 02 Mar 2026 12:00:00 GMT")
        .containsEntry("cache-control", "public, no-transform, must-revalidate, max-age=86400")
        .containsEntry("x-request-id", "request-1")
        .containsEntry("x-content-type-options", "nosniff");
    assertThat(answer.bodyBytes()).isEqualTo(2 * SMALL_BYTES);
  }

  @Test
  void knowsWhatAClientHas() throws IOException {
    assertThat(modifiedSince("Sun, 01 Mar 2026 12:00:00 GMT")).isEqualTo(304);
    assertThat(modifiedSince("Sunday, 01-Mar-26 12:00:01 GMT")).isEqualTo(304);
    assertThat(modifiedSince("Sun, 01 Mar 2026 11:59:59 GMT")).isEqualTo(200);
    assertThat(modifiedSince("yesterday")).isEqualTo(200);
    assertThat(get(CRL + "iss-local", "If-None-Match: \"2a\"").status()).isEqualTo(304);
  }

  private int modifiedSince(String time) throws IOException {
    return get(CRL + "iss-local", "If-Modified-Since: " + time).status();
  }

  @Test
  void anIssuerThatSignsNoCrlHasNone() throws IOException {
    crls.published = false;

    assertThat(get(CRL + "iss-mute").status()).isEqualTo(404);
    assertThat(get("/.well-known/pki/ca/iss-mute").status()).isEqualTo(200);
    assertThat(get(CRL + "iss-other").status()).isEqualTo(404);
    assertThat(get("/.well-known/pki/ocsp/iss-local").status()).isEqualTo(404);
  }

  @Test
  void servesDeltasAndPartitionsUnderTheirOwnUrls() throws IOException {
    crls.others.add(new CrlKey("iss-local", 0, true));
    crls.others.add(new CrlKey("iss-local", 7, false));
    crls.others.add(new CrlKey("iss-local", 12, true));

    for (String suffix : List.of("", "/delta", "/7", "/12/delta")) {
      assertThat(get(CRL + "iss-local" + suffix).status()).as(suffix).isEqualTo(200);
    }
    for (String suffix :
        List.of("/7/delta", "/12", "/07", "/0", "/1000", "/7/", "/delta/7", "/7/8", "/x", "/")) {
      assertThat(get(CRL + "iss-local" + suffix).status()).as(suffix).isEqualTo(404);
    }
    assertThat(get(CRL + "iss-mute/delta").status()).isEqualTo(404);
    assertThat(get("/.well-known/pki/ca/iss-local/delta").status()).isEqualTo(404);
    assertThat(get("/.well-known/pki/ca/iss-local/7").status()).isEqualTo(404);
  }

  @Test
  void aCrlThatIsStillToComeIsUnavailable() throws IOException {
    crls.published = false;

    assertUnavailable(get(CRL + "iss-local"));
  }

  @Test
  void aStoreThatFailsBeforeAnythingIsOutIsUnavailable() throws IOException {
    crls.secondPartIsThere = false;

    assertUnavailable(get(CRL + "iss-local"));
  }

  private static void assertUnavailable(Answer answer) {
    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.headers())
        .containsKey("retry-after")
        .containsEntry("cache-control", "no-store")
        .containsEntry("x-request-id", "request-1")
        .containsEntry("x-content-type-options", "nosniff")
        .doesNotContainKeys("etag", "last-modified", "expires");
  }

  @Test
  void aStoreThatFailsLaterCutsTheConnection() throws IOException {
    keepsAlive = true;
    crls.firstPartBytes = LARGE_BYTES;
    crls.secondPartIsThere = false;

    ListAppender<ILoggingEvent> logged = new ListAppender<>();
    logged.start();
    Logger logger = (Logger) LoggerFactory.getLogger(StatusServlet.class);
    logger.addAppender(logged);

    Answer answer = get(CRL + "iss-local");

    logger.detachAppender(logged);
    assertThat(logged.list)
        .singleElement()
        .extracting(ILoggingEvent::getFormattedMessage)
        .isEqualTo("certificate status cannot be told: the disk is gone");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.headers())
        .containsEntry("content-length", Integer.toString(LARGE_BYTES + SMALL_BYTES));
    assertThat(answer.bodyBytes()).isLessThanOrEqualTo(LARGE_BYTES);
  }

  private record Answer(int status, Map<String, String> headers, int bodyBytes) {}

  private Answer get(String path, String... headers) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), connector.getLocalPort())) {
      socket.setSoTimeout(60_000);
      String request =
          "GET "
              + path
              + " HTTP/1.1\r\nHost: localhost\r\n"
              + (keepsAlive ? "" : "Connection: close\r\n")
              + String.join("", java.util.Arrays.stream(headers).map(h -> h + "\r\n").toList())
              + "\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return parse(everything(socket));
    }
  }

  /// Until the connection ends, in whichever way.
  private static String everything(Socket socket) {
    ByteArrayOutputStream octets = new ByteArrayOutputStream();
    try {
      var _ = socket.getInputStream().transferTo(octets);
    } catch (IOException e) {
      assertThat(e).as("it ends").isNotInstanceOf(java.net.SocketTimeoutException.class);
    }
    return octets.toString(StandardCharsets.ISO_8859_1);
  }

  private static Answer parse(String answer) {
    int end = answer.indexOf("\r\n\r\n");
    Map<String, String> headers = new HashMap<>();
    answer
        .substring(0, end)
        .lines()
        .skip(1)
        .forEach(
            line -> {
              String[] field = line.split(": ", 2);
              headers.put(field[0].toLowerCase(Locale.ROOT), field[1]);
            });
    return new Answer(
        Integer.parseInt(answer.split(" ", 3)[1]), headers, answer.length() - end - 4);
  }
}
