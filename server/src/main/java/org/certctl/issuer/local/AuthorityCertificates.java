package org.certctl.issuer.local;

import java.io.IOException;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Optional;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.X509ExtensionUtils;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.bc.BcX509ExtensionUtils;
import org.certctl.issuer.StatusLocations;
import org.certctl.pki.BufferedContentSigner;
import org.certctl.pki.CaLimits;
import org.certctl.pki.SerialNumber;
import org.certctl.pki.Signer;

/// Makes the certificates that a CA of this server needs for itself: roots, issuing CAs, RAs and
/// OCSP responders (RFC 5280; RFC 8894, section 2.1.2; RFC 6960).
public final class AuthorityCertificates {

  /// How long before its making a certificate becomes valid: clocks of devices are slow.
  public static final Duration BACKDATED = Duration.ofMinutes(5);

  private static final int MAX_COMMON_NAME_LENGTH = 64;

  private final Instant now;
  private final SecureRandom random;
  private final X509ExtensionUtils extensions = new BcX509ExtensionUtils();

  /// @param now the present instant
  /// @param random for serial numbers
  public AuthorityCertificates(Instant now, SecureRandom random) {
    this.now = now;
    this.random = random;
  }

  /// A self-signed CA.
  ///
  /// @param keyUsage what its key may do, as in {@link KeyUsage}
  /// @param limits what it allows below it
  public X509CertificateHolder root(
      X500Name name,
      SubjectPublicKeyInfo publicKey,
      Signer signer,
      Instant notAfter,
      int keyUsage,
      CaLimits limits)
      throws IOException {
    X509v3CertificateBuilder builder = builder(name, name, publicKey, notAfter);
    addCaExtensions(builder, keyUsage, limits);
    return signed(builder, signer);
  }

  /// A CA below another.
  ///
  /// @param keyUsage what its key may do, as in {@link KeyUsage}
  /// @param limits what it allows below it; with path length 0 it issues to devices and to no
  ///   further CA
  /// @param locations where its own status and its issuer are found; absent when it says nothing
  public X509CertificateHolder issuingCa(
      Authority upper,
      X500Name name,
      SubjectPublicKeyInfo publicKey,
      Instant notAfter,
      int keyUsage,
      CaLimits limits,
      Optional<StatusLocations> locations)
      throws IOException {
    X509v3CertificateBuilder builder = issuedBy(upper, name, publicKey, notAfter);
    addCaExtensions(builder, keyUsage, limits);
    if (locations.isPresent()) {
      if (locations.get().distributionPoints().isPresent()) {
        builder.addExtension(
            Extension.cRLDistributionPoints, false, locations.get().distributionPoints().get());
      }
      builder.addExtension(
          Extension.authorityInfoAccess, false, locations.get().informationAccess());
    }
    return signed(builder, upper.signer());
  }

  private static void addCaExtensions(
      X509v3CertificateBuilder builder, int keyUsage, CaLimits limits) throws IOException {
    builder.addExtension(Extension.basicConstraints, true, limits.basicConstraints());
    builder.addExtension(Extension.keyUsage, true, new KeyUsage(keyUsage));
    if (limits.names().isPresent()) {
      builder.addExtension(Extension.nameConstraints, true, limits.names().get());
    }
  }

  /// An RA of a CA: signs replies and opens envelopes, is no CA, and has no extended key usage.
  public X509CertificateHolder registrationAuthority(
      Authority ca, X500Name name, SubjectPublicKeyInfo publicKey, Instant notAfter)
      throws IOException {
    X509v3CertificateBuilder builder = issuedBy(ca, name, publicKey, notAfter);
    builder.addExtension(
        Extension.keyUsage,
        true,
        new KeyUsage(KeyUsage.digitalSignature | KeyUsage.keyEncipherment));
    return signed(builder, ca.signer());
  }

  /// An OCSP responder of a CA, about whose own status nobody need ask (RFC 6960, section
  /// 4.2.2.2.1).
  public X509CertificateHolder ocspResponder(
      Authority ca, X500Name name, SubjectPublicKeyInfo publicKey, Instant notAfter)
      throws IOException {
    X509v3CertificateBuilder builder = issuedBy(ca, name, publicKey, notAfter);
    builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
    builder.addExtension(
        Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_OCSPSigning));
    builder.addExtension(OCSPObjectIdentifiers.id_pkix_ocsp_nocheck, false, DERNull.INSTANCE);
    return signed(builder, ca.signer());
  }

  /// A CA's name with another common name, cut to its longest length.
  public static X500Name nameBeside(X500Name ca, String commonName) {
    X500NameBuilder name = new X500NameBuilder(BCStyle.INSTANCE);
    for (RDN part : ca.getRDNs()) {
      if (part.isMultiValued() || !part.getFirst().getType().equals(BCStyle.CN)) {
        name.addMultiValuedRDN(part.getTypesAndValues());
      }
    }
    name.addRDN(
        BCStyle.CN, commonName.substring(0, Math.min(commonName.length(), MAX_COMMON_NAME_LENGTH)));
    return name.build();
  }

  /// A certificate to be completed by further extensions; it has the identifiers of both keys.
  public X509v3CertificateBuilder issuedBy(
      Authority ca, X500Name subject, SubjectPublicKeyInfo publicKey, Instant notAfter)
      throws IOException {
    X509v3CertificateBuilder builder =
        builder(ca.certificate().getSubject(), subject, publicKey, notAfter);
    builder.addExtension(
        Extension.authorityKeyIdentifier,
        false,
        extensions.createAuthorityKeyIdentifier(ca.certificate()));
    return builder;
  }

  /// Signs what is complete.
  public X509CertificateHolder signed(X509v3CertificateBuilder builder, Signer signer) {
    return builder.build(new BufferedContentSigner(signer));
  }

  private X509v3CertificateBuilder builder(
      X500Name issuer, X500Name subject, SubjectPublicKeyInfo publicKey, Instant notAfter)
      throws IOException {
    BigInteger serialNumber = SerialNumber.random(random).value();
    X509v3CertificateBuilder builder =
        new X509v3CertificateBuilder(
            issuer,
            serialNumber,
            Date.from(now.minus(BACKDATED)),
            Date.from(notAfter),
            subject,
            publicKey);
    builder.addExtension(
        Extension.subjectKeyIdentifier, false, extensions.createSubjectKeyIdentifier(publicKey));
    return builder;
  }
}
