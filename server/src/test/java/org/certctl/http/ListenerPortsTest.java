package org.certctl.http;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.descriptor.web.FilterDef;
import org.apache.tomcat.util.descriptor.web.FilterMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Behind a real Tomcat, because what is to be judged is how that reads a path.
class ListenerPortsTest {

  private static final int SERVED = 200;
  private static final int NOT_FOUND = 404;
  private static final List<String> SCEP =
      List.of(
          "/scep",
          "/scep/default",
          "/scep/default/pkiclient.exe",
          "/scep/default//pkiclient.exe",
          "/certsrv/mscep/mscep.dll",
          "/certsrv/mscep/",
          "/CertSrv/mscep/mscep.dll",
          "/CERTSRV/MSCEP/MSCEP.DLL/pkiclient.exe",
          "/cgi-bin/pkiclient.exe",
          "/.well-known/pki/crl/iss-local");
  private static final List<String> MTLS = List.of("/scep-mtls", "/scep-mtls/default/x");
  private static final List<String> HEALTH = List.of("/health", "/ready", "/health/liveness");
  private static final List<String> METRICS = List.of("/metrics");
  private static final List<String> NOBODY =
      List.of(
          "/",
          "/actuator",
          "/actuator/env",
          "/admin",
          "/scepter",
          "/metricsx",
          "/healthy",
          "/Scep",
          "/METRICS",
          "/certsrv",
          "/certsrv/mscep_admin/",
          "/CertSrv/mscepx");

  @TempDir Path directory;

  private final Tomcat tomcat = new Tomcat();
  private int main;
  private int plain;
  private int mtls;
  private int management;

  /// Every path finds a servlet: whatever is refused, the filter refuses.
  @BeforeEach
  void start() throws LifecycleException {
    tomcat.setBaseDir(directory.toString());
    Context context = tomcat.addContext("", directory.toString());
    Tomcat.addServlet(
        context,
        "everything",
        new HttpServlet() {
          private static final long serialVersionUID = 1L;

          @Override
          protected void service(HttpServletRequest request, HttpServletResponse response) {
            response.setStatus(SERVED);
          }
        });
    for (String pattern : List.of("/", "/scep/*", "/scep-mtls/*", "/.well-known/pki/*")) {
      context.addServletMappingDecoded(pattern, "everything");
    }
    FilterDef filter = new FilterDef();
    filter.setFilterName("ports");
    filter.setFilter(
        (request, response, chain) ->
            new ListenerPorts(settings()).doFilter(request, response, chain));
    context.addFilterDef(filter);
    FilterMap mapping = new FilterMap();
    mapping.setFilterName("ports");
    mapping.addURLPattern("/*");
    context.addFilterMap(mapping);

    List<Connector> connectors = Stream.generate(ListenerPortsTest::connector).limit(4).toList();
    connectors.forEach(tomcat.getService()::addConnector);
    tomcat.start();
    main = connectors.get(0).getLocalPort();
    plain = connectors.get(1).getLocalPort();
    mtls = connectors.get(2).getLocalPort();
    management = connectors.get(3).getLocalPort();
  }

  @AfterEach
  void stop() throws LifecycleException {
    tomcat.stop();
    tomcat.destroy();
  }

  private static Connector connector() {
    Connector connector = new Connector();
    connector.setPort(0);
    return connector;
  }

  private ListenerSettings settings() {
    return new ListenerSettings(
        "127.0.0.1", OptionalInt.of(plain), OptionalInt.of(mtls), "127.0.0.1", management);
  }

  @Test
  void eachListenerServesItsOwnPathsAndNoOthers() throws IOException {
    assertServes(main, Stream.of(SCEP, HEALTH), Stream.of(MTLS, METRICS, NOBODY));
    assertServes(plain, Stream.of(SCEP), Stream.of(MTLS, HEALTH, METRICS, NOBODY));
    assertServes(mtls, Stream.of(MTLS), Stream.of(SCEP, HEALTH, METRICS, NOBODY));
    assertServes(management, Stream.of(HEALTH, METRICS), Stream.of(SCEP, MTLS, NOBODY));
  }

  @Test
  void noSpellingOfAPathLeadsToAnotherListenersPaths() throws IOException {
    for (String path :
        List.of(
            "/metrics;x",
            "/;x/metrics",
            "/metrics;x=y/",
            "/%6detrics",
            "/%6Detrics",
            "/m%65trics",
            "//metrics",
            "/./metrics",
            "/x/../metrics",
            "/x/..;y/metrics",
            "/scep/../metrics",
            "/scep/..;x/metrics",
            "/scep/%2e%2e/metrics",
            "/scep/default/../../metrics",
            "/scep-mtls/../metrics",
            "/health/../metrics",
            "/CertSrv/mscep/../../metrics",
            "/CertSrv/mscep/..;x/..;x/metrics",
            "/.well-known/pki/../../metrics")) {
      for (int port : List.of(main, plain, mtls)) {
        assertThat(status(port, path)).as("%s on %d", path, port).isNotEqualTo(SERVED);
      }
    }
    for (String path :
        List.of(
            "/scep-mtls;x/default",
            "/%73cep-mtls/default",
            "//scep-mtls/default",
            "/scep/../scep-mtls/default",
            "/CertSrv/mscep/../../scep-mtls/default",
            "/scep-mtls/../scep-mtls/default/../x/../../scep-mtls")) {
      for (int port : List.of(main, plain, management)) {
        assertThat(status(port, path)).as("%s on %d", path, port).isNotEqualTo(SERVED);
      }
    }
    for (String path :
        List.of(
            "/scep;x/default",
            "/sce%70/default",
            "//scep/default",
            "/scep-mtls/../scep/default",
            "/scep/../scep/default/../../metrics/../scep",
            "/health/../scep/default",
            "/CERTSRV/mscep",
            "/metrics/../scep/default")) {
      for (int port : List.of(mtls, management)) {
        assertThat(status(port, path)).as("%s on %d", path, port).isNotEqualTo(SERVED);
      }
    }
  }

  /// The front chooses the endpoint by the path as it was written, Tomcat the front by what it
  /// means: both must be at home.
  @Test
  void whatIsWrittenAndWhatItMeansMustBothBeServed() throws IOException {
    assertThat(status(mtls, "/scep/default/../../scep-mtls/default")).isEqualTo(NOT_FOUND);
    assertThat(status(mtls, "/scep-mtls/default/../../scep/default")).isEqualTo(NOT_FOUND);
    assertThat(status(plain, "/scep-mtls/default/../../scep/default")).isEqualTo(NOT_FOUND);
  }

  private static void assertServes(
      int port, Stream<List<String>> served, Stream<List<String>> refused) throws IOException {
    for (String path : served.flatMap(List::stream).toList()) {
      assertThat(status(port, path)).as(path).isEqualTo(SERVED);
    }
    for (String path : refused.flatMap(List::stream).toList()) {
      assertThat(status(port, path)).as(path).isEqualTo(NOT_FOUND);
    }
  }

  private static int status(int port, String path) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      String request = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      String answer =
          new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
      return Integer.parseInt(answer.split(" ", 3)[1]);
    }
  }
}
