package org.certctl.front.status;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.enroll.ByteString;
import org.certctl.status.CrlEdition;
import org.certctl.status.CrlKey;
import org.certctl.status.ImportedCrl;
import org.certctl.status.PublishedCrls;

/// The newest CRLs of an issuer over HTTP (RFC 5280, appendix; RFC 2585), streamed part by part.
public final class CrlResource {

  private static final String CRL_TYPE = "application/pkix-crl";

  private final PublishedCrls crls;
  private final Clock clock;

  /// @param crls what is published
  /// @param clock the server's clock
  public CrlResource(PublishedCrls crls, Clock clock) {
    this.crls = crls;
    this.clock = clock;
  }

  /// Answers GET and HEAD. The CRL of everything is there or still to come; another one that is not
  /// there is not found.
  ///
  /// @throws StoreUnavailableException when it cannot be read; some of it may be out already
  void answer(CrlKey key, HttpServletRequest request, HttpServletResponse response)
      throws IOException, StoreUnavailableException {
    Optional<CrlEdition> newest = crls.newest(key);
    if (newest.isEmpty()) {
      if (key.equals(CrlKey.complete(key.issuerId()))) {
        StatusServlet.unavailable(response);
      } else {
        StatusServlet.answer(response, HttpServletResponse.SC_NOT_FOUND, "not found");
      }
      return;
    }
    CrlEdition edition = newest.get();
    // A number is never given out twice under one URL, so that it names the octets.
    String tag = '"' + Long.toHexString(edition.number()) + '"';
    response.setHeader("ETag", tag);
    response.setDateHeader("Last-Modified", edition.thisUpdate().toEpochMilli());
    response.setDateHeader("Expires", edition.nextUpdate().toEpochMilli());
    response.setHeader("Cache-Control", cacheControl(edition.nextUpdate()));
    if (Conditions.hasSame(request, tag, edition.thisUpdate())) {
      response.setStatus(HttpServletResponse.SC_NOT_MODIFIED);
      return;
    }
    response.setContentType(CRL_TYPE);
    response.setContentLengthLong(edition.sizeBytes());
    if (request.getMethod().equals("GET")) {
      send(edition, response.getOutputStream());
    }
  }

  /// Answers GET and HEAD with a CRL that was signed elsewhere.
  void answer(ImportedCrl crl, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    String tag = '"' + crl.number().toString(16) + '"';
    response.setHeader("ETag", tag);
    response.setDateHeader("Last-Modified", crl.thisUpdate().toEpochMilli());
    response.setDateHeader("Expires", crl.nextUpdate().toEpochMilli());
    response.setHeader("Cache-Control", cacheControl(crl.nextUpdate()));
    if (Conditions.hasSame(request, tag, crl.thisUpdate())) {
      response.setStatus(HttpServletResponse.SC_NOT_MODIFIED);
      return;
    }
    byte[] octets = crl.octets().octets();
    response.setContentType(CRL_TYPE);
    response.setContentLength(octets.length);
    if (request.getMethod().equals("GET")) {
      response.getOutputStream().write(octets);
    }
  }

  private String cacheControl(Instant nextUpdate) {
    long seconds = Math.max(0, Duration.between(clock.instant(), nextUpdate).toSeconds());
    return "public, no-transform, must-revalidate, max-age=" + seconds;
  }

  private void send(CrlEdition edition, OutputStream out)
      throws IOException, StoreUnavailableException {
    for (int part = 0; part < edition.parts(); part++) {
      out.write(part(edition, part).octets());
    }
  }

  private ByteString part(CrlEdition edition, int part) throws StoreUnavailableException {
    return crls.part(edition, part)
        .orElseThrow(
            () ->
                new StoreUnavailableException(
                    "CRL " + edition.number() + " was dropped while it was read"));
  }
}
