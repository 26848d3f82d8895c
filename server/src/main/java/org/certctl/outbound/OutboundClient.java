package org.certctl.outbound;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ProxySelector;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// An HTTP client that is bounded in time and size and follows no redirect; every HTTP client of
/// certctl is one of these. Safe for use by many threads, who share its connections.
///
/// Speaks HTTP/1.1 only: what it calls are appliances and old servers as well as new ones.
public final class OutboundClient implements AutoCloseable {

  private final HttpClient client;
  private final OutboundSettings settings;

  private OutboundClient(HttpClient client, OutboundSettings settings) {
    this.client = client;
    this.settings = settings;
  }

  /// Makes a client.
  public static OutboundClient open(OutboundSettings settings) {
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(settings.connectTimeout())
            .sslContext(TlsTrust.context(settings.trust()))
            .executor(Executors.newVirtualThreadPerTaskExecutor());
    settings.proxy().ifPresent(proxy -> builder.proxy(ProxySelector.of(proxy)));
    return new OutboundClient(builder.build(), settings);
  }

  /// Sends a request and waits for the whole answer, whatever its status.
  ///
  /// @throws OutboundException if there is no answer, it takes too long or is too large
  /// @throws InterruptedIOException when the thread is interrupted
  public HttpAnswer send(HttpCall call) throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(call.uri()).method(call.method(), body(call));
    call.fields().forEach(request::setHeader);
    int limit = settings.maxResponseBytes();
    CompletableFuture<HttpResponse<byte[]>> pending =
        client.sendAsync(request.build(), BodyHandlers.limiting(BodyHandlers.ofByteArray(), limit));
    try {
      HttpResponse<byte[]> response =
          pending.get(settings.totalTimeout().toMillis(), TimeUnit.MILLISECONDS);
      return new HttpAnswer(response.statusCode(), response.headers().map(), response.body());
    } catch (TimeoutException e) {
      pending.cancel(true);
      throw new OutboundException(OutboundException.Fault.TIMEOUT, "no answer in time", e);
    } catch (ExecutionException e) {
      throw failure(e.getCause() == null ? e : e.getCause(), limit);
    } catch (InterruptedException e) {
      pending.cancel(true);
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for an answer");
    }
  }

  private static BodyPublisher body(HttpCall call) {
    return call.body().length == 0 && call.method().equals("GET")
        ? BodyPublishers.noBody()
        : BodyPublishers.ofByteArray(call.body());
  }

  private static OutboundException failure(Throwable cause, int limit) {
    String message = String.valueOf(cause.getMessage());
    if (cause.getClass() == IOException.class && message.contains("capacity")) {
      return new OutboundException(
          OutboundException.Fault.TOO_LARGE,
          "the answer is larger than " + limit + " octets",
          cause);
    }
    return OutboundException.of(cause);
  }

  /// Ends all connections.
  @Override
  public void close() {
    client.shutdownNow();
    client.close();
  }
}
