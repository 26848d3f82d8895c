package org.certctl.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Clients that begin and do not go on (SEC-13). The server gives them up after 20 seconds and
/// more, so all begin before the first test; and they have a class of their own, early in the
/// alphabet, so that other tests use the processor meanwhile.
final class ClientsThatStallIT {

  @RegisterExtension static final CertctlServer SERVER = CertctlServer.withRsaCa();

  private static final String TARGET = "/scep/default?operation=PKIOperation";
  private static final int HANDSHAKES = 100;
  private static final List<RawHttp> CONNECTIONS = new ArrayList<>();

  @BeforeAll
  static void begin() throws IOException {
    for (var i = 0; i < HANDSHAKES; i++) {
      connect(SERVER.httpsPort()).send(new byte[] {22, 3, 1, 2, 0});
    }
    var withoutBody = connect(SERVER.httpPort());
    withoutBody.send(head("Content-Length: 1000"));
    withoutBody.send(new byte[10]);
    connect(SERVER.httpPort())
        .send("GET /scep/default?operation=GetCACaps HTTP/1.1\r\nHost: x\r\nX-Slow: ");
    var withoutChunk = connect(SERVER.httpPort());
    withoutChunk.send(head("Transfer-Encoding: chunked"));
    withoutChunk.send("3e8\r\nx");
  }

  private static RawHttp connect(int port) throws IOException {
    var connection = RawHttp.plain(port);
    CONNECTIONS.add(connection);
    return connection;
  }

  private static String head(String field) {
    return "POST " + TARGET + " HTTP/1.1\r\nHost: x\r\n" + field + "\r\n\r\n";
  }

  @AfterAll
  static void end() throws IOException {
    for (var connection : CONNECTIONS) {
      connection.close();
    }
  }

  @Test
  void survivesAHandshakeThatStalls() throws Exception {
    assertThat(TlsIT.get(SERVER, "/health").status()).isEqualTo(200);
    assertThat(CONNECTIONS.getFirst().isEndedByServer()).isTrue();
  }

  @Test
  void hangsUpOnWhatDoesNotCome() throws IOException {
    var withoutBody = CONNECTIONS.get(HANDSHAKES);
    assertThat(withoutBody.read().status()).isIn(400, 408);
    assertThat(withoutBody.isClosedByServer()).isTrue();
    assertThat(CONNECTIONS.get(HANDSHAKES + 1).isEndedByServer()).as("without head").isTrue();
    assertThat(CONNECTIONS.get(HANDSHAKES + 2).isEndedByServer()).as("without chunk").isTrue();
  }
}
