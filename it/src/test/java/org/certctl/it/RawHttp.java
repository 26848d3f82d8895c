package org.certctl.it;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/// One connection on which a test writes the bytes it wants and reads what comes back, exactly.
final class RawHttp implements AutoCloseable {

  private static final int READ_TIMEOUT_MILLIS = 120_000;

  private final Socket socket;
  private final InputStream in;
  private final OutputStream out;

  private RawHttp(Socket socket) throws IOException {
    this.socket = socket;
    socket.setSoTimeout(READ_TIMEOUT_MILLIS);
    socket.setTcpNoDelay(true);
    this.in = socket.getInputStream();
    this.out = socket.getOutputStream();
  }

  /// A response as it came.
  ///
  /// @param statusLine with its protocol version
  /// @param headers the header lines in order
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Response(String statusLine, List<String> headers, byte[] body) {

    /// The status code.
    int status() {
      return Integer.parseInt(statusLine.split(" ", 3)[1]);
    }

    /// The value of a header that stands there at most once.
    Optional<String> header(String name) {
      var prefix = name.toLowerCase(Locale.ROOT) + ":";
      var values =
          headers.stream()
              .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(prefix))
              .map(line -> line.substring(prefix.length()).strip())
              .toList();
      if (values.size() > 1) {
        throw new AssertionError(name + " stands there more than once: " + values);
      }
      return values.stream().findFirst();
    }

    /// The body as ASCII.
    String text() {
      return new String(body, StandardCharsets.US_ASCII);
    }

    @Override
    public String toString() {
      var shown = text().length() > 400 ? text().substring(0, 400) + "..." : text();
      return statusLine + "\n" + String.join("\n", headers) + "\n\n" + shown;
    }
  }

  /// Connects to a port of this machine.
  static RawHttp plain(int port) throws IOException {
    return new RawHttp(new Socket(InetAddress.getLoopbackAddress(), port));
  }

  /// Connects to a port of this machine by TLS.
  static RawHttp tls(int port, SSLContext context) throws IOException {
    return new RawHttp(context.getSocketFactory().createSocket("localhost", port));
  }

  /// Uses a connection that is there already.
  static RawHttp over(Socket socket) throws IOException {
    return new RawHttp(socket);
  }

  /// One ordinary GET.
  static Response get(int port, String target) throws IOException {
    return exchange(
        port, "GET " + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
  }

  /// One ordinary PKIOperation by POST.
  static Response post(int port, String target, byte[] message) throws IOException {
    return exchange(
        port,
        "POST "
            + target
            + " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-pki-message\r\n"
            + "Content-Length: "
            + message.length
            + "\r\nConnection: close\r\n\r\n",
        message);
  }

  /// Sends these bytes on a new connection and reads one response.
  static Response exchange(int port, String head, byte[]... parts) throws IOException {
    try (var connection = plain(port)) {
      connection.send(head);
      for (var part : parts) {
        connection.send(part);
      }
      return connection.read();
    }
  }

  /// Sends text as ASCII.
  void send(String text) throws IOException {
    send(text.getBytes(StandardCharsets.US_ASCII));
  }

  /// Sends bytes.
  void send(byte[] bytes) throws IOException {
    out.write(bytes);
    out.flush();
  }

  /// Reads one response to a request that was not HEAD.
  Response read() throws IOException {
    var statusLine = line();
    var headers = new ArrayList<String>();
    for (var header = line(); !header.isEmpty(); header = line()) {
      headers.add(header);
    }
    var head = new Response(statusLine, headers, new byte[0]);
    return new Response(statusLine, List.copyOf(headers), body(head));
  }

  /// Whether the server has closed the connection; waits for it.
  boolean isClosedByServer() {
    try {
      return in.read() < 0;
    } catch (IOException reset) {
      return !(reset instanceof SocketTimeoutException);
    }
  }

  /// Whether the server ends the connection, with or without a last word; waits for it.
  boolean isEndedByServer() {
    try {
      in.readAllBytes();
      return true;
    } catch (IOException reset) {
      return !(reset instanceof SocketTimeoutException);
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  private byte[] body(Response head) throws IOException {
    if (head.status() < 200 || head.status() == 204 || head.status() == 304) {
      return new byte[0];
    }
    var length = head.header("Content-Length");
    if (length.isPresent()) {
      var body = in.readNBytes(Integer.parseInt(length.get()));
      if (body.length < Integer.parseInt(length.get())) {
        throw new EOFException("the body ends early");
      }
      return body;
    }
    if (head.header("Transfer-Encoding").filter("chunked"::equalsIgnoreCase).isPresent()) {
      return chunks();
    }
    return in.readAllBytes();
  }

  private byte[] chunks() throws IOException {
    var body = new ByteArrayOutputStream();
    for (var size = Integer.parseInt(line(), 16); size > 0; size = Integer.parseInt(line(), 16)) {
      body.write(in.readNBytes(size));
      line();
    }
    line();
    return body.toByteArray();
  }

  private String line() throws IOException {
    var bytes = new ByteArrayOutputStream();
    for (var octet = in.read(); octet != '\n'; octet = in.read()) {
      if (octet < 0) {
        throw new EOFException("the connection ended after: " + bytes);
      }
      bytes.write(octet);
    }
    var line = bytes.toString(StandardCharsets.ISO_8859_1);
    return line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
  }
}
