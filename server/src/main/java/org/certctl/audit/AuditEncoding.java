package org.certctl.audit;

import java.io.IOException;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.ASN1UTF8String;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERUTF8String;

/// The canonical octets of an audit entry: what is hashed and sealed.
///
/// DER, so that one entry has one encoding and `openssl asn1parse` can show it:
///
/// ```
/// AuditEntry ::= SEQUENCE {
///   version INTEGER (1), at INTEGER (milliseconds since 1970-01-01T00:00:00Z),
///   category, action, actor, actorType, resourceType, resourceId,
///   outcome, reason, endpoint, transactionId  UTF8String,
///   details SEQUENCE OF SEQUENCE { key UTF8String, value UTF8String } }
/// ```
///
/// The sequence number is not inside: a block binds it.
public final class AuditEncoding {

  private static final int VERSION = 1;
  private static final int FIELDS = 13;

  private AuditEncoding() {}

  /// Encodes everything but the sequence number.
  public static byte[] encode(AuditEntry entry) {
    ASN1EncodableVector fields = new ASN1EncodableVector(FIELDS);
    fields.add(new ASN1Integer(VERSION));
    fields.add(new ASN1Integer(entry.at().toEpochMilli()));
    fields.add(new DERUTF8String(entry.category()));
    fields.add(new DERUTF8String(entry.action()));
    fields.add(new DERUTF8String(entry.actor()));
    fields.add(new DERUTF8String(entry.actorType()));
    fields.add(new DERUTF8String(entry.resourceType()));
    fields.add(new DERUTF8String(entry.resourceId()));
    fields.add(new DERUTF8String(entry.outcome()));
    fields.add(new DERUTF8String(entry.reason()));
    fields.add(new DERUTF8String(entry.endpoint()));
    fields.add(new DERUTF8String(entry.transactionId()));
    ASN1EncodableVector details = new ASN1EncodableVector(entry.details().size());
    entry
        .details()
        .forEach(
            (key, value) ->
                details.add(
                    new DERSequence(
                        new ASN1Encodable[] {new DERUTF8String(key), new DERUTF8String(value)})));
    fields.add(new DERSequence(details));
    try {
      return new DERSequence(fields).getEncoded(ASN1Encoding.DER);
    } catch (IOException e) {
      throw new IllegalStateException("encoding in memory cannot fail", e);
    }
  }

  /// Decodes what {@link #encode(AuditEntry)} wrote and puts it at this place in the trail.
  ///
  /// @throws IllegalArgumentException when the octets are not the canonical encoding of an entry of
  ///   a known version
  public static AuditEntry decode(long sequence, byte[] canonical) {
    AuditEntry entry;
    try {
      entry = read(sequence, ASN1Sequence.getInstance(canonical));
    } catch (IllegalStateException
        | ArithmeticException
        | DateTimeException
        | IndexOutOfBoundsException e) {
      throw new IllegalArgumentException("not an audit entry", e);
    }
    if (!Arrays.equals(canonical, encode(entry))) {
      throw new IllegalArgumentException("not the canonical encoding of an audit entry");
    }
    return entry;
  }

  private static AuditEntry read(long sequence, ASN1Sequence fields) {
    if (fields.size() != FIELDS || !integer(fields, 0).equals(BigInteger.valueOf(VERSION))) {
      throw new IllegalArgumentException("not an audit entry of version " + VERSION);
    }
    var details = new LinkedHashMap<String, String>();
    for (ASN1Encodable element : ASN1Sequence.getInstance(fields.getObjectAt(FIELDS - 1))) {
      ASN1Sequence pair = ASN1Sequence.getInstance(element);
      details.put(text(pair, 0), text(pair, 1));
    }
    return new AuditEntry(
        sequence,
        Instant.ofEpochMilli(integer(fields, 1).longValueExact()),
        text(fields, 2),
        text(fields, 3),
        text(fields, 4),
        text(fields, 5),
        text(fields, 6),
        text(fields, 7),
        text(fields, 8),
        text(fields, 9),
        text(fields, 10),
        text(fields, 11),
        details);
  }

  private static BigInteger integer(ASN1Sequence fields, int index) {
    return ASN1Integer.getInstance(fields.getObjectAt(index)).getValue();
  }

  private static String text(ASN1Sequence fields, int index) {
    return ASN1UTF8String.getInstance(fields.getObjectAt(index)).getString();
  }
}
