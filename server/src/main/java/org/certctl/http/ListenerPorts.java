package org.certctl.http;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;

/// Gives each listener its own paths; what a listener does not serve is not found there.
public final class ListenerPorts implements Filter {

  private static final List<String> PLAIN_SCEP =
      List.of("/scep", "/certsrv/mscep", "/cgi-bin/pkiclient.exe", "/.well-known/pki");
  private static final List<String> MANAGEMENT = List.of("/health", "/ready", "/metrics");
  private static final String MTLS_SCEP = "/scep-mtls";
  private static final String METRICS = "/metrics";

  private final ListenerSettings settings;

  /// @param settings the listeners there are
  public ListenerPorts(ListenerSettings settings) {
    this.settings = settings;
  }

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    String path = ((HttpServletRequest) request).getRequestURI();
    if (serves(request.getLocalPort(), path)) {
      chain.doFilter(request, response);
    } else {
      ((HttpServletResponse) response).sendError(HttpServletResponse.SC_NOT_FOUND);
    }
  }

  private boolean serves(int port, String path) {
    if (port == settings.managementPort()) {
      return isUnderAny(MANAGEMENT, path);
    }
    if (settings.plainScepPort().isPresent() && port == settings.plainScepPort().getAsInt()) {
      return isUnderAny(PLAIN_SCEP, path);
    }
    if (settings.mtlsScepPort().isPresent() && port == settings.mtlsScepPort().getAsInt()) {
      return isUnder(MTLS_SCEP, path);
    }
    return !isUnder(METRICS, path) && !isUnder(MTLS_SCEP, path);
  }

  private static boolean isUnderAny(List<String> roots, String path) {
    return roots.stream().anyMatch(root -> isUnder(root, path));
  }

  private static boolean isUnder(String root, String path) {
    return path.startsWith(root)
        && (path.length() == root.length() || path.charAt(root.length()) == '/');
  }
}
