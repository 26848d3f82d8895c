package org.certctl.cli.probe;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.cms.ContentInfo;
import org.bouncycastle.asn1.cms.SignedData;
import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.outbound.HttpAnswer;
import org.certctl.scep.ScepFormatException;
import org.certctl.scep.client.CaCertificates;
import org.certctl.scep.cms.CertsOnly;
import org.certctl.scep.cms.Limits;
import org.certctl.scep.http.MediaTypes;

/// The form of the answer to GetCACert: media type, encoding, container (RFC 8894, section 4.2).
///
/// Reads more than it approves of, so that the certificates can be looked at all the same.
final class CaEncodingCheck {

  private static final String PEM_BEGIN = "-----BEGIN";

  private final Findings.Reporter report;

  CaEncodingCheck(Findings findings) {
    this.report = findings.about(Topic.CA_CERTIFICATES);
  }

  /// Looks at the answer and returns the certificates; absent when none can be read.
  Optional<CaCertificates> run(HttpAnswer answer) {
    if (answer.status() != 200) {
      report.problem("ca_missing", "GetCACert is answered with HTTP " + answer.status() + ".", "");
      return Optional.empty();
    }
    byte[] der = binary(answer.body());
    lengths(der);
    Optional<X509CertificateHolder> single = certificate(der);
    if (single.isPresent()) {
      mediaType(answer, MediaTypes.CA_CERT, "one certificate");
      return Optional.of(new CaCertificates(List.of(single.get())));
    }
    Optional<CertsOnly> several = container(der);
    if (several.isEmpty()) {
      report.problem(
          "ca_unreadable",
          "The answer to GetCACert is neither a certificate nor a certs-only message ("
              + answer.body().length
              + " octets).",
          "");
      return Optional.empty();
    }
    mediaType(answer, MediaTypes.CA_RA_CERT, "a certs-only message");
    return contents(several.get());
  }

  private Optional<CaCertificates> contents(CertsOnly several) {
    List<X509CertificateHolder> certificates = several.certificates();
    if (certificates.isEmpty()) {
      report.problem("ca_empty", "There is no certificate in the certs-only message.", "");
      return Optional.empty();
    }
    if (certificates.size() == 1) {
      report.warning(
          "ca_needless_container",
          "A single certificate comes in a certs-only message.",
          "Send it bare, as application/x-x509-ca-cert (RFC 8894, section 4.2.1.1).",
          Clients.APPLE);
    }
    if (!several.crls().isEmpty()) {
      report.note("ca_with_crl", "There are CRLs beside the certificates.", "Leave them out.");
    }
    return Optional.of(new CaCertificates(certificates));
  }

  /// The octets that were meant, when they came as text.
  private byte[] binary(byte[] body) {
    String text = new String(body, StandardCharsets.ISO_8859_1).strip();
    if (text.startsWith(PEM_BEGIN)) {
      report.problem(
          "ca_pem",
          "The certificates come as PEM.",
          "Send DER (RFC 8894, section 4.2.1).",
          Clients.APPLE,
          Clients.WINDOWS,
          Clients.JSCEP,
          Clients.STRONGSWAN,
          Clients.CERTMONGER);
      List<String> lines = new ArrayList<>();
      for (String line : text.lines().skip(1).toList()) {
        if (line.startsWith("-----")) {
          break;
        }
        lines.add(line.strip());
      }
      return decoded(String.join("", lines)).orElse(body);
    }
    if (text.startsWith("MI")) {
      Optional<byte[]> decoded = decoded(text.replaceAll("\\s", ""));
      if (decoded.isPresent()) {
        report.problem(
            "ca_base64",
            "The certificates come as base64.",
            "Send DER (RFC 8894, section 4.2.1).",
            Clients.APPLE,
            Clients.WINDOWS,
            Clients.JSCEP,
            Clients.STRONGSWAN);
        return decoded.get();
      }
    }
    return body;
  }

  private static Optional<byte[]> decoded(String base64) {
    try {
      return Optional.of(Base64.getDecoder().decode(base64));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private void lengths(byte[] der) {
    Optional<Ber> measured = Ber.measure(der);
    if (measured.isEmpty()) {
      return;
    }
    if (measured.get().end() < der.length) {
      report.problem(
          "ca_trailing_octets",
          (der.length - measured.get().end()) + " octets follow the certificates.",
          "Send nothing after the encoding, not even a line end.",
          Clients.CERTMONGER,
          Clients.JSCEP);
    }
    if (measured.get().indefinite()) {
      report.warning(
          "ca_indefinite_length",
          "The encoding uses indefinite lengths (BER).",
          "Encode with definite lengths, as DER does.",
          Clients.STRONGSWAN,
          Clients.CERTMONGER);
    }
  }

  private static Optional<X509CertificateHolder> certificate(byte[] der) {
    try {
      return Optional.of(new X509CertificateHolder(first(der)));
    } catch (IOException | RuntimeException e) {
      // The parser's two ways to say that this is no certificate.
      return Optional.empty();
    }
  }

  private Optional<CertsOnly> container(byte[] der) {
    byte[] message = first(der);
    try {
      CertsOnly read = CertsOnly.parse(message, Limits.defaults());
      SignedData data =
          SignedData.getInstance(
              ContentInfo.getInstance(ASN1Primitive.fromByteArray(message)).getContent());
      if (data.getSignerInfos().size() > 0 || data.getEncapContentInfo().getContent() != null) {
        report.note(
            "ca_not_degenerate",
            "The certs-only message is signed or has content, which means nothing.",
            "Leave both out (RFC 8894, section 3.4).");
      }
      return Optional.of(read);
    } catch (ScepFormatException | IOException | RuntimeException e) {
      // Whatever the parser objects to, this is no certs-only message.
      return Optional.empty();
    }
  }

  private static byte[] first(byte[] der) {
    return Ber.measure(der).map(b -> java.util.Arrays.copyOf(der, b.end())).orElse(der);
  }

  private void mediaType(HttpAnswer answer, String right, String what) {
    String whole = answer.field("Content-Type").orElse("");
    int semicolon = whole.indexOf(';');
    String type = (semicolon < 0 ? whole : whole.substring(0, semicolon)).strip();
    if (!type.equalsIgnoreCase(right)) {
      report.problem(
          "ca_media_type",
          "The answer is " + what + ", but its media type is \"" + type + "\".",
          "Send " + right + "; clients decide by it how to read.",
          Clients.APPLE,
          Clients.CERTMONGER,
          Clients.JSCEP,
          Clients.SSCEP,
          Clients.MICROMDM);
    } else if (semicolon >= 0 || !type.equals(right)) {
      report.warning(
          "ca_media_type_form",
          "The media type is \"" + whole + "\".",
          "Send exactly " + right + "; some clients compare it whole.",
          Clients.APPLE,
          Clients.CERTMONGER,
          Clients.MICROMDM);
    }
  }
}
