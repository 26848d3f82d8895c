package org.certctl.setup;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.X509ExtensionUtils;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.bc.BcX509ExtensionUtils;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.RuntimeOperatorException;
import org.certctl.pki.SerialNumber;
import org.certctl.pki.Signer;
import org.certctl.pki.SigningUnavailableException;

/// Makes the certificates of a new data directory (RFC 5280; RFC 8894, section 2.1.2).
final class CertificateMaker {

  private static final Duration BACKDATED = Duration.ofMinutes(5);
  private static final Duration ROOT_LIFETIME = Duration.ofDays(3653);
  private static final Duration ISSUING_LIFETIME = Duration.ofDays(1826);
  private static final Duration RA_LIFETIME = Duration.ofDays(730);
  private static final Duration TLS_LIFETIME = Duration.ofDays(397);
  private static final int MAX_COMMON_NAME_LENGTH = 64;

  /// A CA that signs.
  ///
  /// @param certificate its certificate
  /// @param signer its key
  record Authority(X509CertificateHolder certificate, Signer signer) {}

  private final String organization;
  private final String distinction;
  private final Instant now;
  private final SecureRandom random;
  private final X509ExtensionUtils extensions = new BcX509ExtensionUtils();

  /// @param organization what stands in the names
  /// @param now the present instant
  /// @param random for serial numbers, and for a short mark in the names of the CAs, so that those
  ///   of two directories with the same organization are never mistaken for each other
  CertificateMaker(String organization, Instant now, SecureRandom random) {
    this.organization = organization;
    this.now = now;
    this.random = random;
    distinction = String.format(Locale.ROOT, "%06X", random.nextInt(1 << 24));
  }

  X509CertificateHolder root(SubjectPublicKeyInfo publicKey, Signer signer) throws IOException {
    X500Name name = name("Root CA " + distinction);
    X509v3CertificateBuilder builder = builder(name, name, publicKey, ROOT_LIFETIME);
    builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
    builder.addExtension(
        Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
    return builder.build(new BufferedSigner(signer));
  }

  X509CertificateHolder issuingCa(Authority root, SubjectPublicKeyInfo publicKey)
      throws IOException {
    X509v3CertificateBuilder builder =
        issuedBy(root, name("Issuing CA " + distinction), publicKey, ISSUING_LIFETIME);
    builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
    builder.addExtension(
        Extension.keyUsage,
        true,
        new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign | KeyUsage.digitalSignature));
    return builder.build(new BufferedSigner(root.signer()));
  }

  X509CertificateHolder registrationAuthority(Authority issuingCa, SubjectPublicKeyInfo publicKey)
      throws IOException {
    X509v3CertificateBuilder builder =
        issuedBy(issuingCa, name("SCEP RA " + distinction), publicKey, RA_LIFETIME);
    builder.addExtension(
        Extension.keyUsage,
        true,
        new KeyUsage(KeyUsage.digitalSignature | KeyUsage.keyEncipherment));
    return builder.build(new BufferedSigner(issuingCa.signer()));
  }

  X509CertificateHolder tlsServer(
      Authority issuingCa, SubjectPublicKeyInfo publicKey, List<Host> hosts) throws IOException {
    X500NameBuilder subject = new X500NameBuilder(BCStyle.INSTANCE);
    String first = hosts.getFirst().text();
    subject.addRDN(BCStyle.CN, first.length() <= MAX_COMMON_NAME_LENGTH ? first : "certctl server");
    X509v3CertificateBuilder builder =
        issuedBy(issuingCa, subject.build(), publicKey, TLS_LIFETIME);
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
    return builder.build(new BufferedSigner(issuingCa.signer()));
  }

  private X500Name name(String role) {
    return new X500NameBuilder(BCStyle.INSTANCE)
        .addRDN(BCStyle.O, organization)
        .addRDN(BCStyle.CN, organization + " " + role)
        .build();
  }

  private X509v3CertificateBuilder issuedBy(
      Authority issuer, X500Name subject, SubjectPublicKeyInfo publicKey, Duration lifetime)
      throws IOException {
    X509v3CertificateBuilder builder =
        builder(issuer.certificate().getSubject(), subject, publicKey, lifetime);
    builder.addExtension(
        Extension.authorityKeyIdentifier,
        false,
        extensions.createAuthorityKeyIdentifier(issuer.certificate().getSubjectPublicKeyInfo()));
    return builder;
  }

  private X509v3CertificateBuilder builder(
      X500Name issuer, X500Name subject, SubjectPublicKeyInfo publicKey, Duration lifetime)
      throws IOException {
    BigInteger serialNumber = SerialNumber.random(random).value();
    Instant notBefore = now.minus(BACKDATED);
    X509v3CertificateBuilder builder =
        new X509v3CertificateBuilder(
            issuer,
            serialNumber,
            Date.from(notBefore),
            Date.from(notBefore.plus(lifetime).minusSeconds(1)),
            subject,
            publicKey);
    builder.addExtension(
        Extension.subjectKeyIdentifier, false, extensions.createSubjectKeyIdentifier(publicKey));
    return builder;
  }

  /// Gathers what Bouncy Castle writes and lets a signer of ours sign it.
  private static final class BufferedSigner implements ContentSigner {

    private final Signer signer;
    private final ByteArrayOutputStream buffer = new ByteArrayOutputStream();

    BufferedSigner(Signer signer) {
      this.signer = signer;
    }

    @Override
    public AlgorithmIdentifier getAlgorithmIdentifier() {
      return signer.algorithm();
    }

    @Override
    public OutputStream getOutputStream() {
      return buffer;
    }

    @Override
    public byte[] getSignature() {
      try {
        return signer.sign(buffer.toByteArray());
      } catch (SigningUnavailableException e) {
        throw new RuntimeOperatorException("the key could not sign", e);
      }
    }
  }
}
