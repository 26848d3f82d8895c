package org.certctl.issuer;

import java.util.Optional;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.certctl.pki.IssuedCertificate;
import org.certctl.pki.Signer;
import org.certctl.pki.SigningUnavailableException;

/// An issuer whose revocation lists are made here and signed with its key (RFC 5280, section 5).
public interface CrlSigner {

  /// The issuer's id.
  String id();

  /// The certificate of the key that signs; its subject is the CRL's issuer.
  IssuedCertificate crlIssuer();

  /// Whether that certificate allows its key to sign CRLs (RFC 5280, section 4.2.1.3); one that
  /// says nothing about its use does.
  default boolean maySignCrls() {
    Extensions extensions = crlIssuer().holder().getExtensions();
    KeyUsage usage = extensions == null ? null : KeyUsage.fromExtensions(extensions);
    return usage == null || usage.hasUsages(KeyUsage.cRLSign);
  }

  /// The key identifier for the CRL's authorityKeyIdentifier (RFC 5280, section 5.2.1).
  byte[] authorityKeyIdentifier();

  /// The URL of the CRL of everything, as it stands in certificates; absent when they name none.
  Optional<String> crlLocation();

  /// Into how many partitions, each with a CRL of its own, what it issues is divided; 0 when it is
  /// not.
  int crlPartitions();

  /// The signature algorithm.
  AlgorithmIdentifier crlSignatureAlgorithm();

  /// Begins the signature over one TBSCertList.
  ///
  /// @throws SigningUnavailableException when the key cannot be used just now
  Signer.Signing beginCrl() throws SigningUnavailableException;
}
