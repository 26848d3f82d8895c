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
  static final String NDES = "/certsrv/mscep/mscep.dll";
  static final String CGI = "/cgi-bin/pkiclient.exe";
  private static final String FLAT = "";

  private final Map<String, ScepServlet.Served> endpoints;
  private final Optional<String> ndesProfile;

  ScepPaths(List<ScepServlet.Served> endpoints, Optional<String> ndesProfile) {
    this.endpoints =
        endpoints.stream()
            .collect(Collectors.toUnmodifiableMap(ScepServlet.Served::name, Function.identity()));
    this.ndesProfile = ndesProfile;
  }

  Optional<ScepServlet.Served> find(String path) {
    if (isAt(NDES, path) || isAt(CGI, path)) {
      return ndesProfile.map(endpoints::get);
    }
    if (!isAt(ROOT, path)) {
      return Optional.empty();
    }
    ScepServlet.Served flat = endpoints.get(FLAT);
    if (flat != null) {
      return Optional.of(flat);
    }
    if (path.length() <= ROOT.length() + 1) {
      return Optional.empty();
    }
    int end = path.indexOf('/', ROOT.length() + 1);
    String name = path.substring(ROOT.length() + 1, end < 0 ? path.length() : end);
    return Optional.ofNullable(endpoints.get(name));
  }

  private static boolean isAt(String root, String path) {
    return path.startsWith(root)
        && (path.length() == root.length() || path.charAt(root.length()) == '/');
  }
}
