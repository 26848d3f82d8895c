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
import java.util.stream.Stream;

/// Gives each listener its own paths; what is not named here is not found there.
///
/// A path has two readings: as it was written, by which the fronts choose, and decoded, without
/// parameters and `..`, by which Tomcat chooses the front. A listener must serve both. The path of
/// NDES is taken in any letter case, as IIS does: `/CertSrv/mscep/mscep.dll` stands in many
/// devices.
public final class ListenerPorts implements Filter {

  private static final String NDES = "/certsrv/mscep";
  private static final List<String> PLAIN_SCEP =
      List.of("/scep", NDES, "/cgi-bin/pkiclient.exe", "/.well-known/pki");
  private static final List<String> MTLS_SCEP = List.of("/scep-mtls");
  private static final List<String> HEALTH = List.of("/health", "/ready");
  private static final List<String> MANAGEMENT = joined(HEALTH, List.of("/metrics"));
  private static final List<String> MAIN = joined(PLAIN_SCEP, HEALTH);

  private final ListenerSettings settings;

  /// @param settings the listeners there are
  public ListenerPorts(ListenerSettings settings) {
    this.settings = settings;
  }

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    List<String> served = servedOn(request.getLocalPort());
    HttpServletRequest http = (HttpServletRequest) request;
    String path = http.getRequestURI();
    if (!isUnderAny(served, path) || !isUnderAny(served, decodedPath(http))) {
      ((HttpServletResponse) response).sendError(HttpServletResponse.SC_NOT_FOUND);
    } else if (isUnder(NDES, path) && !path.startsWith(NDES)) {
      // Tomcat's mappings tell upper from lower case.
      http.getRequestDispatcher(NDES + path.substring(NDES.length())).forward(request, response);
    } else {
      chain.doFilter(request, response);
    }
  }

  private List<String> servedOn(int port) {
    if (port == settings.managementPort()) {
      return MANAGEMENT;
    }
    if (settings.plainScepPort().isPresent() && port == settings.plainScepPort().getAsInt()) {
      return PLAIN_SCEP;
    }
    if (settings.mtlsScepPort().isPresent() && port == settings.mtlsScepPort().getAsInt()) {
      return MTLS_SCEP;
    }
    return MAIN;
  }

  private static String decodedPath(HttpServletRequest request) {
    String below = request.getPathInfo();
    return below == null ? request.getServletPath() : request.getServletPath() + below;
  }

  private static boolean isUnderAny(List<String> roots, String path) {
    return roots.stream().anyMatch(root -> isUnder(root, path));
  }

  private static boolean isUnder(String root, String path) {
    return path.regionMatches(root.equals(NDES), 0, root, 0, root.length())
        && (path.length() == root.length() || path.charAt(root.length()) == '/');
  }

  private static List<String> joined(List<String> first, List<String> second) {
    return Stream.concat(first.stream(), second.stream()).toList();
  }
}
