package org.certctl.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import org.certctl.app.ListenerTrial.Place;
import org.junit.jupiter.api.Test;

final class ListenerTrialTest {

  private static final String LOOPBACK = "127.0.0.1";

  @Test
  void namesThePortThatIsTakenAndItsOption() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThat(ListenerTrial.complaint(List.of(free(), at(LOOPBACK, taken.getLocalPort()))))
          .hasValueSatisfying(
              words ->
                  assertThat(words)
                      .contains("port " + taken.getLocalPort(), "(THE_PORT)", "is in use"));
    }
  }

  @Test
  void namesTheHostThatIsNotKnown() {
    assertThat(ListenerTrial.complaint(List.of(at("no-such-host.invalid", 1))))
        .hasValueSatisfying(
            words ->
                assertThat(words)
                    .startsWith("THE_HOST = no-such-host.invalid: nobody knows that name here"));
  }

  @Test
  void namesTheAddressThatIsNotOfThisMachine() {
    assertThat(ListenerTrial.complaint(List.of(at("192.0.2.1", 1))))
        .hasValueSatisfying(
            words ->
                assertThat(words).startsWith("THE_HOST = 192.0.2.1: this machine has no such"));
  }

  @Test
  void hasNothingToSayOfPortsThatAreFree() throws IOException {
    assertThat(ListenerTrial.complaint(List.of(free()))).isEmpty();
  }

  private static Place free() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return at(LOOPBACK, socket.getLocalPort());
    }
  }

  private static Place at(String host, int port) {
    return new Place("THE_HOST", host, "THE_PORT", port);
  }
}
