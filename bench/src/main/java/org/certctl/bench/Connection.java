package org.certctl.bench;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// One keep-alive HTTP/1.1 connection that knows just enough of HTTP to post and to read a reply
/// with a Content-Length.
final class Connection implements AutoCloseable {

  private static final int MAX_REPLY_BYTES = 64 * 1024;
  private static final String LENGTH = "\r\ncontent-length:";

  private final SocketChannel channel;
  private final SelectionKey key;
  private final ByteBuffer in = ByteBuffer.allocate(MAX_REPLY_BYTES);
  private ByteBuffer out = ByteBuffer.allocate(0);
  private int bodyStart = -1;
  private int bodyLength;
  private int status;
  private long sentAtNanos;

  private Connection(SocketChannel channel, SelectionKey key) {
    this.channel = channel;
    this.key = key;
  }

  /// A reply that is complete.
  ///
  /// @param status the HTTP status
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Reply(int status, byte[] body, long tookNanos) {}

  /// Connects and registers with the selector; the connection is the key's attachment.
  static Connection open(InetSocketAddress address, Selector selector) throws IOException {
    var channel = SocketChannel.open(address);
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    channel.configureBlocking(false);
    var connection = new Connection(channel, channel.register(selector, SelectionKey.OP_READ));
    connection.key.attach(connection);
    return connection;
  }

  /// Begins to send a request; the clock of its reply starts now.
  void send(byte[] request) throws IOException {
    in.clear();
    bodyStart = -1;
    out = ByteBuffer.wrap(request);
    sentAtNanos = System.nanoTime();
    flush();
  }

  /// Writes what is left to write.
  void flush() throws IOException {
    channel.write(out);
    key.interestOps(
        out.hasRemaining() ? SelectionKey.OP_WRITE | SelectionKey.OP_READ : SelectionKey.OP_READ);
  }

  /// Reads what there is; a reply when it is complete with that, null when more must come.
  @Nullable Reply receive() throws IOException {
    if (channel.read(in) < 0) {
      throw new EOFException("the server closed the connection");
    }
    if (bodyStart < 0) {
      readHead();
    }
    if (bodyStart < 0 || in.position() < bodyStart + bodyLength) {
      if (!in.hasRemaining()) {
        throw new IOException("a reply of more than " + MAX_REPLY_BYTES + " bytes");
      }
      return null;
    }
    var took = System.nanoTime() - sentAtNanos;
    var body = new byte[bodyLength];
    in.get(bodyStart, body);
    return new Reply(status, body, took);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private void readHead() throws IOException {
    var bytes = in.array();
    for (var i = 3; i < in.position(); i++) {
      if (bytes[i] == '\n'
          && bytes[i - 1] == '\r'
          && bytes[i - 2] == '\n'
          && bytes[i - 3] == '\r') {
        bodyStart = i + 1;
        break;
      }
    }
    if (bodyStart < 0) {
      return;
    }
    var head = new String(bytes, 0, bodyStart, StandardCharsets.ISO_8859_1);
    status = Integer.parseInt(head.substring(9, 12));
    var at = head.toLowerCase(Locale.ROOT).indexOf(LENGTH);
    if (at < 0) {
      throw new IOException("a reply without Content-Length:\n" + head);
    }
    var end = head.indexOf('\r', at + LENGTH.length());
    bodyLength = Integer.parseInt(head.substring(at + LENGTH.length(), end).strip());
  }
}
