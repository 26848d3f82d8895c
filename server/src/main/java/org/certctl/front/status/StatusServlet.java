package org.certctl.front.status;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.coyote.CloseNowException;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.issuer.StatusLocations;
import org.certctl.pki.IssuedCertificate;
import org.certctl.status.CrlKey;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Serves `/.well-known/pki/ca/{issuer_id}` and `/.well-known/pki/crl/{issuer_id}`, the latter with
/// `/{partition}`, `/delta` or `/{partition}/delta` behind it too.
///
/// What is served here is public; errors are one short line of text.
public final class StatusServlet extends HttpServlet {

  /// The paths to be served by this servlet.
  public static final String URL_PATTERN = StatusLocations.ROOT + "/*";

  private static final long serialVersionUID = 1L;
  private static final Logger log = LoggerFactory.getLogger(StatusServlet.class);
  private static final Pattern PATH =
      Pattern.compile(
          Pattern.quote(StatusLocations.ROOT)
              + "/(?:ca|crl)/([a-z0-9-]{1,64})((?:/([1-9][0-9]{0,2}))?(/delta)?)");
  private static final String CRL = StatusLocations.ROOT + "/crl/";
  private static final String REQUEST_ID = "X-Request-Id";
  private static final String CERTIFICATE_TYPE = "application/pkix-cert";
  private static final String ISSUER_CACHE_CONTROL = "public, max-age=3600";
  private static final String RETRY_AFTER_SECONDS = "10";

  private final transient CrlResource crls;
  private final transient Function<String, Optional<StatusIssuer>> issuers;
  private final transient Supplier<String> requestIds;

  /// @param crls answers for CRLs
  /// @param issuers the issuer with an id, as it is now
  /// @param requestIds makes the id of each request
  public StatusServlet(
      CrlResource crls,
      Function<String, Optional<StatusIssuer>> issuers,
      Supplier<String> requestIds) {
    this.crls = crls;
    this.issuers = issuers;
    this.requestIds = requestIds;
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    String requestId = requestIds.get();
    begin(response, requestId);
    Matcher path = PATH.matcher(request.getRequestURI());
    Optional<StatusIssuer> issuer =
        path.matches() ? issuers.apply(path.group(1)) : Optional.empty();
    boolean asksForCrl = request.getRequestURI().startsWith(CRL);
    if (issuer.isEmpty() || !(asksForCrl ? issuer.get().publishesCrl() : path.group(2).isEmpty())) {
      answer(response, HttpServletResponse.SC_NOT_FOUND, "not found");
      return;
    }
    if (!isRead(request, response)) {
      return;
    }
    try {
      if (asksForCrl && path.group(2).isEmpty() && issuer.get().imported().isPresent()) {
        crls.answer(issuer.get().imported().get(), request, response);
      } else if (asksForCrl) {
        crls.answer(key(path), request, response);
      } else {
        sendIssuer(issuer.get().certificate(), request, response);
      }
    } catch (StoreUnavailableException e) {
      log.atWarn()
          .addKeyValue("request_id", requestId)
          .addKeyValue("reason", "store_unavailable")
          .log("certificate status cannot be told: {}", e.getMessage());
      if (response.isCommitted()) {
        // Only a broken connection can tell the client that the rest does not come: the announced
        // length keeps it from taking what it has for the whole.
        throw new CloseNowException("cut off", e);
      }
      unavailable(response);
    }
  }

  private static void begin(HttpServletResponse response, String requestId) {
    response.setHeader(REQUEST_ID, requestId);
    response.setHeader("X-Content-Type-Options", "nosniff");
  }

  private static CrlKey key(Matcher path) {
    int partition = path.group(3) == null ? CrlKey.WHOLE : Integer.parseInt(path.group(3));
    return new CrlKey(path.group(1), partition, path.group(4) != null);
  }

  private static boolean isRead(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    boolean read = request.getMethod().equals("GET") || request.getMethod().equals("HEAD");
    if (!read) {
      response.setHeader("Allow", "GET, HEAD");
      answer(response, HttpServletResponse.SC_METHOD_NOT_ALLOWED, "method not allowed");
    }
    return read;
  }

  private static void sendIssuer(
      IssuedCertificate issuer, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    String tag = '"' + issuer.fingerprint().hex() + '"';
    response.setHeader("Cache-Control", ISSUER_CACHE_CONTROL);
    response.setHeader("ETag", tag);
    if (Conditions.hasSame(request, tag)) {
      response.setStatus(HttpServletResponse.SC_NOT_MODIFIED);
      return;
    }
    byte[] body = issuer.encoded();
    response.setContentType(CERTIFICATE_TYPE);
    response.setContentLength(body.length);
    if (request.getMethod().equals("GET")) {
      response.getOutputStream().write(body);
    }
  }

  static void unavailable(HttpServletResponse response) throws IOException {
    String requestId = response.getHeader(REQUEST_ID);
    response.reset();
    begin(response, requestId);
    response.setHeader("Retry-After", RETRY_AFTER_SECONDS);
    answer(response, HttpServletResponse.SC_SERVICE_UNAVAILABLE, "unavailable, try again later");
  }

  static void answer(HttpServletResponse response, int status, String text) throws IOException {
    byte[] body = text.getBytes(StandardCharsets.US_ASCII);
    response.setStatus(status);
    response.setHeader("Cache-Control", "no-store");
    response.setContentType("text/plain");
    response.setContentLength(body.length);
    response.getOutputStream().write(body);
  }
}
