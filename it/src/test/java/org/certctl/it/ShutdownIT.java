package org.certctl.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// SIGTERM: nothing new is taken, what is under way is finished.
final class ShutdownIT {

  @RegisterExtension static final CertctlServer SERVER = CertctlServer.withRsaCa();

  @Test
  void finishesWhatIsUnderWay() throws IOException {
    var device = new Device(SERVER, "shutdown-1");
    var message = device.message();
    try (var connection = RawHttp.plain(SERVER.httpPort())) {
      connection.send(
          "POST /scep/default?operation=PKIOperation HTTP/1.1\r\nHost: x\r\nContent-Length: "
              + message.length
              + "\r\nExpect: 100-continue\r\n\r\n");
      // The server has the request in its hands when it asks for the body.
      assertThat(connection.read().status()).isEqualTo(100);

      SERVER.terminate();
      Await.until(
          "no new connections are taken", Duration.ofSeconds(30), ShutdownIT::refusesConnections);
      connection.send(message);

      device.certificate(device.read(connection.read()));
    }
    assertThat(SERVER.awaitEnd()).isIn(0, 143);
    assertThat(new Inventory(SERVER.data()).certificatesFor("shutdown-1")).hasSize(1);
  }

  private static boolean refusesConnections() {
    try (var connection = RawHttp.plain(SERVER.httpPort())) {
      connection.send("GET /scep/default?operation=GetCACaps HTTP/1.0\r\n\r\n");
      return connection.isClosedByServer();
    } catch (IOException e) {
      return true;
    }
  }
}
