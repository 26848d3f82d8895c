package org.certctl.cli.probe;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.cli.client.FailureHints;
import org.certctl.cli.probe.ProbeMessages.Reply;
import org.certctl.cli.probe.ProbeMessages.Sent;
import org.certctl.keys.CertificateSignature;
import org.certctl.pki.IssuedCertificate;
import org.certctl.scep.client.CaCertificates;
import org.certctl.scep.client.CertRep;
import org.certctl.secret.Secret;

/// A real enrollment, and a look at the certificate and what it came in.
final class EnrollmentCheck {

  private static final Duration SHORT = Duration.ofDays(2);

  private final ProbedServer server;
  private final ProbeMessages messages;
  private final CaCertificates ca;
  private final Instant now;
  private final Findings.Reporter report;
  private final ReplyShapeCheck shape;

  EnrollmentCheck(
      ProbedServer server,
      ProbeMessages messages,
      CaCertificates ca,
      Instant now,
      Findings findings) {
    this.server = server;
    this.messages = messages;
    this.ca = ca;
    this.now = now;
    this.report = findings.about(Topic.ENROLLMENT);
    this.shape = new ReplyShapeCheck(report);
  }

  /// Enrolls.
  ///
  /// @return the certificate; absent when there is none for our key
  Optional<X509CertificateHolder> run(Secret challenge) {
    Sent sent = messages.enrollment(challenge.revealText());
    try {
      Reply reply = post(sent);
      switch (reply) {
        case Reply.Signed signed -> {
          shape.run(signed);
          return rep(signed.rep(), sent);
        }
        case Reply.Unusable unusable -> shape.unusable("The answer to an enrollment", unusable);
        case Reply.Status(int status) ->
            report.problem(
                "enrollment_status", "An enrollment is answered with HTTP " + status + ".", "");
      }
    } catch (IOException e) {
      report.problem("enrollment_broken", "An enrollment breaks: " + e.getMessage() + ".", "");
    }
    return Optional.empty();
  }

  private Reply post(Sent sent) throws IOException {
    return messages.read(
        server.send(
            ProbedServer.Query.post("operation=PKIOperation", sent.octets())
                .with("Content-Type", "application/x-pki-message")),
        sent);
  }

  private Optional<X509CertificateHolder> rep(CertRep rep, Sent sent) throws IOException {
    switch (rep) {
      case CertRep.Failure(var failInfo, var text) ->
          report.problem(
              "enrollment_refused",
              "Refused: " + ReplyShapeCheck.describe(failInfo, text) + ".",
              FailureHints.hint(failInfo, text.orElse("")));
      case CertRep.Pending _ ->
          report.note(
              "enrollment_pending", "The request of the probe waits for somebody's decision.", "");
      case CertRep.Success success -> {
        Optional<X509CertificateHolder> ours = issued(success.content().certificates());
        again(success, sent);
        return ours;
      }
    }
    return Optional.empty();
  }

  private Optional<X509CertificateHolder> issued(List<X509CertificateHolder> certificates)
      throws IOException {
    byte[] key = messages.device().keyPair().getPublic().getEncoded();
    Optional<X509CertificateHolder> ours = Optional.empty();
    for (X509CertificateHolder certificate : certificates) {
      if (Arrays.equals(certificate.getSubjectPublicKeyInfo().getEncoded(), key)) {
        ours = Optional.of(certificate);
        break;
      }
    }
    if (ours.isEmpty()) {
      report.problem(
          "enrollment_other_key", "No certificate in the answer is for the requested key.", "");
      return ours;
    }
    if (!certificates.getFirst().equals(ours.get())) {
      report.problem(
          "enrollment_order",
          "The issued certificate does not come first in the answer.",
          "Put it first and do not let DER sort the set; these clients take the first.",
          Clients.APPLE,
          Clients.MICROMDM,
          Clients.CERTMONGER);
    } else if (certificates.size() > 1) {
      report.note(
          "enrollment_chain",
          "The answer holds " + (certificates.size() - 1) + " more certificates.",
          "Cisco wants the CA's, Juniper and some others want none.",
          "Juniper");
    }
    certificate(ours.get());
    return ours;
  }

  private void certificate(X509CertificateHolder certificate) throws IOException {
    IssuedCertificate issued = IssuedCertificate.ofDer(certificate.getEncoded());
    report.ok(
        "enrollment_issued",
        "Issued "
            + issued.subjectText()
            + ", serial "
            + issued.serialNumber()
            + ", until "
            + issued.notAfter()
            + ".");
    if (ca.certificates().stream()
        .noneMatch(issuer -> CertificateSignature.isDirectlyIssuedBy(certificate, issuer))) {
      report.problem(
          "enrollment_foreign_issuer",
          "The certificate is not signed by a CA that GetCACert shows.",
          "Show the CA that issues.",
          Clients.APPLE,
          Clients.STRONGSWAN);
    }
    if (!certificate.getSubject().equals(messages.subject())) {
      report.note("enrollment_subject", "The subject is another than was asked for.", "");
    }
    if (!issued.subjectAltNames().contains("DNS:certctl-probe.invalid")) {
      report.note(
          "enrollment_names", "The DNS name that was asked for is not in the certificate.", "");
    }
    ExtendedKeyUsage usage = ExtendedKeyUsage.fromExtensions(certificate.getExtensions());
    if (usage != null && !usage.hasKeyPurposeId(KeyPurposeId.id_kp_clientAuth)) {
      report.note(
          "enrollment_no_client_auth",
          "The certificate is not for client authentication, which 802.1X and VPN need.",
          "");
    }
    if (issued.notBefore().isAfter(now)) {
      report.warning(
          "enrollment_not_yet_valid",
          "The certificate is not valid yet (" + issued.notBefore() + ").",
          "Backdate notBefore a little: clocks of devices differ.",
          Clients.OLD_DEVICES);
    }
    if (Duration.between(now, issued.notAfter()).compareTo(SHORT) < 0) {
      report.note("enrollment_short", "The certificate is valid for less than two days.", "");
    }
  }

  private void again(CertRep.Success first, Sent sent) throws IOException {
    boolean same =
        post(sent) instanceof Reply.Signed signed
            && signed.rep() instanceof CertRep.Success second
            && second.content().certificates().equals(first.content().certificates());
    if (same) {
      report.ok("enrollment_repeated", "The same message sent again gets the same certificate.");
    } else {
      report.warning(
          "enrollment_repeated",
          "The same message sent again gets another answer.",
          "A device that lost the answer repeats its message; give it the same certificate.",
          Clients.MICROMDM,
          Clients.OLD_DEVICES);
    }
  }
}
