package org.certctl.scep.cms;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1IA5String;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1PrintableString;
import org.bouncycastle.asn1.ASN1Set;
import org.bouncycastle.asn1.ASN1UTF8String;
import org.bouncycastle.asn1.cms.Attribute;
import org.bouncycastle.asn1.cms.CMSAttributes;
import org.bouncycastle.asn1.cms.CMSObjectIdentifiers;
import org.bouncycastle.asn1.cms.Time;
import org.certctl.scep.Nonce;
import org.certctl.scep.ScepFormatException;
import org.certctl.scep.TransactionId;
import org.jspecify.annotations.Nullable;

/// The signed attributes of a message, by type (RFC 8894, section 3.2.1).
///
/// An attribute that occurs twice or has not exactly one value is kept as repeated and never gives
/// a value. Unknown attributes are ignored.
public final class SignedAttributes {
  private static final Set<ASN1ObjectIdentifier> RELEVANT =
      Set.of(
          CMSAttributes.contentType,
          CMSAttributes.messageDigest,
          ScepOid.MESSAGE_TYPE,
          ScepOid.TRANSACTION_ID,
          ScepOid.SENDER_NONCE);

  private final ASN1Set set;
  private final Map<ASN1ObjectIdentifier, ASN1Encodable> values;
  private final Set<ASN1ObjectIdentifier> repeated;

  private SignedAttributes(
      ASN1Set set,
      Map<ASN1ObjectIdentifier, ASN1Encodable> values,
      Set<ASN1ObjectIdentifier> repeated) {
    this.set = set;
    this.values = values;
    this.repeated = repeated;
  }

  static SignedAttributes parse(ASN1Set set, Limits limits) throws ScepFormatException {
    if (set.size() > limits.maxAttributes()) {
      throw new ScepFormatException("too_many_attributes", "more attributes than allowed");
    }
    var values = new HashMap<ASN1ObjectIdentifier, ASN1Encodable>();
    var repeated = new HashSet<ASN1ObjectIdentifier>();
    for (ASN1Encodable element : set) {
      Attribute attribute = Attribute.getInstance(element);
      ASN1ObjectIdentifier type = attribute.getAttrType();
      ASN1Set members = attribute.getAttrValues();
      if (members.size() != 1
          || repeated.contains(type)
          || values.put(type, members.getObjectAt(0)) != null) {
        repeated.add(type);
        values.remove(type);
      }
    }
    return new SignedAttributes(set, values, repeated);
  }

  /// Whether an attribute that a request needs is repeated.
  boolean repeatsRelevant() {
    return repeated.stream().anyMatch(RELEVANT::contains);
  }

  /// The single value of an attribute.
  public Optional<ASN1Encodable> value(ASN1ObjectIdentifier type) {
    return Optional.ofNullable(values.get(type));
  }

  /// The transactionID, if there is one of an accepted string type and length.
  public Optional<TransactionId> transactionId() {
    ASN1Encodable value = values.get(ScepOid.TRANSACTION_ID);
    Optional<byte[]> octets = stringOctets(value);
    if (octets.isEmpty()
        || octets.get().length == 0
        || octets.get().length > TransactionId.MAX_BYTES) {
      return Optional.empty();
    }
    var encoding =
        switch (value) {
          case ASN1UTF8String _ -> TransactionId.Encoding.UTF8_STRING;
          case ASN1IA5String _ -> TransactionId.Encoding.IA5_STRING;
          case null, default -> TransactionId.Encoding.PRINTABLE_STRING;
        };
    return Optional.of(TransactionId.of(octets.get(), encoding));
  }

  /// The text of an attribute that is a string, octet by octet.
  public Optional<String> text(ASN1ObjectIdentifier type) {
    return stringOctets(values.get(type)).map(octets -> new String(octets, ISO_8859_1));
  }

  /// The nonce in an attribute, if it is an octet string of an accepted length.
  public Optional<Nonce> nonce(ASN1ObjectIdentifier type) {
    if (values.get(type) instanceof ASN1OctetString string) {
      byte[] octets = string.getOctets();
      if (octets.length > 0 && octets.length <= Nonce.MAX_BYTES) {
        return Optional.of(Nonce.of(octets));
      }
    }
    return Optional.empty();
  }

  /// The signingTime, if there is one that can be read.
  Optional<Instant> signingTime() {
    ASN1Encodable value = values.get(CMSAttributes.signingTime);
    if (value == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(Time.getInstance(value).getDate().toInstant());
    } catch (RuntimeException e) {
      // The parser's way to report what is no time.
      return Optional.empty();
    }
  }

  boolean contentTypeIsData() {
    return CMSObjectIdentifiers.data.equals(values.get(CMSAttributes.contentType));
  }

  Optional<byte[]> messageDigest() {
    return values.get(CMSAttributes.messageDigest) instanceof ASN1OctetString octets
        ? Optional.of(octets.getOctets())
        : Optional.empty();
  }

  byte[] derEncoded() {
    return SignedMessage.encode(set, "DER");
  }

  /// The octets of a PrintableString, UTF8String or IA5String exactly as they came.
  static Optional<byte[]> stringOctets(@Nullable ASN1Encodable value) {
    if (!(value instanceof ASN1PrintableString)
        && !(value instanceof ASN1UTF8String)
        && !(value instanceof ASN1IA5String)) {
      return Optional.empty();
    }
    byte[] encoded = SignedMessage.encode(value, "DER");
    int lengthOctet = encoded[1] & 0xff;
    int header = lengthOctet < 0x80 ? 2 : 2 + (lengthOctet & 0x7f);
    return Optional.of(java.util.Arrays.copyOfRange(encoded, header, encoded.length));
  }
}
