package org.certctl.front.scep;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.bouncycastle.asn1.x500.X500Name;
import org.certctl.audit.Origin;
import org.certctl.pki.ClientVerdict;
import org.certctl.pki.Names;
import org.certctl.scep.http.CaCapsText;
import org.certctl.scep.http.MediaTypes;
import org.certctl.scep.http.ScepCall;
import org.certctl.scep.http.ScepQuery;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// SCEP over HTTP (RFC 8894, section 4): finds the endpoint, reads the call, writes the answer.
///
/// Errors are one short line of text; a stack trace or anything of the request never goes out.
public final class ScepServlet extends HttpServlet {

  /// The paths to be served by this servlet.
  public static final List<String> URL_PATTERNS =
      List.of(
          ScepPaths.ROOT,
          ScepPaths.ROOT + "/*",
          ScepPaths.MTLS_ROOT,
          ScepPaths.MTLS_ROOT + "/*",
          ScepPaths.NDES,
          ScepPaths.NDES + "/*",
          ScepPaths.CGI,
          ScepPaths.CGI + "/*");

  private static final long serialVersionUID = 1L;
  private static final Logger log = LoggerFactory.getLogger(ScepServlet.class);
  private static final int MAX_CONCURRENT_OPERATIONS = 1024;
  private static final long MAX_WAIT_SECONDS = 10;
  private static final String RETRY_AFTER_SECONDS = "10";
  private static final String CLIENT_CERTIFICATES = "jakarta.servlet.request.X509Certificate";
  private static final int URI_TOO_LONG = 414;

  /// An endpoint with its answers that are always the same.
  @SuppressWarnings("ArrayRecordComponent") // made once, never changed, never compared
  record Served(
      ScepEndpoint endpoint, byte[] capabilities, ScepEndpoint.CaCertificates caCertificates) {

    static Served of(ScepEndpoint endpoint) {
      return new Served(
          endpoint,
          CaCapsText.render(endpoint.capabilities()).getBytes(StandardCharsets.US_ASCII),
          endpoint.caCertificates());
    }

    String name() {
      return endpoint.name();
    }
  }

  private final transient CurrentEndpoints endpoints;
  private final transient PkiOperation pkiOperation;
  private final transient ClientTrust clientTrust;
  private final transient BodyReader bodyReader;
  private final transient Supplier<String> requestIds;
  private final transient ScepObserver observer;
  private final transient Semaphore concurrency = new Semaphore(MAX_CONCURRENT_OPERATIONS);

  /// @param endpoints what is served at the moment of each request
  /// @param pkiOperation answers messages
  /// @param clientTrust judges clients behind `/scep-mtls`
  /// @param maxBodyBytes the largest message taken
  /// @param requestIds makes the id of each request
  /// @param observer is told of requests
  public ScepServlet(
      CurrentEndpoints endpoints,
      PkiOperation pkiOperation,
      ClientTrust clientTrust,
      int maxBodyBytes,
      Supplier<String> requestIds,
      ScepObserver observer) {
    this.endpoints = endpoints;
    this.pkiOperation = pkiOperation;
    this.clientTrust = clientTrust;
    this.bodyReader = new BodyReader(maxBodyBytes);
    this.requestIds = requestIds;
    this.observer = observer;
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    String requestId = requestIds.get();
    response.setHeader("X-Request-Id", requestId);
    Optional<Served> served = endpoints.paths().find(request.getRequestURI());
    if (served.isEmpty()) {
      answer(response, HttpServletResponse.SC_NOT_FOUND, "no such SCEP endpoint");
      return;
    }
    if (ScepPaths.isBehindClientCertificate(request.getRequestURI())
        && !admitted(served.get(), request, response)) {
      return;
    }
    try {
      serve(served.get(), requestId, request, response);
    } catch (BodyReader.RefusedException e) {
      observer.requested(served.get().name(), "bad_request");
      answer(response, e.status(), e.text());
    }
  }

  /// Judges by the very path that chose the endpoint: no spelling of it leads around the check.
  private boolean admitted(Served served, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    List<X509Certificate> presented =
        request.getAttribute(CLIENT_CERTIFICATES) instanceof X509Certificate[] chain
            ? List.of(chain)
            : List.of();
    Optional<ClientVerdict> verdict = clientTrust.judge(served.name(), presented);
    if (verdict.isEmpty()) {
      answer(response, HttpServletResponse.SC_NOT_FOUND, "no such SCEP endpoint");
      return false;
    }
    if (verdict.get() != ClientVerdict.TRUSTED) {
      observer.requested(served.name(), "unauthorized");
      answer(response, HttpServletResponse.SC_UNAUTHORIZED, verdict.get().text());
      return false;
    }
    return true;
  }

  private void serve(
      Served served, String requestId, HttpServletRequest request, HttpServletResponse response)
      throws IOException, BodyReader.RefusedException {
    String query = request.getQueryString();
    if (query != null && query.length() > bodyReader.maxGetQueryChars()) {
      observer.requested(served.name(), "bad_request");
      answer(response, URI_TOO_LONG, "the message is too long for GET");
      return;
    }
    if (!request.getMethod().equals("POST")) {
      dispatch(served, new byte[0], requestId, request, response);
      return;
    }
    byte[] body = bodyReader.read(request, response);
    try {
      dispatch(served, body, requestId, request, response);
    } finally {
      bodyReader.done(body);
    }
  }

  private void dispatch(
      Served served,
      byte[] body,
      String requestId,
      HttpServletRequest request,
      HttpServletResponse response)
      throws IOException {
    String query = request.getQueryString();
    ScepCall call = ScepQuery.parse(request.getMethod(), query, body.length > 0);
    observer.requested(served.name(), operationOf(call));
    switch (call) {
      case ScepCall.GetCaCaps() ->
          send(response, MediaTypes.CA_CAPS, served.capabilities(), "no-cache");
      case ScepCall.GetCaCert _ ->
          send(
              response,
              served.caCertificates().mediaType(),
              served.caCertificates().body(),
              "no-cache");
      case ScepCall.GetNextCaCert _ -> nextCa(served, requestId, request, response);
      case ScepCall.PkiOperationGet get ->
          operate(served, get.message(), requestId, request, response);
      case ScepCall.PkiOperationPost() -> operate(served, body, requestId, request, response);
      case ScepCall.HttpRejection rejection -> {
        rejection.allow().ifPresent(methods -> response.setHeader("Allow", methods));
        answer(response, rejection.status(), rejection.text());
      }
    }
  }

  private void nextCa(
      Served served, String requestId, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    if (served.endpoint().next().isEmpty()) {
      answer(response, HttpServletResponse.SC_NOT_FOUND, "there is no next CA certificate");
      return;
    }
    answered(
        served,
        requestId,
        response,
        MediaTypes.NEXT_CA_CERT,
        () -> pkiOperation.nextCaCert(served.endpoint(), origin(requestId, request)));
  }

  private static String operationOf(ScepCall call) {
    return switch (call) {
      case ScepCall.GetCaCaps() -> "GetCACaps";
      case ScepCall.GetCaCert _ -> "GetCACert";
      case ScepCall.GetNextCaCert _ -> "GetNextCACert";
      case ScepCall.PkiOperationGet _, ScepCall.PkiOperationPost _ -> "PKIOperation";
      case ScepCall.HttpRejection _ -> "bad_request";
    };
  }

  private void operate(
      Served served,
      byte[] message,
      String requestId,
      HttpServletRequest request,
      HttpServletResponse response)
      throws IOException {
    answered(
        served,
        requestId,
        response,
        MediaTypes.PKI_MESSAGE,
        () -> pkiOperation.answer(served.endpoint(), message, origin(requestId, request)));
  }

  /// Sends an answer that costs a private key's work: so many at a time and no more.
  private void answered(
      Served served,
      String requestId,
      HttpServletResponse response,
      String mediaType,
      Supplier<Reply> answer)
      throws IOException {
    response.setHeader("Cache-Control", "no-store");
    if (!enter()) {
      unavailable(response);
      return;
    }
    try {
      switch (answer.get()) {
        case Reply.Message reply -> send(response, mediaType, reply.body(), "no-store");
        case Reply.BadRequest() ->
            answer(response, HttpServletResponse.SC_BAD_REQUEST, "not a SCEP message");
        case Reply.Unavailable() -> unavailable(response);
      }
    } catch (RuntimeException e) {
      log.atError()
          .addKeyValue("request_id", requestId)
          .addKeyValue("endpoint", served.name())
          .setCause(e)
          .log("internal error");
      answer(response, HttpServletResponse.SC_INTERNAL_SERVER_ERROR, "internal error " + requestId);
    } finally {
      concurrency.release();
    }
  }

  private boolean enter() {
    try {
      return concurrency.tryAcquire(MAX_WAIT_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static Origin origin(String requestId, HttpServletRequest request) {
    String userAgent = request.getHeader("User-Agent");
    return new Origin(
        requestId,
        request.getRemoteAddr(),
        userAgent == null ? "" : Names.printable(userAgent),
        clientSubject(request));
  }

  /// The subject of the client certificate, where one was asked for and trusted.
  private static String clientSubject(HttpServletRequest request) {
    return ScepPaths.isBehindClientCertificate(request.getRequestURI())
            && request.getAttribute(CLIENT_CERTIFICATES) instanceof X509Certificate[] chain
        ? Names.text(X500Name.getInstance(chain[0].getSubjectX500Principal().getEncoded()))
        : "";
  }

  private static void unavailable(HttpServletResponse response) throws IOException {
    response.setHeader("Retry-After", RETRY_AFTER_SECONDS);
    answer(response, HttpServletResponse.SC_SERVICE_UNAVAILABLE, "unavailable, try again later");
  }

  private static void answer(HttpServletResponse response, int status, String text)
      throws IOException {
    response.setStatus(status);
    send(response, "text/plain", text.getBytes(StandardCharsets.US_ASCII), "no-store");
  }

  private static void send(
      HttpServletResponse response, String mediaType, byte[] body, String cacheControl)
      throws IOException {
    response.setHeader("Cache-Control", cacheControl);
    response.setHeader("X-Content-Type-Options", "nosniff");
    response.setContentType(mediaType);
    response.setContentLength(body.length);
    response.getOutputStream().write(body);
  }
}
