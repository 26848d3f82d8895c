package org.certctl.cli.probe;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.cli.client.FailureHints;
import org.certctl.cli.probe.ProbeMessages.Reply;
import org.certctl.cli.probe.ProbeMessages.Sent;
import org.certctl.scep.FailInfo;
import org.certctl.scep.client.CertRep;

/// A RenewalReq for a certificate that has just been issued. A server that renews only near the end
/// rightly refuses it, and mostly does not say that this is why: so a refusal is no fault.
final class RenewalCheck {

  private final ProbedServer server;
  private final ProbeMessages messages;
  private final Findings.Reporter report;

  RenewalCheck(ProbedServer server, ProbeMessages messages, Findings findings) {
    this.server = server;
    this.messages = messages;
    this.report = findings.about(Topic.RENEWAL);
  }

  /// Renews.
  ///
  /// @param certificate one of the probe's key
  void run(X509CertificateHolder certificate) {
    Sent sent;
    try {
      sent = messages.renewal(certificate);
    } catch (IllegalArgumentException e) {
      report.warning(
          "renewal_names_unreadable", "The names in the certificate cannot be read.", "");
      return;
    }
    try {
      Reply reply =
          messages.read(
              server.send(
                  ProbedServer.Query.post("operation=PKIOperation", sent.octets())
                      .with("Content-Type", "application/x-pki-message")),
              sent);
      switch (reply) {
        case Reply.Signed signed -> rep(signed.rep(), certificate);
        case Reply.Unusable unusable ->
            new ReplyShapeCheck(report).unusable("The answer to a renewal", unusable);
        case Reply.Status(int status) ->
            report.problem(
                "renewal_status",
                "Renewal is announced, but a RenewalReq is answered with HTTP " + status + ".",
                "Do not announce what is not served; clients then renew by PKCSReq.");
      }
    } catch (IOException e) {
      report.problem("renewal_broken", "A renewal breaks: " + e.getMessage() + ".", "");
    }
  }

  private void rep(CertRep rep, X509CertificateHolder old) {
    switch (rep) {
      case CertRep.Success success -> renewed(success.content().certificates(), old);
      case CertRep.Pending _ ->
          report.note("renewal_pending", "A renewal waits for somebody's decision.", "");
      case CertRep.Failure(var failInfo, var text) -> refused(failInfo, text);
    }
  }

  private void renewed(List<X509CertificateHolder> certificates, X509CertificateHolder old) {
    List<X509CertificateHolder> ours =
        certificates.stream()
            .filter(c -> c.getSubjectPublicKeyInfo().equals(old.getSubjectPublicKeyInfo()))
            .toList();
    if (ours.isEmpty()) {
      report.problem(
          "renewal_other_key", "No certificate in the answer is for the requested key.", "");
    } else if (ours.contains(old)) {
      report.warning(
          "renewal_same_certificate",
          "A renewal is answered with the certificate that was to be renewed.",
          "Issue a new one: the device asks again and again, and then its certificate ends.");
    } else {
      report.ok("renewal_works", "The certificate renews itself by RenewalReq.");
    }
  }

  private void refused(FailInfo failInfo, Optional<String> text) {
    String words = ReplyShapeCheck.describe(failInfo, text);
    switch (failInfo) {
      case BAD_ALG, BAD_MESSAGE_CHECK ->
          report.warning(
              "renewal_refused",
              "A renewal is refused: " + words + ", though the same enrolls.",
              FailureHints.ofRenewal(failInfo, text.orElse("")));
      case BAD_REQUEST, BAD_TIME, BAD_CERT_ID -> {
        if (text.filter(FailureHints.TOO_EARLY::equals).isPresent()) {
          report.note(
              "renewal_too_early",
              "A certificate this fresh is not renewed yet: " + words + ".",
              "That is as it should be, if devices begin no earlier than the server's window.");
        } else {
          report.note(
              "renewal_refused",
              "A certificate this fresh is not renewed: " + words + ".",
              "A server that renews only near the end does so; whether this one does, its log or"
                  + " a renewal near the end will say.");
        }
      }
    }
  }
}
