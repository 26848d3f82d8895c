package org.certctl.control;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/// How a command talks to a running server: one line there, some lines back, in UTF-8.
public final class ControlLine {

  /// Asks the server to read its certificates again.
  public static final String RELOAD = "reload";

  private static final String FILE_NAME = "control.sock";
  private static final int MAX_LINE_BYTES = 256;
  private static final int MAX_ANSWER_BYTES = 1 << 20;
  private static final int BUFFER_BYTES = 8192;

  private ControlLine() {}

  static Path file(Path dataDirectory) {
    return dataDirectory.resolve(FILE_NAME);
  }

  /// Sends a command to the server that holds this data directory.
  ///
  /// @return the lines of its answer
  /// @throws IOException when no server listens there, or it went away
  public static List<String> send(Path dataDirectory, String command) throws IOException {
    try (SocketChannel server = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.connect(UnixDomainSocketAddress.of(file(dataDirectory)));
      write(server, List.of(command));
      server.shutdownOutput();
      return read(server, MAX_ANSWER_BYTES).lines().toList();
    }
  }

  static String readLine(SocketChannel peer) throws IOException {
    return read(peer, MAX_LINE_BYTES).strip();
  }

  static void write(SocketChannel peer, List<String> lines) throws IOException {
    String text = String.join("\n", lines) + "\n";
    ByteBuffer octets = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    while (octets.hasRemaining()) {
      peer.write(octets);
    }
  }

  private static String read(SocketChannel peer, int maxBytes) throws IOException {
    var text = new java.io.ByteArrayOutputStream();
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
    while (peer.read(buffer) >= 0) {
      text.write(buffer.array(), 0, buffer.position());
      buffer.clear();
      if (text.size() > maxBytes) {
        throw new IOException("more was sent than is taken");
      }
    }
    return text.toString(StandardCharsets.UTF_8);
  }
}
