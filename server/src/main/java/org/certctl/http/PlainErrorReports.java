package org.certctl.http;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.jspecify.annotations.Nullable;

/// Answers errors with one short line of text: no HTML, no version, nothing of the request.
public final class PlainErrorReports extends ErrorReportValve {

  private static final int FIRST_ERROR = 400;

  @Override
  protected void report(Request request, Response response, @Nullable Throwable throwable) {
    int status = response.getStatus();
    if (status < FIRST_ERROR || response.getContentWritten() > 0 || !response.setErrorReported()) {
      return;
    }
    byte[] body = text(status).getBytes(StandardCharsets.US_ASCII);
    try {
      response.setContentType("text/plain");
      response.setContentLength(body.length);
      response.getOutputStream().write(body);
      response.finishResponse();
    } catch (IOException | IllegalStateException e) {
      container.getLogger().debug("the peer is gone", e);
    }
  }

  private static String text(int status) {
    return switch (status) {
      case HttpServletResponse.SC_BAD_REQUEST -> "bad request";
      case HttpServletResponse.SC_NOT_FOUND -> "not found";
      case HttpServletResponse.SC_METHOD_NOT_ALLOWED -> "method not allowed";
      case HttpServletResponse.SC_REQUEST_TIMEOUT -> "request timeout";
      case HttpServletResponse.SC_REQUEST_ENTITY_TOO_LARGE -> "request too large";
      case HttpServletResponse.SC_REQUEST_URI_TOO_LONG -> "request line too long";
      case HttpServletResponse.SC_SERVICE_UNAVAILABLE -> "unavailable, try again later";
      default -> status < 500 ? "request refused" : "internal error";
    };
  }
}
