package org.certctl.setup;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.certctl.issuer.local.Authority;
import org.certctl.issuer.local.AuthorityCertificates;
import org.certctl.pki.Signer;

/// Names, lifetimes and usages of the certificates of a new data directory.
final class CertificateMaker {

  private static final Duration ROOT_LIFETIME = Duration.ofDays(3653);
  private static final Duration ISSUING_LIFETIME = Duration.ofDays(1826);
  private static final Duration TLS_LIFETIME = Duration.ofDays(397);
  private static final int MAX_COMMON_NAME_LENGTH = 64;

  private final String organization;
  private final String distinction;
  private final Instant now;
  private final AuthorityCertificates certificates;

  /// @param organization what stands in the names
  /// @param now the present instant
  /// @param random for serial numbers, and for a short mark in the names of the CAs, so that those
  ///   of two directories with the same organization are never mistaken for each other
  CertificateMaker(String organization, Instant now, SecureRandom random) {
    this.organization = organization;
    this.now = now;
    this.certificates = new AuthorityCertificates(now, random);
    distinction = String.format(Locale.ROOT, "%06X", random.nextInt(1 << 24));
  }

  X509CertificateHolder root(SubjectPublicKeyInfo publicKey, Signer signer) throws IOException {
    return certificates.root(
        name("Root CA " + distinction),
        publicKey,
        signer,
        endOf(ROOT_LIFETIME),
        KeyUsage.keyCertSign | KeyUsage.cRLSign);
  }

  X509CertificateHolder issuingCa(Authority root, SubjectPublicKeyInfo publicKey)
      throws IOException {
    return certificates.issuingCa(
        root,
        name("Issuing CA " + distinction),
        publicKey,
        endOf(ISSUING_LIFETIME),
        KeyUsage.keyCertSign | KeyUsage.cRLSign | KeyUsage.digitalSignature);
  }

  X509CertificateHolder tlsServer(
      Authority issuingCa, SubjectPublicKeyInfo publicKey, List<Host> hosts) throws IOException {
    X500NameBuilder subject = new X500NameBuilder(BCStyle.INSTANCE);
    String first = hosts.getFirst().text();
    subject.addRDN(BCStyle.CN, first.length() <= MAX_COMMON_NAME_LENGTH ? first : "certctl server");
    X509v3CertificateBuilder builder =
        certificates.issuedBy(issuingCa, subject.build(), publicKey, endOf(TLS_LIFETIME));
    builder.addExtension(
        Extension.keyUsage,
        true,
        new KeyUsage(KeyUsage.digitalSignature | KeyUsage.keyEncipherment));
    builder.addExtension(
        Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
    builder.addExtension(
        Extension.subjectAlternativeName,
        false,
        new GeneralNames(hosts.stream().map(Host::generalName).toArray(GeneralName[]::new)));
    return certificates.signed(builder, issuingCa.signer());
  }

  private Instant endOf(Duration lifetime) {
    return now.minus(AuthorityCertificates.BACKDATED).plus(lifetime).minusSeconds(1);
  }

  private X500Name name(String role) {
    return new X500NameBuilder(BCStyle.INSTANCE)
        .addRDN(BCStyle.O, organization)
        .addRDN(BCStyle.CN, organization + " " + role)
        .build();
  }
}
