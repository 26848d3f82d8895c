package org.certctl.front.scep;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.Semaphore;

/// Reads the body of a POST within bounds of size and time, and all bodies together within a bound
/// of memory: many large bodies at once end in 503, not in a process without memory.
final class BodyReader {

  private static final int MAX_BYTES_AT_ONCE = 16 << 20;

  private static final Duration MAX_TIME = Duration.ofSeconds(30);
  private static final int CHUNK_BYTES = 8192;
  private static final double GET_CHARS_PER_BYTE = 4.5;

  private final int maxBytes;
  private final Semaphore memory = new Semaphore(MAX_BYTES_AT_ONCE);

  BodyReader(int maxBytes) {
    this.maxBytes = maxBytes;
  }

  /// The longest query that can hold a message of the allowed size, every octet escaped.
  int maxGetQueryChars() {
    return (int) Math.min(Integer.MAX_VALUE, (long) (maxBytes * GET_CHARS_PER_BYTE));
  }

  /// Reads the body; its memory counts until {@link #done(byte[])}.
  byte[] read(HttpServletRequest request, HttpServletResponse response)
      throws IOException, RefusedException {
    int[] held = {0};
    byte[] body = null;
    try {
      body = read(request, response, held);
      return body;
    } finally {
      memory.release(body == null ? held[0] : held[0] - body.length);
    }
  }

  /// Says that a body is no longer needed.
  void done(byte[] body) {
    memory.release(body.length);
  }

  private byte[] read(HttpServletRequest request, HttpServletResponse response, int[] held)
      throws IOException, RefusedException {
    long announced = request.getContentLengthLong();
    if (announced > maxBytes) {
      response.setHeader("Connection", "close");
      throw tooLarge();
    }
    long deadline = System.nanoTime() + MAX_TIME.toNanos();
    ByteArrayOutputStream body =
        new ByteArrayOutputStream(
            announced > 0 ? (int) Math.min(announced, CHUNK_BYTES) : CHUNK_BYTES);
    byte[] chunk = new byte[CHUNK_BYTES];
    InputStream in = request.getInputStream();
    try {
      for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
        if (body.size() + read > maxBytes) {
          response.setHeader("Connection", "close");
          throw tooLarge();
        }
        if (!memory.tryAcquire(read)) {
          response.setHeader("Connection", "close");
          throw new RefusedException(
              HttpServletResponse.SC_SERVICE_UNAVAILABLE, "unavailable, try again later");
        }
        held[0] += read;
        body.write(chunk, 0, read);
        if (System.nanoTime() > deadline) {
          response.setHeader("Connection", "close");
          throw tooSlow();
        }
      }
    } catch (java.net.SocketTimeoutException e) {
      response.setHeader("Connection", "close");
      throw tooSlow();
    }
    return body.toByteArray();
  }

  private static RefusedException tooLarge() {
    return new RefusedException(
        HttpServletResponse.SC_REQUEST_ENTITY_TOO_LARGE, "the message is too large");
  }

  private static RefusedException tooSlow() {
    return new RefusedException(
        HttpServletResponse.SC_REQUEST_TIMEOUT, "the message took too long to arrive");
  }

  /// The body is not taken; says the HTTP status and a text.
  static final class RefusedException extends Exception {

    private static final long serialVersionUID = 1L;
    private final int status;
    private final String text;

    RefusedException(int status, String text) {
      super(text);
      this.status = status;
      this.text = text;
    }

    int status() {
      return status;
    }

    String text() {
      return text;
    }
  }
}
