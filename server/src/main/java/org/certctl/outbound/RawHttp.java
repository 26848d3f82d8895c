package org.certctl.outbound;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/// Sends requests octet by octet as given, for finding out what a server makes of unusual ones. Not
/// by way of a proxy.
public final class RawHttp {

  private static final Pattern STATUS_LINE = Pattern.compile("HTTP/[0-9.]+ ([0-9]{3})\\b.*");
  private static final byte[] END_OF_HEADER = {'\r', '\n', '\r', '\n'};
  private static final int BUFFER_BYTES = 8192;

  private final OutboundSettings settings;

  /// Takes bounds and trust.
  public RawHttp(OutboundSettings settings) {
    this.settings = settings;
  }

  /// Sends a request and reads the answer until its length is reached or the connection ends. A
  /// body sent in chunks is given as it came.
  ///
  /// @param server scheme, host and port of the server
  /// @param request the request, from its first line to the end of its body
  /// @throws OutboundException if there is no answer or it is not HTTP
  public HttpAnswer send(URI server, byte[] request) throws IOException {
    try (Socket socket = connect(server)) {
      socket.getOutputStream().write(request);
      socket.getOutputStream().flush();
      return read(socket.getInputStream());
    } catch (IOException e) {
      throw OutboundException.of(e);
    }
  }

  /// The port of an address, or that of its scheme.
  public static int portOf(URI server) {
    if (server.getPort() >= 0) {
      return server.getPort();
    }
    return isTls(server) ? 443 : 80;
  }

  private static boolean isTls(URI server) {
    return "https".equalsIgnoreCase(server.getScheme());
  }

  private Socket connect(URI server) throws IOException {
    Socket plain = new Socket();
    try {
      int connectMillis = (int) settings.connectTimeout().toMillis();
      plain.connect(new InetSocketAddress(hostOf(server), portOf(server)), connectMillis);
      plain.setSoTimeout((int) settings.totalTimeout().toMillis());
      return isTls(server) ? secure(plain, server) : plain;
    } catch (IOException e) {
      plain.close();
      throw e;
    }
  }

  private Socket secure(Socket plain, URI server) throws IOException {
    SSLSocket socket =
        (SSLSocket)
            TlsTrust.context(settings.trust())
                .getSocketFactory()
                .createSocket(plain, hostOf(server), portOf(server), true);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    return socket;
  }

  /// The host of an address, without the brackets of IPv6.
  static String hostOf(URI server) {
    String host = String.valueOf(server.getHost());
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  private HttpAnswer read(InputStream in) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    byte[] buffer = new byte[BUFFER_BYTES];
    long deadline = System.nanoTime() + settings.totalTimeout().toNanos();
    Optional<Integer> wanted = Optional.empty();
    while (wanted.isEmpty() || all.size() < wanted.get()) {
      int count = in.read(buffer);
      if (count < 0) {
        break;
      }
      all.write(buffer, 0, count);
      if (all.size() > settings.maxResponseBytes()) {
        throw new OutboundException(
            OutboundException.Fault.TOO_LARGE, "the answer is too large", new IOException());
      }
      if (System.nanoTime() > deadline) {
        throw new java.net.SocketTimeoutException("no answer in time");
      }
      wanted = lengthOf(all.toByteArray());
    }
    return parse(all.toByteArray());
  }

  /// The length of the whole answer, as soon as its header has come and says it.
  private static Optional<Integer> lengthOf(byte[] octets) throws IOException {
    int end = endOfHeader(octets);
    if (end < 0) {
      return Optional.empty();
    }
    HttpAnswer answer = parse(octets);
    if (answer.field("Transfer-Encoding").isPresent()) {
      String tail = new String(octets, StandardCharsets.ISO_8859_1);
      return tail.endsWith("\r\n0\r\n\r\n") ? Optional.of(octets.length) : Optional.empty();
    }
    return answer.field("Content-Length").map(length -> end + Integer.parseInt(length.strip()));
  }

  private static int endOfHeader(byte[] octets) {
    for (int i = 0; i + END_OF_HEADER.length <= octets.length; i++) {
      if (java.util.Arrays.equals(
          octets, i, i + END_OF_HEADER.length, END_OF_HEADER, 0, END_OF_HEADER.length)) {
        return i + END_OF_HEADER.length;
      }
    }
    return -1;
  }

  private static HttpAnswer parse(byte[] octets) throws IOException {
    int end = endOfHeader(octets);
    if (end < 0) {
      throw new IOException(octets.length == 0 ? "closed without an answer" : "not HTTP");
    }
    List<String> lines = new String(octets, 0, end, StandardCharsets.ISO_8859_1).lines().toList();
    Matcher status = STATUS_LINE.matcher(lines.getFirst());
    if (!status.matches()) {
      throw new IOException("not HTTP");
    }
    Map<String, List<String>> fields = new LinkedHashMap<>();
    for (String line : lines.subList(1, lines.size())) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        fields
            .computeIfAbsent(
                line.substring(0, colon).strip().toLowerCase(Locale.ROOT), _ -> new ArrayList<>())
            .add(line.substring(colon + 1).strip());
      }
    }
    return new HttpAnswer(
        Integer.parseInt(status.group(1)),
        fields,
        java.util.Arrays.copyOfRange(octets, end, octets.length));
  }
}
