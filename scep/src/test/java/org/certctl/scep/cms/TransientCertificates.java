package org.certctl.scep.cms;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERGeneralizedTime;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.DERUTCTime;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.Certificate;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.scep.DigestAlgorithm;
import org.certctl.scep.client.Identity;
import org.certctl.scep.client.JcaContentSigner;
import org.certctl.scep.fixtures.TestPki;

/// Transient certificates as clients really make them.
final class TransientCertificates {
  private TransientCertificates() {}

  static List<Identity> all(KeyPair keys) {
    return List.of(
        withoutExtensions(keys),
        certmonger(keys),
        windows(keys),
        apple(keys),
        expired(keys),
        sha1(keys));
  }

  static Identity withoutExtensions(KeyPair keys) {
    return identity(keys, "CN=sscep", BigInteger.TWO, null, times(), DigestAlgorithm.SHA256);
  }

  /// X.509 v1 with an explicit version, a serial number of 32 octets, GeneralizedTime.
  static Identity certmonger(KeyPair keys) {
    return identity(
        keys,
        "CN=certmonger",
        BigInteger.ONE.shiftLeft(255).subtract(BigInteger.ONE),
        new DERTaggedObject(true, 0, new ASN1Integer(0)),
        new DERSequence(
            new ASN1Encodable[] {
              new DERGeneralizedTime("20260101000000Z"), new DERGeneralizedTime("21260101000000Z")
            }),
        DigestAlgorithm.SHA256);
  }

  private static Identity expired(KeyPair keys) {
    return identity(
        keys,
        "CN=SCEP SIGNER",
        BigInteger.ONE,
        null,
        new DERSequence(
            new ASN1Encodable[] {new DERUTCTime("700101000000Z"), new DERUTCTime("700101010000Z")}),
        DigestAlgorithm.SHA256);
  }

  private static Identity sha1(KeyPair keys) {
    return identity(keys, "CN=old", BigInteger.TEN, null, times(), DigestAlgorithm.SHA1);
  }

  /// A critical authority key identifier.
  private static Identity windows(KeyPair keys) {
    return identity(
        keys,
        "CN=SCEP Protocol Certificate",
        BigInteger.TWO,
        version3(),
        times(),
        DigestAlgorithm.SHA1,
        extension(Extension.authorityKeyIdentifier, new AuthorityKeyIdentifier(new byte[20])),
        new DERSequence(
            new ASN1Encodable[] {
              new org.bouncycastle.asn1.ASN1ObjectIdentifier("1.3.6.1.4.1.99999.1"),
              org.bouncycastle.asn1.ASN1Boolean.TRUE,
              new DEROctetString(new byte[] {1, 2, 3})
            }));
  }

  /// Critical key usage without key encipherment, critical extended key usage.
  private static Identity apple(KeyPair keys) {
    return identity(
        keys,
        "CN=MDM SCEP SIGNER,C=US",
        BigInteger.ONE,
        version3(),
        times(),
        DigestAlgorithm.SHA256,
        extension(Extension.keyUsage, new KeyUsage(KeyUsage.digitalSignature)),
        extension(Extension.extendedKeyUsage, new ExtendedKeyUsage(KeyPurposeId.id_kp_clientAuth)));
  }

  private static ASN1Encodable version3() {
    return new DERTaggedObject(true, 0, new ASN1Integer(2));
  }

  private static ASN1Encodable times() {
    return new DERSequence(
        new ASN1Encodable[] {new DERUTCTime("260101000000Z"), new DERUTCTime("360101000000Z")});
  }

  private static ASN1Encodable extension(
      org.bouncycastle.asn1.ASN1ObjectIdentifier oid, ASN1Encodable value) {
    return new Extension(oid, true, new DEROctetString(SignedMessage.encode(value, "DER")));
  }

  private static Identity identity(
      KeyPair keys,
      String name,
      BigInteger serial,
      @org.jspecify.annotations.Nullable ASN1Encodable version,
      ASN1Encodable validity,
      DigestAlgorithm digest,
      ASN1Encodable... extensions) {
    var signer = new JcaContentSigner(keys.getPrivate(), digest, TestPki.CRYPTO);
    var subject = new X500Name(name);
    var tbs = new ArrayList<ASN1Encodable>();
    if (version != null) {
      tbs.add(version);
    }
    tbs.add(new ASN1Integer(serial));
    tbs.add(signer.getAlgorithmIdentifier());
    tbs.add(subject);
    tbs.add(validity);
    tbs.add(subject);
    tbs.add(SubjectPublicKeyInfo.getInstance(keys.getPublic().getEncoded()));
    if (extensions.length > 0) {
      tbs.add(new DERTaggedObject(true, 3, new DERSequence(extensions)));
    }
    var body = new DERSequence(tbs.toArray(new ASN1Encodable[0]));
    try {
      signer.getOutputStream().write(body.getEncoded());
      var whole =
          new DERSequence(
              new ASN1Encodable[] {
                body, signer.getAlgorithmIdentifier(), new DERBitString(signer.getSignature())
              });
      var parsed = Certificate.getInstance(ASN1Primitive.fromByteArray(whole.getEncoded()));
      return new Identity(keys, new X509CertificateHolder(parsed));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
