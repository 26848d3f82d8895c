package org.certctl.scep.cms;

import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1Set;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.DLSequence;
import org.bouncycastle.asn1.DLSet;
import org.bouncycastle.asn1.DLTaggedObject;
import org.bouncycastle.asn1.cms.CMSObjectIdentifiers;
import org.bouncycastle.asn1.cms.ContentInfo;
import org.bouncycastle.asn1.cms.SignedData;
import org.bouncycastle.asn1.x509.CertificateList;
import org.bouncycastle.cert.X509CRLHolder;
import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.scep.ScepFormatException;

/// A degenerate SignedData that only carries certificates or CRLs (RFC 8894, section 3.4).
///
/// It is not signed and proves nothing.
///
/// @param certificates the certificates, in their order
/// @param crls the CRLs, in their order
public record CertsOnly(List<X509CertificateHolder> certificates, List<X509CRLHolder> crls) {
  private static final String CODE = "not_certs_only";

  /// Copies the lists.
  public CertsOnly {
    certificates = List.copyOf(certificates);
    crls = List.copyOf(crls);
  }

  /// Encodes certificates with definite lengths and in the given order, which DER would not keep.
  public static byte[] encode(List<X509CertificateHolder> certificates) {
    return new CertsOnly(certificates, List.of()).encoded();
  }

  /// Encodes one CRL and no certificates.
  public static byte[] encode(X509CRLHolder crl) {
    return new CertsOnly(List.of(), List.of(crl)).encoded();
  }

  /// The encoding, with definite lengths and the order kept.
  public byte[] encoded() {
    var fields = new ArrayList<ASN1Encodable>();
    fields.add(new ASN1Integer(1));
    fields.add(new DERSet());
    fields.add(new DERSequence(CMSObjectIdentifiers.data));
    if (!certificates.isEmpty()) {
      fields.add(new DLTaggedObject(false, 0, certificateSet(certificates)));
    }
    if (!crls.isEmpty()) {
      ASN1Encodable[] members =
          crls.stream().map(X509CRLHolder::toASN1Structure).toArray(ASN1Encodable[]::new);
      fields.add(new DLTaggedObject(false, 1, new DLSet(members)));
    }
    fields.add(new DERSet());
    return SignedMessage.encode(
        new DLSequence(
            new ASN1Encodable[] {
              CMSObjectIdentifiers.signedData,
              new DLTaggedObject(true, 0, new DLSequence(fields.toArray(new ASN1Encodable[0])))
            }),
        ASN1Encoding.DL);
  }

  /// Certificates as a SET in the given order.
  static DLSet certificateSet(List<X509CertificateHolder> certificates) {
    return new DLSet(
        certificates.stream()
            .map(X509CertificateHolder::toASN1Structure)
            .toArray(ASN1Encodable[]::new));
  }

  /// Parses a degenerate SignedData.
  ///
  /// @throws ScepFormatException if it is something else or exceeds the limits
  public static CertsOnly parse(byte[] encoded, Limits limits) throws ScepFormatException {
    ASN1Primitive root = Asn1.parseMessage(encoded, CODE, limits);
    return Asn1.read(
        CODE,
        () -> {
          ContentInfo outer = ContentInfo.getInstance(root);
          if (!CMSObjectIdentifiers.signedData.equals(outer.getContentType())) {
            throw new ScepFormatException(CODE, "not a SignedData");
          }
          SignedData data = SignedData.getInstance(outer.getContent());
          var certificates = new ArrayList<X509CertificateHolder>();
          for (ASN1Encodable element : orEmpty(data.getCertificates())) {
            SignerIdentity.certificate(element).ifPresent(certificates::add);
          }
          var crls = new ArrayList<X509CRLHolder>();
          for (ASN1Encodable element : orEmpty(data.getCRLs())) {
            crls.add(new X509CRLHolder(CertificateList.getInstance(element)));
          }
          return new CertsOnly(certificates, crls);
        });
  }

  private static ASN1Set orEmpty(@org.jspecify.annotations.Nullable ASN1Set set) {
    return set == null ? new DERSet() : set;
  }
}
