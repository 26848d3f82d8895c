package org.certctl.store;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ParsingException;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.ASN1UTF8String;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERUTF8String;
import org.certctl.audit.EnrollmentFacts;
import org.certctl.audit.Origin;

/// Writes the facts of an open enrollment as DER, to tell them again after a crash.
final class FactsEncoding {

  private static final int VERSION = 3;
  private static final int FIELDS = 19;
  private static final int SECOND_VERSION = 2;
  private static final int FIELDS_OF_SECOND_VERSION = 18;
  private static final int FIRST_VERSION = 1;
  private static final int FIELDS_OF_FIRST_VERSION = 15;

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
            facts.renews(),
            facts.origin().requestId(),
            facts.origin().sourceAddress(),
            facts.origin().userAgent())) {
      fields.add(new DERUTF8String(text));
    }
    fields.add(new DERSequence(names));
    fields.add(new DERUTF8String(facts.actionSuffix()));
    ASN1EncodableVector evidence = new ASN1EncodableVector();
    facts
        .evidence()
        .forEach(
            (key, value) -> {
              evidence.add(new DERUTF8String(key));
              evidence.add(new DERUTF8String(value));
            });
    fields.add(new DERSequence(evidence));
    fields.add(new DERUTF8String(facts.origin().clientCertificate()));
    try {
      return new DERSequence(fields).getEncoded(ASN1Encoding.DER);
    } catch (IOException e) {
      throw new IllegalStateException("encoding in memory cannot fail", e);
    }
  }

  /// Reads what this version or one before wrote: the second knew of no client certificates, the
  /// first of no renewals.
  ///
  /// @throws IllegalArgumentException when the octets are no facts of a known version
  static EnrollmentFacts decode(byte[] encoded) {
    try {
      return decoded(encoded);
    } catch (ASN1ParsingException e) { // what Bouncy Castle reads only when it is asked for
      throw new IllegalArgumentException("not the facts of an enrollment", e);
    }
  }

  private static EnrollmentFacts decoded(byte[] encoded) {
    ASN1Sequence fields = ASN1Sequence.getInstance(encoded);
    boolean isNewest = isOf(fields, VERSION, FIELDS);
    boolean isNew = isNewest || isOf(fields, SECOND_VERSION, FIELDS_OF_SECOND_VERSION);
    if (!isNew && !isOf(fields, FIRST_VERSION, FIELDS_OF_FIRST_VERSION)) {
      throw new IllegalArgumentException("not the facts of an enrollment of version " + VERSION);
    }
    int origin = isNew ? 12 : 11;
    List<String> names = texts(fields, origin + 3);
    var evidence = new LinkedHashMap<String, String>();
    if (isNew) {
      List<String> pairs = texts(fields, 17);
      for (int i = 0; i + 1 < pairs.size(); i += 2) {
        evidence.put(pairs.get(i), pairs.get(i + 1));
      }
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
        isNew ? text(fields, 11) : "",
        new Origin(
            text(fields, origin),
            text(fields, origin + 1),
            text(fields, origin + 2),
            isNewest ? text(fields, 18) : ""),
        isNew ? text(fields, 16) : "",
        evidence);
  }

  private static boolean isOf(ASN1Sequence fields, int version, int size) {
    return fields.size() == size
        && ASN1Integer.getInstance(fields.getObjectAt(0)).hasValue(version);
  }

  private static List<String> texts(ASN1Sequence fields, int index) {
    List<String> texts = new ArrayList<>();
    for (ASN1Encodable text : ASN1Sequence.getInstance(fields.getObjectAt(index))) {
      texts.add(ASN1UTF8String.getInstance(text).getString());
    }
    return texts;
  }

  private static String text(ASN1Sequence fields, int index) {
    return ASN1UTF8String.getInstance(fields.getObjectAt(index)).getString();
  }
}
