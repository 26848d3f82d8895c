package org.certctl.scep.cms;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.cms.IssuerAndSerialNumber;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Certificate;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.cert.X509CertificateHolder;

/// How CMS names a certificate: by issuer and serial number or by subject key identifier (RFC 5652,
/// sections 5.3 and 6.2.1).
final class SignerIdentity {
  private SignerIdentity() {}

  /// The first certificate that a signer identifier names.
  static Optional<X509CertificateHolder> select(
      ASN1Encodable identifier, List<? extends ASN1Encodable> certificates) {
    for (ASN1Encodable element : certificates) {
      Optional<X509CertificateHolder> certificate = certificate(element);
      if (certificate.isPresent() && names(identifier, certificate.get())) {
        return certificate;
      }
    }
    return Optional.empty();
  }

  /// Whether an identifier, of signer or recipient, names a certificate. A certificate without a
  /// subject key identifier cannot be named by one.
  static boolean names(ASN1Encodable identifier, X509CertificateHolder certificate) {
    try {
      if (identifier instanceof ASN1OctetString keyIdentifier) {
        Extension extension = certificate.getExtension(Extension.subjectKeyIdentifier);
        return extension != null
            && Arrays.equals(
                SubjectKeyIdentifier.getInstance(extension.getParsedValue()).getKeyIdentifier(),
                keyIdentifier.getOctets());
      }
      var issuerAndSerial = IssuerAndSerialNumber.getInstance(identifier);
      return issuerAndSerial.getSerialNumber().getValue().equals(certificate.getSerialNumber())
          && sameName(issuerAndSerial.getName(), certificate.getIssuer());
    } catch (RuntimeException e) {
      // The parser's way to report a malformed identifier or extension.
      return false;
    }
  }

  private static boolean sameName(X500Name one, X500Name other) {
    return Arrays.equals(SignedMessage.encode(one, "DER"), SignedMessage.encode(other, "DER"))
        || one.equals(other);
  }

  /// Reads a certificate as tolerantly as the parser can; other elements give nothing.
  static Optional<X509CertificateHolder> certificate(ASN1Encodable element) {
    if (!(element instanceof ASN1Sequence) && !(element instanceof Certificate)) {
      return Optional.empty();
    }
    try {
      var certificate = new X509CertificateHolder(Certificate.getInstance(element));
      Asn1.requireReadable(certificate.getIssuer());
      Asn1.requireReadable(certificate.getSubject());
      return Optional.of(certificate);
    } catch (RuntimeException e) {
      // The parser's way to report a malformed certificate.
      return Optional.empty();
    }
  }
}
