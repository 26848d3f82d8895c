package org.certctl.front.scep;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Finds the endpoint of a path: `/scep`, `/scep/<profile>`, with any suffix below, and the paths
/// of NDES for the profile chosen for them (RFC 8894, section 4.1: the path carries no meaning).
final class ScepPaths {

  static final String ROOT = "/scep";
  static final String MTLS_ROOT = "/scep-mtls";
  static final String NDES = "/certsrv/mscep";
  static final String CGI = "/cgi-bin/pkiclient.exe";

  private final Map<String, ScepServlet.Served> byPath;
  private final Optional<ScepServlet.Served> ndes;

  ScepPaths(List<ScepServlet.Served> endpoints, Optional<String> ndesProfile) {
    this.byPath =
        endpoints.stream()
            .collect(
                Collectors.toUnmodifiableMap(
                    served -> served.endpoint().path(), Function.identity()));
    this.ndes =
        ndesProfile.flatMap(
            name -> endpoints.stream().filter(served -> served.name().equals(name)).findFirst());
  }

  /// The endpoint of a path; that of `/scep-mtls/<profile>` is the one of `/scep/<profile>`.
  Optional<ScepServlet.Served> find(String path) {
    if (isBehindClientCertificate(path)) {
      return find(ROOT + path.substring(MTLS_ROOT.length()));
    }
    if (isAt(NDES, path) || isAt(CGI, path)) {
      return ndes;
    }
    if (!isAt(ROOT, path)) {
      return Optional.empty();
    }
    ScepServlet.Served single = byPath.get(ROOT);
    if (single != null) {
      return Optional.of(single);
    }
    int end = path.indexOf('/', ROOT.length() + 1);
    return Optional.ofNullable(byPath.get(end < 0 ? path : path.substring(0, end)));
  }

  /// Whether a path is one of those behind client certificates.
  static boolean isBehindClientCertificate(String path) {
    return isAt(MTLS_ROOT, path);
  }

  private static boolean isAt(String root, String path) {
    return path.startsWith(root)
        && (path.length() == root.length() || path.charAt(root.length()) == '/');
  }
}
