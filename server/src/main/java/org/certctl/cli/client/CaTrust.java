package org.certctl.cli.client;

import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.cli.CommandFailedException;
import org.certctl.keys.CertificateSignature;
import org.certctl.pki.Sha256;
import org.certctl.scep.client.CaCertificates;

/// Decides, by a fingerprint that came another way, which of the certificates an endpoint showed
/// can be trusted (RFC 8894, section 2.2).
public final class CaTrust {

  private static final int MAX_CHAIN_LENGTH = 8;

  private CaTrust() {}

  /// Reads a SHA-256 fingerprint: 64 hexadecimal digits, with or without colons or blanks.
  ///
  /// @throws CommandFailedException for wrong usage
  public static Sha256 fingerprint(String text) throws CommandFailedException {
    String digits = text.replaceAll("[:\\s]", "").toLowerCase(Locale.ROOT);
    try {
      return Sha256.ofDigest(HexFormat.of().parseHex(digits));
    } catch (IllegalArgumentException e) {
      throw CommandFailedException.usage(
          "--ca-fingerprint is a SHA-256: 64 hexadecimal digits, with or without colons");
    }
  }

  /// The fingerprint of a certificate.
  public static Sha256 fingerprint(X509CertificateHolder certificate) {
    try {
      return Sha256.over(certificate.getEncoded());
    } catch (java.io.IOException e) {
      throw new IllegalStateException("a parsed certificate can be encoded", e);
    }
  }

  /// What the fingerprint vouches for: the certificate that has it, and those that it signed,
  /// directly or over others; in their order. Absent when no certificate has it.
  ///
  /// Signatures and names are verified, neither dates nor what a CA may do.
  public static Optional<CaCertificates> vouchedFor(CaCertificates ca, Sha256 fingerprint) {
    Optional<X509CertificateHolder> anchor =
        ca.certificates().stream().filter(c -> fingerprint(c).equals(fingerprint)).findFirst();
    return anchor.map(
        root ->
            new CaCertificates(
                ca.certificates().stream()
                    .filter(c -> leadsTo(c, root, ca.certificates(), MAX_CHAIN_LENGTH))
                    .toList()));
  }

  private static boolean leadsTo(
      X509CertificateHolder certificate,
      X509CertificateHolder anchor,
      List<X509CertificateHolder> all,
      int steps) {
    if (certificate.equals(anchor)) {
      return true;
    }
    return steps > 0
        && all.stream()
            .filter(issuer -> !issuer.equals(certificate) && isCa(issuer))
            .filter(issuer -> CertificateSignature.isDirectlyIssuedBy(certificate, issuer))
            .anyMatch(issuer -> leadsTo(issuer, anchor, all, steps - 1));
  }

  /// Whether a certificate is that of a CA (RFC 5280, section 4.2.1.9).
  public static boolean isCa(X509CertificateHolder certificate) {
    var constraints =
        org.bouncycastle.asn1.x509.BasicConstraints.fromExtensions(certificate.getExtensions());
    return constraints != null && constraints.isCA();
  }
}
