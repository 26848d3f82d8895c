package org.certctl.front.status;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.issuer.StatusLocations;
import org.certctl.pki.Sha256;
import org.certctl.pki.SigningUnavailableException;
import org.certctl.status.OcspAnswer;
import org.certctl.status.OcspOutcome;
import org.certctl.status.OcspResponder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Serves OCSP over HTTP at `/.well-known/pki/ocsp/{issuer_id}` (RFC 6960, appendix A; RFC 5019,
/// section 5): POST takes a request, GET has it in base64 behind a further slash.
///
/// What cannot be taken as HTTP gets a status of 4xx and a short line of text; what OCSP has an
/// answer for gets 200 and that answer, also when it is a refusal. Not to be able to answer is 503.
public final class OcspServlet extends HttpServlet {

  /// The paths to be served by this servlet.
  public static final String URL_PATTERN = StatusLocations.ROOT + "/ocsp/*";

  private static final long serialVersionUID = 1L;
  private static final Logger log = LoggerFactory.getLogger(OcspServlet.class);
  private static final Pattern PATH =
      Pattern.compile(
          Pattern.quote(StatusLocations.ROOT) + "/ocsp/([a-z0-9-]{1,64})(?:/(.*))?",
          Pattern.DOTALL);
  private static final String REQUEST_TYPE = "application/ocsp-request";
  private static final String RESPONSE_TYPE = "application/ocsp-response";
  private static final int REQUEST_TIMEOUT = HttpServletResponse.SC_REQUEST_TIMEOUT;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final Duration MAX_TIME = Duration.ofSeconds(30);
  private static final int CHUNK_BYTES = 2048;

  /// In base64 a request has four characters for three octets; a few of them may be escaped.
  private static final int MAX_GET_CHARS = OcspResponder.MAX_REQUEST_BYTES * 2;

  private final transient OcspResponder responder;
  private final transient Predicate<String> issuers;
  private final transient RequestLimiter limiter;
  private final transient OcspResponder.Observer observer;
  private final transient Clock clock;
  private final transient Supplier<String> requestIds;

  /// @param responder answers
  /// @param issuers whether OCSP is answered for the issuer with this id
  /// @param limiter bounds what one address may ask
  /// @param observer is told of what was one too many
  /// @param clock the server's clock
  /// @param requestIds makes the id of each request
  public OcspServlet(
      OcspResponder responder,
      Predicate<String> issuers,
      RequestLimiter limiter,
      OcspResponder.Observer observer,
      Clock clock,
      Supplier<String> requestIds) {
    this.responder = responder;
    this.issuers = issuers;
    this.limiter = limiter;
    this.observer = observer;
    this.clock = clock;
    this.requestIds = requestIds;
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    String requestId = requestIds.get();
    response.setHeader("X-Request-Id", requestId);
    response.setHeader("X-Content-Type-Options", "nosniff");
    // Not the decoded path, in which two slashes of base64 would have become one.
    Matcher path = PATH.matcher(request.getRequestURI());
    if (!path.matches() || !issuers.test(path.group(1))) {
      StatusServlet.answer(response, HttpServletResponse.SC_NOT_FOUND, "not found");
      return;
    }
    Optional<Duration> wait = limiter.count(request.getRemoteAddr());
    if (wait.isPresent()) {
      observer.answered(path.group(1), OcspOutcome.LIMITED);
      response.setHeader("Retry-After", Long.toString(wait.get().toSeconds()));
      StatusServlet.answer(response, TOO_MANY_REQUESTS, "too many requests, try again later");
      return;
    }
    Optional<byte[]> octets =
        read(Objects.requireNonNullElse(path.group(2), ""), request, response);
    if (octets.isEmpty()) {
      return;
    }
    try {
      send(responder.answer(path.group(1), octets.get()), request, response);
    } catch (StoreUnavailableException | SigningUnavailableException e) {
      log.atWarn()
          .addKeyValue("request_id", requestId)
          .addKeyValue("issuer", path.group(1))
          .log("OCSP cannot be answered: {}", e.getMessage());
      StatusServlet.unavailable(response);
    }
  }

  /// The request; absent when its refusal has been sent.
  private static Optional<byte[]> read(
      String inPath, HttpServletRequest request, HttpServletResponse response) throws IOException {
    boolean isInPath = !inPath.isEmpty();
    switch (request.getMethod()) {
      case "GET", "HEAD" -> {
        if (isInPath) {
          return fromPath(inPath, response);
        }
        return refused(response, HttpServletResponse.SC_BAD_REQUEST, "the request is missing");
      }
      case "POST" -> {
        if (isInPath) {
          return refused(response, HttpServletResponse.SC_NOT_FOUND, "not found");
        }
        return fromBody(request, response);
      }
      default -> {
        response.setHeader("Allow", "GET, HEAD, POST");
        return refused(response, HttpServletResponse.SC_METHOD_NOT_ALLOWED, "method not allowed");
      }
    }
  }

  /// What is no base64 is no request, and answered as such by OCSP.
  private static Optional<byte[]> fromPath(String inPath, HttpServletResponse response)
      throws IOException {
    if (inPath.length() > MAX_GET_CHARS) {
      return refused(
          response, HttpServletResponse.SC_REQUEST_URI_TOO_LONG, "the request is too large");
    }
    try {
      String base64 =
          URLDecoder.decode(inPath.replace("+", "%2B"), StandardCharsets.ISO_8859_1)
              .replaceAll("=+$", "");
      return Optional.of(Base64.getDecoder().decode(base64));
    } catch (IllegalArgumentException e) {
      return Optional.of(new byte[0]);
    }
  }

  private static Optional<byte[]> fromBody(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    @Nullable String type = request.getContentType();
    if (type == null
        || !type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT).equals(REQUEST_TYPE)) {
      response.setHeader("Accept-Post", REQUEST_TYPE);
      return refused(
          response,
          HttpServletResponse.SC_UNSUPPORTED_MEDIA_TYPE,
          "the media type is not " + REQUEST_TYPE);
    }
    ByteArrayOutputStream body = new ByteArrayOutputStream(CHUNK_BYTES);
    byte[] chunk = new byte[CHUNK_BYTES];
    long deadline = System.nanoTime() + MAX_TIME.toNanos();
    InputStream in = request.getInputStream();
    try {
      for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
        body.write(chunk, 0, read);
        if (body.size() > OcspResponder.MAX_REQUEST_BYTES) {
          return closed(
              response,
              HttpServletResponse.SC_REQUEST_ENTITY_TOO_LARGE,
              "the request is too large");
        }
        if (System.nanoTime() > deadline) {
          return closed(response, REQUEST_TIMEOUT, "the request took too long to arrive");
        }
      }
    } catch (SocketTimeoutException e) {
      return closed(response, REQUEST_TIMEOUT, "the request took too long to arrive");
    }
    return Optional.of(body.toByteArray());
  }

  private static Optional<byte[]> closed(HttpServletResponse response, int status, String text)
      throws IOException {
    response.setHeader("Connection", "close");
    return refused(response, status, text);
  }

  private static Optional<byte[]> refused(HttpServletResponse response, int status, String text)
      throws IOException {
    StatusServlet.answer(response, status, text);
    return Optional.empty();
  }

  private void send(OcspAnswer answer, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    switch (answer) {
      case OcspAnswer.Signed signed -> {
        byte[] body = signed.response().octets();
        if (signed.forAnyone() && !request.getMethod().equals("POST")) {
          String tag = '"' + Sha256.over(body).hex() + '"';
          letOthersKeep(signed, tag, response);
          if (Conditions.hasSame(request, tag)) {
            response.setStatus(HttpServletResponse.SC_NOT_MODIFIED);
            return;
          }
        } else {
          response.setHeader("Cache-Control", "no-store");
        }
        send(body, request, response);
      }
      case OcspAnswer.Refused refused -> {
        response.setHeader("Cache-Control", "no-store");
        send(refused.response(), request, response);
      }
      case OcspAnswer.Busy _ -> StatusServlet.unavailable(response);
    }
  }

  /// RFC 5019, section 6.2. There is no asking by time: an answer and the one that takes its place
  /// may be of the same second.
  private void letOthersKeep(OcspAnswer.Signed signed, String tag, HttpServletResponse response) {
    Instant nextUpdate = signed.nextUpdate();
    long seconds = Math.max(0, Duration.between(clock.instant(), nextUpdate).toSeconds());
    response.setHeader("ETag", tag);
    response.setDateHeader("Last-Modified", signed.thisUpdate().toEpochMilli());
    response.setDateHeader("Expires", nextUpdate.toEpochMilli());
    response.setHeader(
        "Cache-Control", "max-age=" + seconds + ", public, no-transform, must-revalidate");
  }

  private static void send(byte[] body, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    response.setContentType(RESPONSE_TYPE);
    response.setContentLength(body.length);
    if (!request.getMethod().equals("HEAD")) {
      response.getOutputStream().write(body);
    }
  }
}
