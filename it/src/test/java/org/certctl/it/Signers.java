package org.certctl.it;

import java.io.IOException;
import java.math.BigInteger;
import java.security.KeyPair;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v1CertificateBuilder;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.certctl.scep.client.Identity;

/// The transient certificates that clients sign their first message with, each with its oddity.
final class Signers {

  private static final ASN1ObjectIdentifier NOBODY_KNOWS =
      new ASN1ObjectIdentifier("1.3.6.1.4.1.99999.1");

  private Signers() {}

  /// Apple's: serial number 1, critical key usage without key encipherment, critical extended key
  /// usage, a subject that is not the device's.
  static Identity apple(KeyPair key) {
    var builder = builder("CN=MDM SCEP SIGNER,C=US", BigInteger.ONE, key);
    return signed(
        key,
        extended(builder, Extension.keyUsage, new KeyUsage(KeyUsage.digitalSignature)),
        Extension.extendedKeyUsage,
        new ExtendedKeyUsage(KeyPurposeId.id_kp_clientAuth),
        "SHA256withRSA");
  }

  /// Windows': SHA-1, a critical authority key identifier, and a critical extension beyond all
  /// knowledge.
  static Identity windows(KeyPair key) {
    var builder = builder("CN=SCEP Protocol Certificate", BigInteger.TWO, key);
    return signed(
        key,
        extended(builder, NOBODY_KNOWS, new DEROctetString(new byte[] {1, 2, 3})),
        Extension.authorityKeyIdentifier,
        new AuthorityKeyIdentifier(new byte[20]),
        "SHA1withRSA");
  }

  /// sscep's and micromdm's: no extensions; ended an hour ago.
  static Identity ended(String subject, KeyPair key) {
    var name = new X500Name(subject);
    var builder =
        new X509v1CertificateBuilder(
            name,
            BigInteger.valueOf(4711),
            Date.from(Instant.now().minus(2, ChronoUnit.HOURS)),
            Date.from(Instant.now().minus(1, ChronoUnit.HOURS)),
            name,
            SubjectPublicKeyInfo.getInstance(key.getPublic().getEncoded()));
    try {
      return new Identity(
          key, builder.build(new JcaContentSignerBuilder("SHA256withRSA").build(key.getPrivate())));
    } catch (OperatorCreationException e) {
      throw new AssertionError(e);
    }
  }

  private static X509v3CertificateBuilder builder(String subject, BigInteger serial, KeyPair key) {
    var name = new X500Name(subject);
    return new X509v3CertificateBuilder(
        name,
        serial,
        Date.from(Instant.now().minus(1, ChronoUnit.HOURS)),
        Date.from(Instant.now().plus(365, ChronoUnit.DAYS)),
        name,
        SubjectPublicKeyInfo.getInstance(key.getPublic().getEncoded()));
  }

  private static X509v3CertificateBuilder extended(
      X509v3CertificateBuilder builder,
      ASN1ObjectIdentifier type,
      org.bouncycastle.asn1.ASN1Encodable value) {
    try {
      return builder.addExtension(type, true, value);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static Identity signed(
      KeyPair key,
      X509v3CertificateBuilder builder,
      ASN1ObjectIdentifier type,
      org.bouncycastle.asn1.ASN1Encodable value,
      String algorithm) {
    try {
      return new Identity(
          key,
          extended(builder, type, value)
              .build(new JcaContentSignerBuilder(algorithm).build(key.getPrivate())));
    } catch (OperatorCreationException e) {
      throw new AssertionError(e);
    }
  }
}
