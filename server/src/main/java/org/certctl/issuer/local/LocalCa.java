package org.certctl.issuer.local;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.issuer.StatusLocations;
import org.certctl.keys.KeyPairFiles;
import org.certctl.pki.IssuedCertificate;

/// A CA of this server: its key, its chain, and the issuer they make.
///
/// @param files the key, and the chain from the issuing certificate to the root
/// @param issuer signs for devices
public record LocalCa(KeyPairFiles files, LocalCaIssuer issuer) {

  /// The CA of these files, as the issuer with this id.
  ///
  /// @param locations where its certificates say that their status is found; absent when they say
  ///   nothing
  public static LocalCa of(
      String issuerId, KeyPairFiles files, Optional<StatusLocations> locations) {
    List<IssuedCertificate> chain =
        files.chain().certificates().stream().map(LocalCa::issued).toList();
    return new LocalCa(files, new LocalCaIssuer(issuerId, chain, files.key(), locations));
  }

  /// The issuer's id.
  public String issuerId() {
    return issuer.id();
  }

  /// The issuing certificate.
  public X509CertificateHolder certificate() {
    return files.chain().first();
  }

  /// The issuing certificate first, the root last.
  public List<X509CertificateHolder> chain() {
    return files.chain().certificates();
  }

  /// When the issuing certificate begins.
  public Instant notBefore() {
    return certificate().getNotBefore().toInstant();
  }

  /// When the issuing certificate ends.
  public Instant notAfter() {
    return certificate().getNotAfter().toInstant();
  }

  /// The CA as one that signs certificates of the server itself.
  public Authority authority() {
    return new Authority(certificate(), files.key());
  }

  private static IssuedCertificate issued(X509CertificateHolder holder) {
    try {
      return IssuedCertificate.ofDer(holder.getEncoded());
    } catch (IOException e) {
      throw new IllegalStateException("a parsed certificate can be encoded", e);
    }
  }
}
