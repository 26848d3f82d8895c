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
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two listeners of a real Tomcat that share five connections.
class SharedNioEndpointTest {

  private static final int PLACES = 5;
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  @TempDir Path directory;

  private final Tomcat tomcat = new Tomcat();
  private final Semaphore places = new Semaphore(PLACES, true);
  private final Connector first = connector();
  private final Connector second = connector();
  private final Deque<Socket> open = new ArrayDeque<>();

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
            response.setStatus(HttpServletResponse.SC_NO_CONTENT);
          }
        });
    context.addServletMappingDecoded("/", "everything");
    for (Connector connector : List.of(first, second)) {
      tomcat.getService().addConnector(connector);
    }
    tomcat.start();
  }

  @AfterEach
  void stop() throws LifecycleException, IOException {
    for (Socket socket : open) {
      socket.close();
    }
    tomcat.stop();
    tomcat.destroy();
  }

  private Connector connector() {
    Connector connector = new Connector(HostlessHttp11Protocol.class.getName());
    connector.setPort(0);
    if (connector.getProtocolHandler() instanceof HostlessHttp11Protocol protocol) {
      protocol.share(places);
      protocol.setKeepAliveTimeout(-1);
    }
    return connector;
  }

  @Test
  void whatOneListenerTakesTheOtherCannotAndTheNextGetsWhatIsGivenBack() throws IOException {
    for (int i = 0; i < PLACES - 1; i++) {
      assertThat(answered(connect(first))).isTrue();
    }
    // Four are open, and the second listener holds the last place for its next connection.
    await(() -> places.availablePermits() == 0 && places.getQueueLength() == 1);
    assertThat(answered(connect(second))).isTrue();

    Socket waiting = connect(second);
    await(() -> places.getQueueLength() == 2);
    open.removeFirst().close();
    open.removeFirst().close();

    assertThat(answered(waiting)).isTrue();
  }

  @Test
  void everyPlaceComesBackHoweverAConnectionEnds() throws IOException {
    for (int i = 0; i < 20; i++) {
      Socket reset = connect(first);
      reset.setSoLinger(true, 0);
      reset.close();
      try (Socket halfARequest = connect(second)) {
        halfARequest.getOutputStream().write('G');
      }
      try (Socket nonsense = connect(first)) {
        nonsense.getOutputStream().write("\0\0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        assertThat(nonsense.getInputStream().readAllBytes()).isNotEmpty();
      }
    }

    // Each listener holds one for the connection that comes next.
    await(() -> places.availablePermits() == PLACES - 2);
  }

  private Socket connect(Connector connector) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), connector.getLocalPort());
    socket.setSoTimeout((int) PATIENCE.toMillis());
    open.add(socket);
    return socket;
  }

  /// Sends a request and leaves the connection open.
  private static boolean answered(Socket socket) throws IOException {
    socket
        .getOutputStream()
        .write("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    return socket.getInputStream().read() == 'H';
  }

  private static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("it does not come true").isLessThan(deadline);
      Thread.onSpinWait();
    }
  }
}
