package org.certctl.status;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.BERTags;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.CRLNumber;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.DistributionPointName;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.IssuingDistributionPoint;
import org.bouncycastle.asn1.x509.Time;
import org.certctl.issuer.CrlSigner;
import org.certctl.issuer.StatusLocations;
import org.certctl.pki.Revocation;
import org.certctl.pki.RevocationReason;
import org.certctl.pki.SerialNumber;

/// The pieces of a CRL in DER (RFC 5280, section 5.1), so that one of any length can be written and
/// signed without being in memory as a whole:
///
/// ```
/// CertificateList ::= SEQUENCE {                       ┐ listHeader
///   SEQUENCE {                                         ┐ signedHeader
///     version, signature, issuer, thisUpdate, nextUpdate,
///     revokedCertificates SEQUENCE OF {                ┘ ┘
///       entry … }                                      · entry
///     crlExtensions [0] }                              · extensions
///   signatureAlgorithm, signatureValue }               · signature
/// ```
final class CrlEncoding {

  private static final int VERSION_2 = 1;
  private static final int SEQUENCE = BERTags.SEQUENCE | BERTags.CONSTRUCTED;
  private static final int SHORT_FORM_MAX = 0x7f;

  private CrlEncoding() {}

  /// One revoked certificate. The reason is left out when it is `unspecified` (section 5.3.1).
  static byte[] entry(CrlStore.Revoked revoked) {
    Revocation revocation = revoked.revocation();
    return entry(revoked.serialNumber(), revocation.at(), revocation.reason().code());
  }

  /// One certificate in a delta CRL; that a hold was released is a reason there (section 5.3.1).
  static byte[] entry(CrlStore.Changed changed) {
    return entry(
        changed.serialNumber(),
        changed.at(),
        changed
            .revocation()
            .map(revocation -> revocation.reason().code())
            .orElse(CRLReason.removeFromCRL));
  }

  private static byte[] entry(SerialNumber serialNumber, Instant at, int reason) {
    ASN1EncodableVector entry = new ASN1EncodableVector(3);
    entry.add(new ASN1Integer(serialNumber.value()));
    entry.add(time(at));
    if (reason != RevocationReason.UNSPECIFIED.code()) {
      ExtensionsGenerator extensions = new ExtensionsGenerator();
      add(extensions, Extension.reasonCode, false, CRLReason.lookup(reason));
      entry.add(extensions.generate());
    }
    return encoded(new DERSequence(entry));
  }

  /// Everything that is signed before the first entry.
  ///
  /// @param entriesBytes the length of all entries; without any, the list is left out (section
  ///   5.1.2.6)
  static byte[] signedHeader(
      CrlSigner signer,
      Instant thisUpdate,
      Instant nextUpdate,
      long entriesBytes,
      byte[] extensions) {
    ByteArrayOutputStream fields = new ByteArrayOutputStream();
    fields.writeBytes(encoded(new ASN1Integer(VERSION_2)));
    fields.writeBytes(encoded(signer.crlSignatureAlgorithm()));
    fields.writeBytes(encoded(signer.crlIssuer().holder().getSubject()));
    fields.writeBytes(encoded(time(thisUpdate)));
    fields.writeBytes(encoded(time(nextUpdate)));
    if (entriesBytes > 0) {
      fields.writeBytes(sequenceHeader(entriesBytes));
    }
    byte[] outer = sequenceHeader(fields.size() + entriesBytes + extensions.length);
    return joined(outer, fields.toByteArray());
  }

  /// What is signed after the last entry: key identifier, number, and what else it says about
  /// itself (sections 5.2.1, 5.2.3 to 5.2.6).
  static byte[] extensions(CrlSigner signer, long number, CrlExtensions about) {
    ExtensionsGenerator extensions = new ExtensionsGenerator();
    add(
        extensions,
        Extension.authorityKeyIdentifier,
        false,
        new AuthorityKeyIdentifier(signer.authorityKeyIdentifier()));
    add(extensions, Extension.cRLNumber, false, number(number));
    about
        .base()
        .ifPresent(base -> add(extensions, Extension.deltaCRLIndicator, true, number(base)));
    if (!about.distributionPoint().isEmpty()) {
      add(
          extensions,
          Extension.issuingDistributionPoint,
          true,
          issuingDistributionPoint(about.distributionPoint()));
    }
    about
        .freshest()
        .ifPresent(
            url ->
                add(
                    extensions,
                    Extension.freshestCRL,
                    false,
                    StatusLocations.distributionPoints(url)));
    return encoded(new DERTaggedObject(true, 0, extensions.generate()));
  }

  private static CRLNumber number(long number) {
    return new CRLNumber(BigInteger.valueOf(number));
  }

  private static IssuingDistributionPoint issuingDistributionPoint(List<String> urls) {
    GeneralName[] names =
        urls.stream()
            .map(url -> new GeneralName(GeneralName.uniformResourceIdentifier, url))
            .toArray(GeneralName[]::new);
    return new IssuingDistributionPoint(
        new DistributionPointName(new GeneralNames(names)), false, false, null, false, false);
  }

  /// What follows the signed part.
  static byte[] signature(CrlSigner signer, byte[] signature) {
    return joined(encoded(signer.crlSignatureAlgorithm()), encoded(new DERBitString(signature)));
  }

  /// Tag and length of the CertificateList.
  ///
  /// @param contentBytes the length of what is signed and what follows it
  static byte[] listHeader(long contentBytes) {
    return sequenceHeader(contentBytes);
  }

  private static byte[] sequenceHeader(long lengthBytes) {
    ByteArrayOutputStream header = new ByteArrayOutputStream();
    header.write(SEQUENCE);
    if (lengthBytes <= SHORT_FORM_MAX) {
      header.write((int) lengthBytes);
    } else {
      int octets = (Long.SIZE - Long.numberOfLeadingZeros(lengthBytes) + 7) / Byte.SIZE;
      header.write(0x80 | octets);
      for (int i = octets - 1; i >= 0; i--) {
        header.write((int) (lengthBytes >>> (i * Byte.SIZE)));
      }
    }
    return header.toByteArray();
  }

  /// UTCTime until 2049, GeneralizedTime from 2050 (section 5.1.2.4).
  private static Time time(Instant instant) {
    return new Time(Date.from(instant));
  }

  private static void add(
      ExtensionsGenerator extensions,
      ASN1ObjectIdentifier type,
      boolean critical,
      ASN1Encodable value) {
    try {
      extensions.addExtension(type, critical, value);
    } catch (IOException e) {
      throw new UncheckedIOException("encoding in memory failed", e);
    }
  }

  private static byte[] encoded(ASN1Encodable value) {
    try {
      return value.toASN1Primitive().getEncoded(ASN1Encoding.DER);
    } catch (IOException e) {
      throw new UncheckedIOException("encoding in memory failed", e);
    }
  }

  private static byte[] joined(byte[] first, byte[] second) {
    ByteArrayOutputStream both = new ByteArrayOutputStream(first.length + second.length);
    both.writeBytes(first);
    both.writeBytes(second);
    return both.toByteArray();
  }
}
