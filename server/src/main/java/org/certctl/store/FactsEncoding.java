package org.certctl.store;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.ASN1UTF8String;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERUTF8String;
import org.certctl.audit.EnrollmentFacts;
import org.certctl.audit.Origin;

/// Writes the facts of an open enrollment as DER, to tell them again after a crash.
final class FactsEncoding {

  private static final int VERSION = 1;
  private static final int FIELDS = 15;

  private FactsEncoding() {}

  static byte[] encode(EnrollmentFacts facts) {
    ASN1EncodableVector names = new ASN1EncodableVector();
    facts.subjectAltNames().forEach(name -> names.add(new DERUTF8String(name)));
    ASN1EncodableVector fields = new ASN1EncodableVector(FIELDS);
    fields.add(new ASN1Integer(VERSION));
    for (String text :
        List.of(
            facts.protocol(),
            facts.action(),
            facts.endpoint(),
            facts.transactionId(),
            facts.device(),
            facts.subject(),
            facts.subjectKeyDigest(),
            facts.requesterKeyDigest(),
            facts.issuerId(),
            facts.profileId(),
            facts.origin().requestId(),
            facts.origin().sourceAddress(),
            facts.origin().userAgent())) {
      fields.add(new DERUTF8String(text));
    }
    fields.add(new DERSequence(names));
    try {
      return new DERSequence(fields).getEncoded(ASN1Encoding.DER);
    } catch (IOException e) {
      throw new IllegalStateException("encoding in memory cannot fail", e);
    }
  }

  /// @throws IllegalArgumentException when the octets are no facts of a known version
  static EnrollmentFacts decode(byte[] encoded) {
    ASN1Sequence fields = ASN1Sequence.getInstance(encoded);
    if (fields.size() != FIELDS
        || !ASN1Integer.getInstance(fields.getObjectAt(0)).hasValue(VERSION)) {
      throw new IllegalArgumentException("not the facts of an enrollment of version " + VERSION);
    }
    List<String> names = new ArrayList<>();
    for (ASN1Encodable name : ASN1Sequence.getInstance(fields.getObjectAt(FIELDS - 1))) {
      names.add(ASN1UTF8String.getInstance(name).getString());
    }
    return new EnrollmentFacts(
        text(fields, 1),
        text(fields, 2),
        text(fields, 3),
        text(fields, 4),
        text(fields, 5),
        text(fields, 6),
        names,
        text(fields, 7),
        text(fields, 8),
        text(fields, 9),
        text(fields, 10),
        new Origin(text(fields, 11), text(fields, 12), text(fields, 13)));
  }

  private static String text(ASN1Sequence fields, int index) {
    return ASN1UTF8String.getInstance(fields.getObjectAt(index)).getString();
  }
}
