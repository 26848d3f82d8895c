package org.certctl.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControlSocketTest {

  private static final Duration A_MOMENT = Duration.ofMillis(300);
  private static final Duration A_WHILE = Duration.ofMinutes(1);

  @TempDir Path directory;

  @Test
  void tellsTheCommandAndWhoAsksAndGivesTheAnswerBack() throws IOException {
    try (ControlSocket socket =
        ControlSocket.open(directory, (command, user) -> List.of(command, user, "größer"))) {
      assertThat(socket).isNotNull();
      for (int i = 0; i < 20; i++) {
        assertThat(ControlLine.send(directory, ControlLine.RELOAD))
            .containsExactly("reload", String.valueOf(System.getProperty("user.name")), "größer");
      }
    }
  }

  @Test
  void onlyItsOwnUserMayConnect() throws IOException {
    try (ControlSocket socket = ControlSocket.open(directory, (_, _) -> List.of())) {
      assertThat(socket).isNotNull();
      assertThat(
              PosixFilePermissions.toString(
                  Files.getPosixFilePermissions(ControlLine.file(directory))))
          .isEqualTo("rw-------");
      try (var files = Files.list(directory)) {
        assertThat(files).containsExactly(ControlLine.file(directory));
      }
    }
  }

  @Test
  void takesThePlaceOfOneThatACrashLeftBehind() throws IOException {
    Files.writeString(ControlLine.file(directory), "left behind");
    Files.writeString(Files.createDirectory(directory.resolve(".ctl")).resolve("s"), "half made");
    try (ControlSocket socket = ControlSocket.open(directory, (_, _) -> List.of("here"))) {
      assertThat(socket).isNotNull();
      assertThat(ControlLine.send(directory, "x")).containsExactly("here");
    }
  }

  @Test
  void nobodyAnswersWhenItIsClosed() throws IOException {
    ControlSocket.open(directory, (_, _) -> List.of()).close();
    assertThat(ControlLine.file(directory)).doesNotExist();
    assertThatThrownBy(() -> ControlLine.send(directory, "x")).isInstanceOf(IOException.class);
  }

  @Test
  void aLineThatIsTooLongIsNotTaken() throws IOException {
    try (ControlSocket socket = ControlSocket.open(directory, (_, _) -> List.of("never"))) {
      assertThat(socket).isNotNull();
      String answer;
      try {
        answer = String.join("", ControlLine.send(directory, "x".repeat(100_000)));
      } catch (IOException e) {
        answer = "";
      }
      assertThat(answer).isEmpty();
    }
  }

  @Test
  void whoSaysNothingLosesThePlaceToOthers() throws IOException {
    try (ControlSocket socket =
        ControlSocket.open(directory, listener(), (_, _) -> List.of("here"), A_MOMENT)) {
      assertThat(socket).isNotNull();
      List<SocketChannel> silent = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        silent.add(SocketChannel.open(UnixDomainSocketAddress.of(ControlLine.file(directory))));
      }

      for (SocketChannel peer : silent) {
        assertThat(assertTimeoutPreemptively(A_WHILE, () -> peer.read(ByteBuffer.allocate(1))))
            .isEqualTo(-1);
      }
      assertThat(answerInTheEnd()).containsExactly("here");
      for (SocketChannel peer : silent) {
        peer.close();
      }
    }
  }

  @Test
  void goesOnAfterAConnectionThatCouldNotBeTaken() throws IOException {
    try (ControlSocket socket =
        ControlSocket.open(
            directory, new FailingOnce(listener()), (_, _) -> List.of("here"), A_WHILE)) {
      assertThat(socket).isNotNull();
      assertThat(ControlLine.send(directory, "x")).containsExactly("here");
    }
  }

  /// A busy machine may take longer than a moment to say what it wants.
  private List<String> answerInTheEnd() {
    return assertTimeoutPreemptively(
        A_WHILE,
        () -> {
          while (true) {
            try {
              List<String> answer = ControlLine.send(directory, "x");
              if (!answer.isEmpty()) {
                return answer;
              }
            } catch (IOException e) {
              Thread.onSpinWait();
            }
          }
        });
  }

  private static ServerSocketChannel listener() throws IOException {
    return ServerSocketChannel.open(StandardProtocolFamily.UNIX);
  }

  /// A listener whose first accept fails, as when the process has no file descriptors left.
  private static final class FailingOnce extends ServerSocketChannel {

    private final ServerSocketChannel real;
    private boolean failed;

    FailingOnce(ServerSocketChannel real) {
      super(real.provider());
      this.real = real;
    }

    @Override
    public SocketChannel accept() throws IOException {
      if (!failed) {
        failed = true;
        throw new IOException("Too many open files");
      }
      return real.accept();
    }

    @Override
    public ServerSocketChannel bind(SocketAddress address, int backlog) throws IOException {
      real.bind(address, backlog);
      return this;
    }

    @Override
    public <T> ServerSocketChannel setOption(SocketOption<T> name, T value) throws IOException {
      real.setOption(name, value);
      return this;
    }

    @Override
    public <T> T getOption(SocketOption<T> name) throws IOException {
      return real.getOption(name);
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
      return real.supportedOptions();
    }

    @Override
    public ServerSocket socket() {
      return real.socket();
    }

    @Override
    public SocketAddress getLocalAddress() throws IOException {
      return real.getLocalAddress();
    }

    @Override
    protected void implCloseSelectableChannel() throws IOException {
      real.close();
    }

    @Override
    protected void implConfigureBlocking(boolean block) throws IOException {
      real.configureBlocking(block);
    }
  }
}
