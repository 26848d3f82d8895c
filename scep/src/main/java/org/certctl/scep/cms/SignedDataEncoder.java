package org.certctl.scep.cms;

import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.DLSequence;
import org.bouncycastle.asn1.DLSet;
import org.bouncycastle.asn1.DLTaggedObject;
import org.bouncycastle.asn1.cms.CMSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.scep.DigestAlgorithm;
import org.jspecify.annotations.Nullable;

/// Puts a SignedData of version 1 with one RSA signer together, of definite length and with the
/// certificates in their order (RFC 5652, section 5).
final class SignedDataEncoder {
  private static final ASN1Integer VERSION_1 = new ASN1Integer(1);
  private static final AlgorithmIdentifier RSA_ENCRYPTION =
      new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE);

  private SignedDataEncoder() {}

  static byte[] encode(
      DigestAlgorithm digest,
      byte @Nullable [] content,
      List<X509CertificateHolder> certificates,
      X509CertificateHolder signer,
      DERSet signedAttributes,
      byte[] signature) {
    AlgorithmIdentifier digestAlgorithm = EnvelopeEncoder.digestAlgorithm(digest);
    var encapsulated = new ArrayList<ASN1Encodable>();
    encapsulated.add(CMSObjectIdentifiers.data);
    if (content != null) {
      encapsulated.add(new DERTaggedObject(true, 0, new DEROctetString(content)));
    }
    ASN1Encodable signerInfo =
        sequence(
            VERSION_1,
            EnvelopeEncoder.issuerAndSerialNumber(signer),
            digestAlgorithm,
            new DERTaggedObject(false, 0, signedAttributes),
            RSA_ENCRYPTION,
            new DEROctetString(signature));
    ASN1Encodable signedData =
        sequence(
            VERSION_1,
            new DERSet(digestAlgorithm),
            new DLSequence(encapsulated.toArray(new ASN1Encodable[0])),
            new DLTaggedObject(false, 0, CertsOnly.certificateSet(certificates)),
            new DLSet(signerInfo));
    return SignedMessage.encode(
        sequence(CMSObjectIdentifiers.signedData, new DLTaggedObject(true, 0, signedData)),
        ASN1Encoding.DL);
  }

  private static DLSequence sequence(ASN1Encodable... elements) {
    return new DLSequence(elements);
  }
}
