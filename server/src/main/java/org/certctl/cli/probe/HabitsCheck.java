package org.certctl.cli.probe;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.certctl.outbound.HttpAnswer;

/// What old devices do with HTTP, tried with GetCACaps.
final class HabitsCheck {

  private static final int LONG_LINE_CHARACTERS = 16 * 1024;

  private final ProbedServer server;
  private final Findings.Reporter report;
  private final HttpAnswer usual;

  /// @param usual the answer to GetCACaps that all others must be like
  HabitsCheck(ProbedServer server, Findings findings, HttpAnswer usual) {
    this.server = server;
    this.report = findings.about(Topic.HABITS);
    this.usual = usual;
  }

  private interface Attempt {
    HttpAnswer make() throws IOException;
  }

  /// Tries them all.
  void run() {
    String path = server.url().getRawPath() + "?operation=GetCACaps";
    attempt(
        "http_1_0",
        "HTTP/1.0 without a Host field",
        () -> raw("GET " + path + " HTTP/1.0\r\n\r\n"),
        "Let virtual hosts have a default.",
        Clients.CISCO,
        Clients.OLD_DEVICES);
    attempt(
        "http_no_host",
        "HTTP/1.1 without a Host field",
        () -> raw("GET " + path + " HTTP/1.1\r\nConnection: close\r\n\r\n"),
        "strongSwan leaves Host out when it sends by GET; web servers answer 400 unless told not"
            + " to.",
        Clients.STRONGSWAN + " by GET");
    attempt(
        "http_message_parameter",
        "GetCACaps with a message parameter",
        () -> server.get("operation=GetCACaps&message=0"),
        "Ignore it.",
        Clients.CERTMONGER);
    attempt(
        "http_extra_parameter",
        "an unknown query parameter",
        () -> server.get("operation=GetCACaps&os=ios&version=18"),
        "Ignore what is not known.",
        "sscep -M",
        "proxies");
    attempt(
        "http_pkiclient_suffix",
        "/pkiclient.exe after the path",
        () -> server.send(ProbedServer.Query.get("operation=GetCACaps").under("/pkiclient.exe")),
        "Serve every path below the endpoint's alike.",
        Clients.CISCO,
        Clients.WINDOWS);
    attempt(
        "http_trailing_slash",
        "a slash after the path",
        () -> server.send(ProbedServer.Query.get("operation=GetCACaps").under("/")),
        "Serve it alike.",
        Clients.OLD_DEVICES);
    attempt(
        "http_long_line",
        "a request line of 16 KiB",
        () -> server.get("operation=GetCACaps&pad=" + "A".repeat(LONG_LINE_CHARACTERS)),
        "Raise the limit to 64 KiB: a GET with an RSA-4096 key and a chain needs it.",
        Clients.CERTMONGER,
        Clients.CISCO);
  }

  private HttpAnswer raw(String head) throws IOException {
    return server.sendRaw(head.getBytes(StandardCharsets.ISO_8859_1));
  }

  private void attempt(String code, String what, Attempt attempt, String hint, String... clients) {
    String fault;
    try {
      HttpAnswer answer = attempt.make();
      if (answer.status() == usual.status() && sameBody(answer)) {
        report.ok(code, "Takes " + what + ".");
        return;
      }
      fault = answer.status() == usual.status() ? "another answer" : "HTTP " + answer.status();
    } catch (IOException e) {
      fault = String.valueOf(e.getMessage());
    }
    report.warning(code, "Does not take " + what + ": " + fault + ".", hint, clients);
  }

  /// Octets sent in chunks hold the same, with lengths between.
  private boolean sameBody(HttpAnswer answer) {
    return Arrays.equals(answer.body(), usual.body())
        || (answer.field("Transfer-Encoding").isPresent()
            && new String(answer.body(), StandardCharsets.ISO_8859_1)
                .contains(new String(usual.body(), StandardCharsets.ISO_8859_1)));
  }
}
