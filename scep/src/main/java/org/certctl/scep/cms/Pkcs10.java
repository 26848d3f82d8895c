package org.certctl.scep.cms;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1BitString;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.ASN1Set;
import org.bouncycastle.asn1.ASN1String;
import org.bouncycastle.asn1.ASN1TaggedObject;
import org.bouncycastle.asn1.ASN1UTF8String;
import org.bouncycastle.asn1.cms.Attribute;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.certctl.scep.DigestAlgorithm;
import org.certctl.scep.ScepFormatException;

/// A PKCS#10 certification request, parsed (RFC 2986).
///
/// Only {@link #verify} proves that the sender holds the key. The version number is ignored,
/// because devices write what they like there.
public final class Pkcs10 {
  private static final String CODE = "not_pkcs10";

  /// Extension requests: PKCS#9 and Microsoft's.
  private static final List<ASN1ObjectIdentifier> EXTENSION_REQUESTS =
      List.of(
          PKCSObjectIdentifiers.pkcs_9_at_extensionRequest,
          new ASN1ObjectIdentifier("1.3.6.1.4.1.311.2.1.14"),
          new ASN1ObjectIdentifier("2.16.840.1.113733.1.9.8"));

  private final byte[] encoded;
  private final Tlv info;
  private final X500Name subject;
  private final SubjectPublicKeyInfo subjectPublicKeyInfo;
  private final List<Attribute> attributes;
  private final AlgorithmIdentifier signatureAlgorithm;
  private final byte[] signature;
  private final List<String> challengePasswords;
  private final Optional<Extensions> requestedExtensions;

  private Pkcs10(byte[] encoded, Limits limits) throws ScepFormatException {
    this.encoded = encoded;
    this.info = Tlv.scan(encoded, limits).firstChild(encoded, limits);
    ASN1Sequence request = ASN1Sequence.getInstance(Asn1.parseWhole(encoded, CODE, limits));
    ASN1Sequence body = ASN1Sequence.getInstance(request.getObjectAt(0));
    if (request.size() != 3
        || body.size() < 3
        || body.size() > 4
        || !(body.getObjectAt(0) instanceof ASN1Integer)) {
      throw new ScepFormatException(CODE, "not a PKCS#10 request");
    }
    this.subject = Asn1.name(body.getObjectAt(1));
    this.subjectPublicKeyInfo = SubjectPublicKeyInfo.getInstance(body.getObjectAt(2));
    this.attributes = body.size() == 4 ? attributes(body.getObjectAt(3), limits) : List.of();
    this.signatureAlgorithm = AlgorithmIdentifier.getInstance(request.getObjectAt(1));
    this.signature = ASN1BitString.getInstance(request.getObjectAt(2)).getOctets();
    this.challengePasswords = readChallengePasswords();
    this.requestedExtensions = readRequestedExtensions();
  }

  /// Parses a request that fills the input exactly.
  ///
  /// @throws ScepFormatException if the input is anything else, a challengePassword cannot be
  ///   decoded, or extensions are requested twice
  public static Pkcs10 parse(byte[] encoded, Limits limits) throws ScepFormatException {
    if (encoded.length > limits.maxMessageBytes()) {
      throw new ScepFormatException("message_too_large", "PKCS#10 request larger than allowed");
    }
    byte[] copy = encoded.clone();
    return Asn1.read(CODE, () -> new Pkcs10(copy, limits));
  }

  private static List<Attribute> attributes(ASN1Encodable tagged, Limits limits)
      throws ScepFormatException {
    ASN1Set set = ASN1Set.getInstance(ASN1TaggedObject.getInstance(tagged, 128, 0), false);
    if (set.size() > limits.maxAttributes()) {
      throw new ScepFormatException("too_many_attributes", "more attributes than allowed");
    }
    var attributes = new ArrayList<Attribute>(set.size());
    for (ASN1Encodable element : set) {
      attributes.add(Attribute.getInstance(element));
    }
    return List.copyOf(attributes);
  }

  /// The request as it came, a copy.
  public byte[] encoded() {
    return encoded.clone();
  }

  /// The subject asked for, as it was written.
  public X500Name subject() {
    return subject;
  }

  /// The key to be certified.
  public SubjectPublicKeyInfo subjectPublicKeyInfo() {
    return subjectPublicKeyInfo;
  }

  /// All attributes, in their order.
  public List<Attribute> attributes() {
    return attributes;
  }

  /// All challengePassword values, as text; more than one must be refused. Equal texts in different
  /// string types are equal here.
  public List<String> challengePasswords() {
    return challengePasswords;
  }

  /// The extensions asked for, from the PKCS#9 attribute and Microsoft's together. Requests only:
  /// nothing here may be copied into a certificate unseen.
  public Optional<Extensions> requestedExtensions() {
    return requestedExtensions;
  }

  /// How long the certificate is wanted for, as Windows and Intune say it; a hint. Absent when
  /// nothing is said that can be read.
  public Optional<Duration> requestedValidity() {
    return RequestedValidity.in(attributes);
  }

  /// The algorithm of the request's own signature.
  public AlgorithmIdentifier signatureAlgorithm() {
    return signatureAlgorithm;
  }

  /// The digest of the request's own signature, if the algorithm is known and has one.
  public Optional<DigestAlgorithm> signatureDigest() {
    return SignatureScheme.ofCertificateAlgorithm(signatureAlgorithm)
        .flatMap(scheme -> Optional.ofNullable(scheme.digest()));
  }

  /// Whether the request is signed with the key it asks a certificate for: proof of possession (RFC
  /// 8894, section 7.6).
  public boolean verify(ScepCrypto crypto) {
    Optional<SignatureScheme> scheme = SignatureScheme.ofCertificateAlgorithm(signatureAlgorithm);
    Optional<PublicKey> key = crypto.publicKey(subjectPublicKeyInfo);
    return scheme.isPresent()
        && key.isPresent()
        && scheme.get().fits(key.get())
        && crypto.verifies(
            key.get(), scheme.get(), encoded, info.start(), info.end() - info.start(), signature);
  }

  private List<String> readChallengePasswords() throws ScepFormatException {
    var passwords = new ArrayList<String>();
    for (Attribute attribute : attributes) {
      if (attribute.getAttrType().equals(PKCSObjectIdentifiers.pkcs_9_at_challengePassword)) {
        for (ASN1Encodable value : attribute.getAttrValues()) {
          passwords.add(text(value.toASN1Primitive()));
        }
      }
    }
    return List.copyOf(passwords);
  }

  /// Decodes the string types of DirectoryString and IA5String to text.
  private static String text(ASN1Primitive value) throws ScepFormatException {
    if (value instanceof org.bouncycastle.asn1.ASN1UniversalString universal) {
      return universalText(universal.getOctets());
    }
    if (value instanceof ASN1UTF8String) {
      return utf8Text(value);
    }
    if (value instanceof ASN1String string && !(value instanceof ASN1BitString)) {
      return string.getString();
    }
    throw new ScepFormatException(CODE, "challengePassword is not a string");
  }

  private static String universalText(byte[] octets) throws ScepFormatException {
    if (octets.length % 4 != 0) {
      throw new ScepFormatException(CODE, "UniversalString of odd length");
    }
    var text = new StringBuilder();
    ByteBuffer buffer = ByteBuffer.wrap(octets);
    while (buffer.hasRemaining()) {
      text.appendCodePoint(buffer.getInt());
    }
    return text.toString();
  }

  private static String utf8Text(ASN1Primitive value) throws ScepFormatException {
    byte[] octets = SignedAttributes.stringOctets(value).orElseThrow();
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(octets)).toString();
    } catch (CharacterCodingException e) {
      throw new ScepFormatException(CODE, "UTF8String that is not UTF-8", e);
    }
  }

  private Optional<Extensions> readRequestedExtensions() throws ScepFormatException {
    Map<ASN1ObjectIdentifier, Extension> merged = new LinkedHashMap<>();
    var seen = new ArrayList<ASN1ObjectIdentifier>();
    for (Attribute attribute : attributes) {
      ASN1ObjectIdentifier type = attribute.getAttrType();
      if (!EXTENSION_REQUESTS.contains(type)) {
        continue;
      }
      if (seen.contains(type) || attribute.getAttrValues().size() != 1) {
        throw new ScepFormatException(CODE, "extensions requested twice");
      }
      seen.add(type);
      Extensions extensions = Extensions.getInstance(attribute.getAttrValues().getObjectAt(0));
      for (ASN1ObjectIdentifier oid : extensions.getExtensionOIDs()) {
        Extension extension = extensions.getExtension(oid);
        Extension other = merged.put(oid, extension);
        if (other != null && !other.equals(extension)) {
          throw new ScepFormatException(CODE, "an extension is requested in two ways");
        }
      }
    }
    return merged.isEmpty()
        ? Optional.empty()
        : Optional.of(new Extensions(merged.values().toArray(new Extension[0])));
  }
}
