package org.certctl.cli.probe;

import java.io.IOException;
import org.certctl.cli.probe.ProbeMessages.Reply;
import org.certctl.cli.probe.ProbeMessages.Sent;
import org.certctl.scep.client.CertRep;

/// What a device hears when its challenge is wrong.
final class ChallengeCheck {

  private static final String WRONG = "certctl-probe-wrong-challenge";

  private final ProbedServer server;
  private final ProbeMessages messages;
  private final Findings.Reporter report;
  private final ReplyShapeCheck shape;

  ChallengeCheck(ProbedServer server, ProbeMessages messages, Findings findings) {
    this.server = server;
    this.messages = messages;
    this.report = findings.about(Topic.CHALLENGE);
    this.shape = new ReplyShapeCheck(report);
  }

  /// Sends one.
  void run() {
    Sent sent = messages.enrollment(WRONG);
    try {
      Reply reply =
          messages.read(
              server.send(
                  ProbedServer.Query.post("operation=PKIOperation", sent.octets())
                      .with("Content-Type", "application/x-pki-message")),
              sent);
      judge(reply);
    } catch (IOException e) {
      report.problem(
          "challenge_broken", "A wrong challenge breaks the exchange: " + e.getMessage() + ".", "");
    }
  }

  private void judge(Reply reply) {
    switch (reply) {
      case Reply.Signed signed -> {
        switch (signed.rep()) {
          case CertRep.Failure(var failInfo, var text) ->
              report.ok(
                  "challenge_refused",
                  "Refused with a signed FAILURE: "
                      + ReplyShapeCheck.describe(failInfo, text)
                      + ".");
          case CertRep.Pending _ ->
              report.note(
                  "challenge_pending",
                  "A request with a wrong challenge waits for somebody's decision.",
                  "Let it be refused unless that is what you want; devices ask for days.");
          case CertRep.Success _ ->
              report.problem(
                  "challenge_ignored",
                  "A WRONG CHALLENGE GOT A CERTIFICATE: anybody who reaches this server can have"
                      + " one.",
                  "Switch the check of the challenge on, and revoke the certificate of "
                      + messages.subject()
                      + ".");
        }
        shape.run(signed);
      }
      case Reply.Unusable unusable -> shape.unusable("The answer to a wrong challenge", unusable);
      case Reply.Status(int status) ->
          report.warning(
              "challenge_status",
              "Answered with HTTP " + status + " instead of a signed FAILURE.",
              status >= 500
                  ? "Clients take that for an outage and try again and again."
                  : "Clients cannot tell their user what is wrong.",
              Clients.CERTMONGER,
              Clients.JSCEP,
              Clients.STRONGSWAN);
    }
  }
}
