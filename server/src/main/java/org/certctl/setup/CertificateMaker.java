package org.certctl.setup;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
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
import org.certctl.issuer.StatusLocations;
import org.certctl.issuer.local.Authority;
import org.certctl.issuer.local.AuthorityCertificates;
import org.certctl.pki.CaLimits;
import org.certctl.pki.CaNameConstraints;
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

  X509CertificateHolder root(SubjectPublicKeyInfo publicKey, Signer signer, CaLimits limits)
      throws IOException {
    return certificates.root(
        name("Root CA " + distinction),
        publicKey,
        signer,
        endOf(ROOT_LIFETIME),
        KeyUsage.keyCertSign | KeyUsage.cRLSign,
        limits);
  }

  X500Name issuingName() {
    return name("Issuing CA " + distinction);
  }

  X509CertificateHolder issuingCa(
      Authority root,
      SubjectPublicKeyInfo publicKey,
      CaLimits limits,
      Optional<StatusLocations> locations)
      throws IOException {
    return certificates.issuingCa(
        root,
        issuingName(),
        publicKey,
        endOf(ISSUING_LIFETIME),
        KeyUsage.keyCertSign | KeyUsage.cRLSign | KeyUsage.digitalSignature,
        limits,
        locations);
  }

  X509CertificateHolder tlsServer(
      Authority issuingCa, SubjectPublicKeyInfo publicKey, List<Host> hosts) throws IOException {
    Instant upperEnd = issuingCa.certificate().getNotAfter().toInstant();
    Instant end = endOf(TLS_LIFETIME);
    X509v3CertificateBuilder builder =
        certificates.issuedBy(
            issuingCa,
            tlsSubject(issuingCa.certificate(), hosts),
            publicKey,
            end.isBefore(upperEnd) ? end : upperEnd);
    builder.addExtension(
        Extension.keyUsage,
        true,
        new KeyUsage(KeyUsage.digitalSignature | KeyUsage.keyEncipherment));
    builder.addExtension(
        Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
    builder.addExtension(Extension.subjectAlternativeName, false, namesOf(hosts));
    return certificates.signed(builder, issuingCa.signer());
  }

  private static GeneralNames namesOf(List<Host> hosts) {
    return new GeneralNames(hosts.stream().map(Host::generalName).toArray(GeneralName[]::new));
  }

  /// The name of the CA with the first host as common name: within what constrains the names of
  /// RAs, which have the CA's name too.
  private static X500Name tlsSubject(X509CertificateHolder ca, List<Host> hosts) {
    String first = hosts.getFirst().text();
    return AuthorityCertificates.nameBeside(
        ca.getSubject(), first.length() <= MAX_COMMON_NAME_LENGTH ? first : "certctl server");
  }

  /// That the CA may certify what this server needs for itself: its TLS name, RAs and OCSP
  /// responders.
  ///
  /// @param chain the issuing CA first
  /// @throws IllegalArgumentException naming what its name constraints do not allow
  static void requireAllowed(List<X509CertificateHolder> chain, List<Host> hosts) {
    CaNameConstraints constraints = CaNameConstraints.of(chain);
    List<String> wrong = new ArrayList<>();
    if (!hosts.isEmpty()) {
      wrong.addAll(
          constraints.notAllowed(tlsSubject(chain.getFirst(), hosts), Optional.of(namesOf(hosts))));
    } else {
      wrong.addAll(
          constraints.notAllowed(
              AuthorityCertificates.nameBeside(chain.getFirst().getSubject(), "RA"),
              Optional.empty()));
    }
    if (!wrong.isEmpty()) {
      throw new IllegalArgumentException(
          "the name constraints of the CA do not allow what this server itself needs: "
              + String.join(", ", wrong)
              + "; permit that too, or leave it out");
    }
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
