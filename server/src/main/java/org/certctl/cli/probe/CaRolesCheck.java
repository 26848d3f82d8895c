package org.certctl.cli.probe;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSAPublicKey;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.cli.client.CaTrust;
import org.certctl.keys.CertificateSignature;
import org.certctl.pki.Names;
import org.certctl.pki.Sha256;
import org.certctl.scep.client.CaCertificates;

/// Who is who among the CA's certificates, and whether clients will agree (RFC 8894, sections 2.1.2
/// and 4.2).
final class CaRolesCheck {

  private static final Duration SOON = Duration.ofDays(30);
  private static final int MIN_RSA_BITS = 2048;

  private final Findings.Reporter report;
  private final CaCertificates ca;
  private final Instant now;
  private final List<X509CertificateHolder> authorities;
  private final List<X509CertificateHolder> registrars;

  CaRolesCheck(Findings findings, CaCertificates ca, Instant now) {
    this.report = findings.about(Topic.CA_CERTIFICATES);
    this.ca = ca;
    this.now = now;
    this.authorities = ca.certificates().stream().filter(CaTrust::isCa).toList();
    this.registrars = ca.certificates().stream().filter(c -> !CaTrust.isCa(c)).toList();
  }

  /// Looks at all certificates.
  ///
  /// @param fingerprint what the CA is expected to have
  void run(Optional<Sha256> fingerprint) {
    if (authorities.isEmpty()) {
      report.problem(
          "ca_no_ca",
          "None of the certificates is that of a CA (basicConstraints).",
          "Send the issuing CA's certificate along.",
          Clients.STRONGSWAN,
          Clients.JSCEP,
          Clients.CERTMONGER);
    } else {
      report.ok("ca_issuer", "Issuing CA: " + Names.text(ca.issuer().getSubject()) + ".");
      report.ok("ca_fingerprint_shown", "SHA-256 " + CaTrust.fingerprint(ca.issuer()).hex());
    }
    fingerprint.ifPresent(this::fingerprint);
    for (X509CertificateHolder certificate : ca.certificates()) {
      validity(certificate);
      algorithms(certificate);
    }
    if (registrars.isEmpty()) {
      withoutRegistrar();
    } else {
      withRegistrars();
    }
    recipientKey();
    if (ca.certificates().size() > 1) {
      chain();
    }
  }

  private void fingerprint(Sha256 expected) {
    Optional<CaCertificates> vouched = CaTrust.vouchedFor(ca, expected);
    if (vouched.isEmpty()) {
      report.problem(
          "ca_wrong_fingerprint",
          "No certificate has the fingerprint " + expected + ".",
          "This is not the CA you expect.");
    } else if (!vouched.get().certificates().contains(ca.recipient())) {
      report.problem(
          "ca_unvouched",
          "The certificate with that fingerprint does not vouch for "
              + Names.text(ca.recipient().getSubject())
              + ".",
          "Somebody may have put a certificate of their own in between.");
    } else {
      report.ok("ca_fingerprint", "The fingerprint is the expected one.");
    }
  }

  private void validity(X509CertificateHolder certificate) {
    String name = Names.text(certificate.getSubject());
    Instant end = certificate.getNotAfter().toInstant();
    if (now.isAfter(end)) {
      report.problem("ca_expired", name + " expired " + end + ".", "Renew it.");
    } else if (now.isBefore(certificate.getNotBefore().toInstant())) {
      report.problem(
          "ca_not_yet_valid",
          name + " is valid only from " + certificate.getNotBefore().toInstant() + ".",
          "Check the clocks.");
    } else if (now.plus(SOON).isAfter(end)) {
      report.warning("ca_expires_soon", name + " expires " + end + ".", "Renew it.");
    }
  }

  private void algorithms(X509CertificateHolder certificate) {
    String name = Names.text(certificate.getSubject());
    int bits = rsaBits(certificate);
    if (bits > 0 && bits < MIN_RSA_BITS) {
      report.problem(
          "ca_small_key",
          name + " has an RSA key of " + bits + " bits.",
          "2048 is the least that clients take.",
          Clients.APPLE,
          Clients.WINDOWS);
    }
    if (bits == 0 && CaTrust.isCa(certificate)) {
      report.note(
          "ca_not_rsa",
          name + " has no RSA key: old devices cannot verify what it signs.",
          "",
          Clients.OLD_DEVICES);
    }
    String signature = certificate.getSignatureAlgorithm().getAlgorithm().getId();
    boolean weak =
        signature.equals(PKCSObjectIdentifiers.sha1WithRSAEncryption.getId())
            || signature.equals(PKCSObjectIdentifiers.md5WithRSAEncryption.getId())
            || signature.equals("1.2.840.10045.4.1");
    if (weak && !certificate.getSubject().equals(certificate.getIssuer())) {
      report.warning(
          "ca_weak_signature",
          name + " is signed with SHA-1 or MD5.",
          "Have it signed anew with SHA-256.",
          Clients.APPLE,
          Clients.WINDOWS,
          Clients.STRONGSWAN);
    }
  }

  private static int rsaBits(X509CertificateHolder certificate) {
    var info = certificate.getSubjectPublicKeyInfo();
    if (!info.getAlgorithm().getAlgorithm().equals(PKCSObjectIdentifiers.rsaEncryption)) {
      return 0;
    }
    try {
      return RSAPublicKey.getInstance(info.parsePublicKey()).getModulus().bitLength();
    } catch (java.io.IOException | IllegalArgumentException e) {
      return 0;
    }
  }

  private void recipientKey() {
    X509CertificateHolder recipient = ca.recipient();
    if (rsaBits(recipient) == 0) {
      report.problem(
          "ca_recipient_not_rsa",
          "Requests would be encrypted to "
              + Names.text(recipient.getSubject())
              + ", which has no RSA key.",
          "Give the endpoint an RA certificate with an RSA key.",
          "all");
    }
  }

  private void withoutRegistrar() {
    X509CertificateHolder issuer = ca.issuer();
    List<String> missing = new ArrayList<>();
    if (!allows(issuer, KeyUsage.digitalSignature)) {
      missing.add("digitalSignature");
    }
    if (!allows(issuer, KeyUsage.keyEncipherment)) {
      missing.add("keyEncipherment");
    }
    if (missing.isEmpty()) {
      report.ok("ca_is_its_own_ra", "The CA itself signs and decrypts; there is no RA.");
    } else {
      report.warning(
          "ca_key_usage",
          "There is no RA, and the CA's key usage lacks "
              + String.join(" and ", missing)
              + " (RFC 8894, section 2.1.2).",
          "Use an RA certificate with both, or a CA certificate that has them; clients that look at"
              + " key usage find no certificate to use.",
          Clients.APPLE,
          Clients.WINDOWS);
    }
  }

  private void withRegistrars() {
    List<X509CertificateHolder> both =
        registrars.stream()
            .filter(
                c -> allows(c, KeyUsage.digitalSignature) && allows(c, KeyUsage.keyEncipherment))
            .toList();
    boolean signs = registrars.stream().anyMatch(c -> allows(c, KeyUsage.digitalSignature));
    boolean encrypts = registrars.stream().anyMatch(c -> allows(c, KeyUsage.keyEncipherment));
    if (!both.isEmpty()) {
      report.ok(
          "ra_roles", "RA: " + Names.text(both.getFirst().getSubject()) + ", signs and decrypts.");
    } else if (signs && encrypts) {
      report.warning(
          "ra_split",
          "One RA certificate signs and another decrypts, as with NDES.",
          "Use a single one with digitalSignature and keyEncipherment.",
          Clients.STRONGSWAN,
          Clients.SSCEP);
    } else {
      report.problem(
          "ra_key_usage",
          "No RA certificate "
              + (encrypts ? "may sign (digitalSignature)." : "may decrypt (keyEncipherment)."),
          "Issue one with digitalSignature and keyEncipherment.",
          Clients.APPLE,
          Clients.JSCEP,
          Clients.WINDOWS);
    }
    X509CertificateHolder issuer = ca.issuer();
    for (X509CertificateHolder registrar : registrars) {
      if (CertificateSignature.isSelfSigned(registrar)) {
        report.problem(
            "ra_self_signed",
            Names.text(registrar.getSubject()) + " is self-signed and no CA.",
            "A CA certificate needs basicConstraints; an RA is issued by the CA.",
            Clients.APPLE,
            Clients.JSCEP,
            Clients.STRONGSWAN);
      } else if (!CertificateSignature.isDirectlyIssuedBy(registrar, issuer)) {
        report.problem(
            "ra_not_issued_by_ca",
            Names.text(registrar.getSubject()) + " is not issued by the CA that issues to devices.",
            "Have the issuing CA itself sign the RA.",
            Clients.JSCEP,
            Clients.APPLE);
      }
    }
    if (CaTrust.isCa(ca.certificates().getFirst())) {
      report.note(
          "ca_order",
          "The RA does not come first; some old clients go by the order.",
          "Order: RA, issuing CA, root; do not let DER sort them.",
          "old sscep",
          Clients.MICROMDM);
    }
  }

  private void chain() {
    List<X509CertificateHolder> roots =
        authorities.stream().filter(CertificateSignature::isSelfSigned).toList();
    if (roots.isEmpty()) {
      report.warning(
          "ca_no_root",
          "The self-signed root is not among the certificates.",
          "Send it too: strongSwan's pki --scepca writes nothing without it, and Apple builds the"
              + " chain from what comes.",
          Clients.STRONGSWAN,
          Clients.APPLE);
    } else if (roots.size() == 1) {
      report.ok("ca_root", "Root: " + Names.text(roots.getFirst().getSubject()) + ".");
    }
    for (X509CertificateHolder certificate : ca.certificates()) {
      boolean anchored =
          ca.certificates().stream()
              .anyMatch(issuer -> CertificateSignature.isDirectlyIssuedBy(certificate, issuer));
      if (!anchored && !roots.isEmpty()) {
        report.warning(
            "ca_foreign_certificate",
            Names.text(certificate.getSubject()) + " does not belong to this chain.",
            "All certificates should lead to one root.",
            Clients.APPLE);
      }
    }
    if (ca.certificates().stream().distinct().count() < ca.certificates().size()) {
      report.note("ca_duplicate", "A certificate comes twice.", "Send each once.");
    }
  }

  private static boolean allows(X509CertificateHolder certificate, int usage) {
    Extension extension = certificate.getExtension(Extension.keyUsage);
    return extension == null || KeyUsage.getInstance(extension.getParsedValue()).hasUsages(usage);
  }
}
