package org.certctl.scep.cms;

import java.io.IOException;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1Set;
import org.bouncycastle.asn1.cms.CMSObjectIdentifiers;
import org.bouncycastle.asn1.cms.ContentInfo;
import org.bouncycastle.asn1.cms.SignedData;
import org.bouncycastle.asn1.cms.SignerInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.scep.DigestAlgorithm;
import org.certctl.scep.ScepFormatException;
import org.jspecify.annotations.Nullable;

/// A SignedData with one signer, parsed; nothing in it is proved (RFC 8894, section 3.2; RFC 5652,
/// section 5).
public final class SignedMessage {
  private static final String CODE = "not_signed_data";

  private final byte[] encoded;
  private final Limits limits;
  private final boolean contentIsData;
  private final byte @Nullable [] content;
  private final List<ASN1Encodable> certificates;
  private final SignerInfo signerInfo;
  private final ASN1Encodable signerIdentifier;
  private final SignedAttributes attributes;

  private SignedMessage(byte[] encoded, Limits limits, SignedData data, SignerInfo signerInfo)
      throws ScepFormatException {
    this.encoded = encoded;
    this.limits = limits;
    this.signerInfo = signerInfo;
    this.signerIdentifier = signerInfo.getSID().getId();
    ContentInfo contentInfo = data.getEncapContentInfo();
    this.contentIsData = CMSObjectIdentifiers.data.equals(contentInfo.getContentType());
    this.content =
        contentInfo.getContent() instanceof ASN1OctetString octets ? octets.getOctets() : null;
    this.certificates = elements(data.getCertificates(), limits.maxCertificates(), "certificates");
    ASN1Set signed = signerInfo.getAuthenticatedAttributes();
    if (signed == null) {
      throw new ScepFormatException("signed_attributes_missing", "no signed attributes");
    }
    this.attributes = SignedAttributes.parse(signed, limits);
  }

  /// Parses BER or DER.
  ///
  /// @throws ScepFormatException if this is not a SignedData with one signer and signed attributes,
  ///   or exceeds the limits
  public static SignedMessage parse(byte[] encoded, Limits limits) throws ScepFormatException {
    if (encoded.length > limits.maxMessageBytes()) {
      throw new ScepFormatException("message_too_large", "message larger than allowed");
    }
    ASN1Primitive root = Asn1.parseMessage(encoded, CODE, limits);
    return Asn1.read(
        CODE,
        () -> {
          ContentInfo outer = ContentInfo.getInstance(root);
          if (!CMSObjectIdentifiers.signedData.equals(outer.getContentType())) {
            throw new ScepFormatException(CODE, "not a SignedData");
          }
          SignedData data = SignedData.getInstance(outer.getContent());
          ASN1Set signers = data.getSignerInfos();
          if (signers.size() != 1) {
            throw new ScepFormatException("signer_count", "not exactly one signer");
          }
          return new SignedMessage(
              encoded, limits, data, SignerInfo.getInstance(signers.getObjectAt(0)));
        });
  }

  private static List<ASN1Encodable> elements(@Nullable ASN1Set set, int max, String what)
      throws ScepFormatException {
    if (set == null) {
      return List.of();
    }
    if (set.size() > max) {
      throw new ScepFormatException("too_many_" + what, "more " + what + " than allowed");
    }
    var elements = new ArrayList<ASN1Encodable>(set.size());
    set.forEach(elements::add);
    return elements;
  }

  /// The signed attributes.
  public SignedAttributes attributes() {
    return attributes;
  }

  /// Whether the content type is id-data, the only one SCEP uses.
  public boolean contentIsData() {
    return contentIsData;
  }

  /// The content octets, if there are any.
  public Optional<byte[]> content() {
    return content == null ? Optional.empty() : Optional.of(content.clone());
  }

  byte @Nullable [] contentOctets() {
    return content;
  }

  /// The digest algorithm of the signer, if known.
  public Optional<DigestAlgorithm> digestAlgorithm() {
    return DigestAlgorithm.ofOid(signerInfo.getDigestAlgorithm().getAlgorithm());
  }

  /// The certificates beside the signature that can be read, in their order.
  public List<X509CertificateHolder> certificates() {
    var readable = new ArrayList<X509CertificateHolder>();
    for (ASN1Encodable element : certificates) {
      SignerIdentity.certificate(element).ifPresent(readable::add);
    }
    return readable;
  }

  /// The certificate the signer identifier names, if it is in the message. Whether its key made the
  /// signature is another question.
  public Optional<X509CertificateHolder> signerCertificate() {
    return SignerIdentity.select(signerIdentifier, certificates);
  }

  /// Whether the signer identifier names this certificate.
  public boolean isSignedInNameOf(X509CertificateHolder certificate) {
    return SignerIdentity.select(signerIdentifier, List.of(certificate.toASN1Structure()))
        .isPresent();
  }

  /// The signature scheme, if it is known and agrees with the digest algorithm.
  Optional<SignatureScheme> signatureScheme(DigestAlgorithm digest) {
    return SignatureScheme.ofSignerInfo(digest, signerInfo.getDigestEncryptionAlgorithm());
  }

  /// Whether content, signed attributes and signature belong together and were made with this key
  /// (RFC 5652, section 5.4).
  public boolean verifies(PublicKey key, ScepCrypto crypto) {
    Optional<DigestAlgorithm> digest = digestAlgorithm();
    if (digest.isEmpty() || !contentIsData || !attributes.contentTypeIsData()) {
      return false;
    }
    Optional<byte[]> claimed = attributes.messageDigest();
    byte[] actual = crypto.digest(digest.get(), content == null ? new byte[0] : content);
    if (claimed.isEmpty() || !MessageDigest.isEqual(claimed.get(), actual)) {
      return false;
    }
    Optional<SignatureScheme> scheme = signatureScheme(digest.get());
    return scheme.isPresent()
        && scheme.get().fits(key)
        && signatureVerifies(key, scheme.get(), crypto);
  }

  /// Verifies over the DER encoding of the attributes, then over the octets as they came: some
  /// requesters sign what they sent although it is not DER.
  private boolean signatureVerifies(PublicKey key, SignatureScheme scheme, ScepCrypto crypto) {
    byte[] signature = signerInfo.getEncryptedDigest().getOctets();
    byte[] der = attributes.derEncoded();
    if (crypto.verifies(key, scheme, der, 0, der.length, signature)) {
      return true;
    }
    byte[] original = originalAttributes();
    return original.length > 0
        && !java.util.Arrays.equals(original, der)
        && crypto.verifies(key, scheme, original, 0, original.length, signature);
  }

  /// The octets of the signed attributes as they came, with the tag of a SET; empty if not found.
  private byte[] originalAttributes() {
    try {
      Tlv signedData = Tlv.scan(encoded, limits).firstChild(encoded, limits); // the content type
      Tlv root = Tlv.scan(encoded, limits);
      Tlv body = root.childAfter(signedData, encoded, limits).firstChild(encoded, limits);
      Tlv last = body.firstChild(encoded, limits);
      while (!body.endsWith(last)) {
        last = body.childAfter(last, encoded, limits);
      }
      Tlv signer = last.firstChild(encoded, limits);
      Tlv field = signer.firstChild(encoded, limits); // version
      field = signer.childAfter(field, encoded, limits); // signer identifier
      field = signer.childAfter(field, encoded, limits); // digest algorithm
      field = signer.childAfter(field, encoded, limits); // signed attributes
      byte[] original = java.util.Arrays.copyOfRange(encoded, field.start(), field.end());
      original[0] = 0x31;
      return original;
    } catch (ScepFormatException e) {
      return new byte[0];
    }
  }

  /// Encodes in memory, where no I/O can fail.
  static byte[] encode(ASN1Encodable object, String encoding) {
    try {
      return object.toASN1Primitive().getEncoded(encoding);
    } catch (IOException e) {
      throw new IllegalStateException("encoding in memory failed", e);
    }
  }
}
