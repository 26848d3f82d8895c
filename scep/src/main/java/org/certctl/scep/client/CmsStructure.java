package org.certctl.scep.client;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.ASN1TaggedObject;
import org.bouncycastle.asn1.BEROctetString;
import org.bouncycastle.asn1.BERSequence;
import org.bouncycastle.asn1.BERSet;
import org.bouncycastle.asn1.BERTaggedObject;
import org.bouncycastle.asn1.BERTags;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DLSequence;
import org.bouncycastle.asn1.DLSet;
import org.bouncycastle.asn1.DLTaggedObject;

/// The two forms in which the layers of a message can be written; both occur in the field.
public enum CmsStructure {
  /// Definite lengths.
  DEFINITE,
  /// Indefinite lengths and octet strings in pieces, as Bouncy Castle and Apple write them.
  INDEFINITE;

  private static final int SEGMENT_BYTES = 64;

  ASN1Encodable sequence(List<ASN1Encodable> elements) {
    ASN1Encodable[] array = elements.toArray(new ASN1Encodable[0]);
    return this == DEFINITE ? new DLSequence(array) : new BERSequence(array);
  }

  ASN1Encodable set(List<? extends ASN1Encodable> elements) {
    ASN1Encodable[] array = elements.toArray(new ASN1Encodable[0]);
    return this == DEFINITE ? new DLSet(array) : new BERSet(array);
  }

  ASN1Encodable tagged(boolean explicit, int number, ASN1Encodable object) {
    boolean primitive = object instanceof DEROctetString && !explicit;
    return this == DEFINITE || primitive
        ? new DLTaggedObject(explicit, number, object)
        : new BERTaggedObject(explicit, number, object);
  }

  ASN1Encodable octets(byte[] octets) {
    return this == DEFINITE
        ? new DEROctetString(octets)
        : new BEROctetString(octets, SEGMENT_BYTES);
  }

  /// An encoded envelope in this form.
  byte[] rewritten(byte[] envelope) {
    if (this == DEFINITE) {
      return envelope;
    }
    try {
      ASN1Sequence outer = ASN1Sequence.getInstance(ASN1Primitive.fromByteArray(envelope));
      ASN1Sequence data =
          ASN1Sequence.getInstance(
              ASN1TaggedObject.getInstance(outer.getObjectAt(1)).getExplicitBaseObject());
      ASN1Sequence info = ASN1Sequence.getInstance(data.getObjectAt(data.size() - 1));
      ASN1OctetString content =
          ASN1OctetString.getInstance(
              ASN1TaggedObject.getInstance(info.getObjectAt(2), BERTags.CONTEXT_SPECIFIC, 0),
              false);
      var fields = new ArrayList<ASN1Encodable>();
      for (int i = 0; i < data.size() - 1; i++) {
        fields.add(data.getObjectAt(i));
      }
      fields.add(
          sequence(
              List.of(
                  info.getObjectAt(0),
                  info.getObjectAt(1),
                  tagged(false, 0, octets(content.getOctets())))));
      return ((BERSequence)
              sequence(List.of(outer.getObjectAt(0), tagged(true, 0, sequence(fields)))))
          .getEncoded("BER");
    } catch (IOException e) {
      throw new IllegalStateException("encoding in memory failed", e);
    }
  }
}
