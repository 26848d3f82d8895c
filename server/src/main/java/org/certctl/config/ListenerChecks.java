package org.certctl.config;

import java.util.Optional;
import java.util.Set;

/// Checks what listens where.
final class ListenerChecks {

  private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "::1", "[::1]", "localhost");

  private ListenerChecks() {}

  static void check(
      ServerSettings server, ManagementSettings management, ScepSettings scep, Problems problems) {
    if (management.port() == server.port()) {
      problems.error(
          Options.MANAGEMENT_PORT.name(),
          Integer.toString(management.port()),
          "the HTTPS listener has the same port (" + Options.SERVER_PORT.name() + ")",
          "choose another port for one of them");
    }
    scep.httpPort()
        .ifPresent(
            port -> {
              if (port == server.port() || port == management.port()) {
                problems.error(
                    Options.SCEP_HTTP_PORT.name(),
                    Integer.toString(port),
                    "another listener has the same port",
                    "choose another port; devices often expect 80 or 8080");
              }
            });
    checkMtls(server, management, scep, problems);
    if (!LOOPBACK.contains(management.host())) {
      problems.warning(
          Options.MANAGEMENT_HOST.name(),
          management.host(),
          "the management listener has neither TLS nor login and can be reached from outside",
          "use 127.0.0.1, or let only the monitoring reach port " + management.port());
    }
  }

  private static void checkMtls(
      ServerSettings server, ManagementSettings management, ScepSettings scep, Problems problems) {
    Optional<ScepProfileSettings> behind =
        scep.profiles().stream()
            .filter(profile -> profile.clientCaBundle().isPresent())
            .findFirst();
    if (scep.mtlsPort().isEmpty()) {
      behind.ifPresent(
          profile ->
              problems.error(
                  MtlsOptions.PORT.name(),
                  "it is required, because "
                      + MtlsOptions.ENABLED.keyFor(profile.name())
                      + " is set",
                  "choose a port of its own for the listener that asks for client certificates"));
      return;
    }
    int port = scep.mtlsPort().getAsInt();
    if (scep.enabled() && behind.isEmpty()) {
      problems.error(
          MtlsOptions.PORT.name(),
          Integer.toString(port),
          "no profile is served there",
          "set MTLS_ENABLED and MTLS_CLIENT_CA_TRUST_BUNDLE_PATH for a profile, or take it out");
    }
    if (port == server.port()
        || port == management.port()
        || (scep.httpPort().isPresent() && scep.httpPort().getAsInt() == port)) {
      problems.error(
          MtlsOptions.PORT.name(),
          Integer.toString(port),
          "another listener has the same port",
          "choose another: the main listener must never ask for client certificates");
    }
  }
}
