package org.certctl.cli.probe;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1String;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.util.IPAddress;
import org.certctl.outbound.TlsObservation;
import org.certctl.pki.Names;

/// What a device sees before it can say anything: versions, certificate, name, trust.
final class TlsCheck {

  private static final Duration SOON = Duration.ofDays(30);

  private final ProbedServer server;
  private final Findings.Reporter report;
  private final Instant now;

  TlsCheck(ProbedServer server, Findings findings, Instant now) {
    this.server = server;
    this.report = findings.about(Topic.TLS);
    this.now = now;
  }

  /// Shakes hands as often as needed.
  void run() {
    try {
      TlsObservation seen = server.shakeHands();
      report.ok("tls_handshake", "Speaks " + seen.protocol() + " with " + seen.cipherSuite() + ".");
      clientCertificate(seen);
      trust(seen);
      X509CertificateHolder certificate = seen.chain().getFirst();
      validity(certificate);
      name(certificate);
    } catch (IOException e) {
      report.problem("tls_failed", "No handshake: " + e.getMessage() + ".", "");
      return;
    }
    version(
        "TLSv1.2",
        () ->
            report.warning(
                "tls_no_1_2",
                "Does not speak TLS 1.2.",
                "Allow it beside 1.3; many devices know nothing newer.",
                Clients.OLD_DEVICES));
    version("TLSv1.3", () -> report.note("tls_no_1_3", "Does not speak TLS 1.3.", "Allow it."));
  }

  private void version(String version, Runnable missing) {
    try {
      server.shakeHands(version);
    } catch (IOException e) {
      missing.run();
    }
  }

  private void clientCertificate(TlsObservation seen) {
    if (seen.clientCertificateRequested()) {
      report.warning(
          "tls_client_certificate",
          "Asks for a client certificate, which a device that enrolls does not have.",
          "Do not ask on the SCEP port: some clients show a dialog, others give up.",
          Clients.APPLE,
          Clients.WINDOWS);
    }
  }

  private void trust(TlsObservation seen) {
    if (seen.distrust().isEmpty()) {
      report.ok("tls_trusted", "The certificate is trusted here.");
      return;
    }
    X509CertificateHolder last = seen.chain().getLast();
    boolean complete = last.getSubject().equals(last.getIssuer()) || seen.chain().size() > 1;
    report.warning(
        "tls_untrusted",
        "Not trusted: "
            + seen.distrust().get()
            + ". Issued by "
            + Names.text(seen.chain().getFirst().getIssuer())
            + ".",
        complete
            ? "Devices that do not have this CA yet cannot connect: use a public certificate, offer"
                + " plain HTTP, or say with --cacert whom your devices trust."
            : "The server sends its own certificate only: send those of the intermediate CAs too.",
        Clients.APPLE,
        Clients.WINDOWS);
  }

  private void validity(X509CertificateHolder certificate) {
    Instant end = certificate.getNotAfter().toInstant();
    if (now.isAfter(end)) {
      report.problem("tls_expired", "The certificate expired " + end + ".", "Renew it.");
    } else if (now.isBefore(certificate.getNotBefore().toInstant())) {
      report.problem(
          "tls_not_yet_valid",
          "The certificate is valid only from " + certificate.getNotBefore().toInstant() + ".",
          "Check the clocks.");
    } else if (now.plus(SOON).isAfter(end)) {
      report.warning("tls_expires_soon", "The certificate expires " + end + ".", "Renew it.");
    }
  }

  private void name(X509CertificateHolder certificate) {
    String host = host(server.url());
    if (isFor(certificate, host)) {
      report.ok("tls_name", "The certificate is for " + host + ".");
    } else {
      report.problem(
          "tls_wrong_name",
          "The certificate is not for " + host + ".",
          "Devices compare the subjectAltName with the URL: use a name it holds, or another"
              + " certificate.");
    }
  }

  private static String host(URI url) {
    String host = String.valueOf(url.getHost());
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  /// Whether the subjectAltName holds this host (RFC 9525); the common name does not count.
  static boolean isFor(X509CertificateHolder certificate, String host) {
    GeneralNames names =
        GeneralNames.fromExtensions(certificate.getExtensions(), Extension.subjectAlternativeName);
    if (names == null) {
      return false;
    }
    for (GeneralName name : names.getNames()) {
      boolean matches =
          switch (name.getTagNo()) {
            case GeneralName.dNSName -> dnsMatches(((ASN1String) name.getName()).getString(), host);
            case GeneralName.iPAddress ->
                addressMatches(ASN1OctetString.getInstance(name.getName()).getOctets(), host);
            default -> false;
          };
      if (matches) {
        return true;
      }
    }
    return false;
  }

  private static boolean dnsMatches(String pattern, String host) {
    String wanted = host.toLowerCase(Locale.ROOT);
    String offered = pattern.toLowerCase(Locale.ROOT);
    if (!offered.startsWith("*.")) {
      return offered.equals(wanted);
    }
    int dot = wanted.indexOf('.');
    return dot > 0 && wanted.substring(dot).equals(offered.substring(1));
  }

  private static boolean addressMatches(byte[] octets, String host) {
    return IPAddress.isValid(host)
        && java.util.Arrays.equals(octets, InetAddress.ofLiteral(host).getAddress());
  }
}
