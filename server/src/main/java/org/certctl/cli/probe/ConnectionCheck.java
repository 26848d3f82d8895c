package org.certctl.cli.probe;

import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import org.certctl.outbound.HttpAnswer;
import org.certctl.outbound.OutboundException;

/// Is anybody there, and does it answer at this very address?
final class ConnectionCheck {

  private static final int OK = 200;
  private static final int FIRST_REDIRECT = 300;
  private static final int FIRST_CLIENT_ERROR = 400;

  private final ProbedServer server;
  private final Findings.Reporter report;

  ConnectionCheck(ProbedServer server, Findings findings) {
    this.server = server;
    this.report = findings.about(Topic.CONNECTION);
  }

  /// Asks for the capabilities; absent when nobody answers.
  Optional<HttpAnswer> run() {
    try {
      long start = System.nanoTime();
      HttpAnswer answer = server.get("operation=GetCACaps");
      long millis = (System.nanoTime() - start) / 1_000_000;
      boolean plain = "http".equalsIgnoreCase(server.url().getScheme());
      if (answer.status() == OK) {
        report.ok(
            "connection_answers",
            "Answers GetCACaps over "
                + (plain ? "plain HTTP" : "HTTPS")
                + " in "
                + millis
                + " ms.");
      } else {
        status(answer);
      }
      answer.field("Server").ifPresent(this::serverName);
      return Optional.of(answer);
    } catch (OutboundException e) {
      report.problem("connection_failed", "No answer: " + e.getMessage() + ".", hint(e.fault()));
    } catch (IOException e) {
      report.problem("connection_failed", "No answer: " + e.getMessage() + ".", "");
    }
    return Optional.empty();
  }

  private void status(HttpAnswer answer) {
    int status = answer.status();
    if (status >= FIRST_REDIRECT && status < FIRST_CLIENT_ERROR) {
      String target = answer.field("Location").orElse("elsewhere");
      report.problem(
          "connection_redirects",
          "Redirects (HTTP " + status + ") to " + target + ".",
          "Serve SCEP at the address that devices are given, by plain HTTP too: its messages are"
              + " signed and encrypted in themselves.",
          Clients.JSCEP,
          Clients.CERTMONGER,
          Clients.CISCO,
          Clients.OLD_DEVICES);
    } else {
      report.problem(
          "connection_status",
          "GetCACaps is answered with HTTP " + status + ".",
          switch (status) {
            case 400 -> "Is this a port for TLS? Then the URL begins with https://.";
            case 401, 403 -> "SCEP knows no login: keep single sign-on and gateways off this path.";
            case 404 ->
                "Is the path right? Often it is /scep, /scep/<profile> or"
                    + " /certsrv/mscep/mscep.dll.";
            default -> "The server's log says why.";
          });
    }
  }

  private void serverName(String name) {
    if (name.toLowerCase(Locale.ROOT).contains("microsoft-iis")) {
      report.warning(
          "connection_named_iis",
          "Calls itself "
              + name
              + ": some clients take that for NDES and fall back to triple DES"
              + " and SHA-1 (RFC 8894, section 7.5).",
          "If this is not NDES, let the proxy remove the Server header.",
          Clients.OLD_DEVICES);
    }
  }

  private static String hint(OutboundException.Fault fault) {
    return switch (fault) {
      case UNKNOWN_HOST -> "Check the name; a device needs DNS for it as well.";
      case UNREACHABLE -> "Check the port and the firewall, and whether the server runs.";
      case TIMEOUT -> "A firewall may swallow the packets.";
      case TLS -> "Is this a port for plain HTTP? Then the URL begins with http://.";
      case UNTRUSTED -> "";
      case TOO_LARGE -> "Is this a SCEP server?";
      case BROKEN -> "Is this a port for TLS? Then the URL begins with https://.";
    };
  }
}
