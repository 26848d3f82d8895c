package org.certctl.scep.client;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509CertificateHolder;

/// The answer to GetCACert, with the roles of the certificates told apart (RFC 8894, section 4.2).
///
/// Nothing is verified: compare a fingerprint before trusting it.
///
/// @param certificates the certificates in their order, at least one
public record CaCertificates(List<X509CertificateHolder> certificates) {
  /// Copies the list and refuses an empty one.
  public CaCertificates {
    certificates = List.copyOf(certificates);
    if (certificates.isEmpty()) {
      throw new IllegalArgumentException("at least one certificate is needed");
    }
  }

  /// The certificate to encrypt requests to: an RA's for encryption, else the CA's.
  public X509CertificateHolder recipient() {
    return first(c -> !isCa(c) && allows(c, KeyUsage.keyEncipherment))
        .or(() -> first(c -> !isCa(c) && allows(c, KeyUsage.dataEncipherment)))
        .orElseGet(this::issuer);
  }

  /// The certificate that signs answers: an RA's for signatures, else the CA's.
  public X509CertificateHolder signer() {
    return first(c -> !isCa(c) && allows(c, KeyUsage.digitalSignature)).orElseGet(this::issuer);
  }

  /// The certificate of the CA that issues: the one above the RA, else the lowest CA.
  public X509CertificateHolder issuer() {
    Optional<X509CertificateHolder> registrar = first(c -> !isCa(c));
    return registrar
        .flatMap(ra -> first(c -> isCa(c) && c.getSubject().equals(ra.getIssuer())))
        .or(() -> first(c -> isCa(c) && !isAboveAnother(c)))
        .or(() -> first(CaCertificates::isCa))
        .orElseGet(() -> certificates.get(0));
  }

  /// The self-issued certificates.
  public List<X509CertificateHolder> roots() {
    return certificates.stream().filter(c -> c.getSubject().equals(c.getIssuer())).toList();
  }

  /// The certificates an answer may be signed with: those of RAs that may sign, and the issuer's.
  public List<X509CertificateHolder> signers() {
    var issuer = issuer();
    return certificates.stream()
        .filter(c -> c.equals(issuer) || (!isCa(c) && allows(c, KeyUsage.digitalSignature)))
        .toList();
  }

  private boolean isAboveAnother(X509CertificateHolder certificate) {
    return certificates.stream()
        .anyMatch(
            c ->
                !c.equals(certificate)
                    && isCa(c)
                    && c.getIssuer().equals(certificate.getSubject()));
  }

  private Optional<X509CertificateHolder> first(Predicate<X509CertificateHolder> condition) {
    return certificates.stream().filter(condition).findFirst();
  }

  private static boolean isCa(X509CertificateHolder certificate) {
    Extension extension = certificate.getExtension(Extension.basicConstraints);
    return extension != null && BasicConstraints.getInstance(extension.getParsedValue()).isCA();
  }

  private static boolean allows(X509CertificateHolder certificate, int usage) {
    Extension extension = certificate.getExtension(Extension.keyUsage);
    return extension == null || KeyUsage.getInstance(extension.getParsedValue()).hasUsages(usage);
  }
}
