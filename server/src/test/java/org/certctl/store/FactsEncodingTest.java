package org.certctl.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.certctl.enroll.Enrollments.connectorFacts;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.DERSequence;
import org.certctl.audit.EnrollmentFacts;
import org.certctl.audit.Origin;
import org.junit.jupiter.api.Test;

class FactsEncodingTest {

  private static final EnrollmentFacts PLAIN = connectorFacts("a");

  @Test
  void readsWhatItWrote() {
    EnrollmentFacts facts = from(new Origin("r-1", "192.0.2.1", "agent", "CN=gateway,O=Größe"));
    assertThat(FactsEncoding.decode(FactsEncoding.encode(facts))).isEqualTo(facts);
  }

  @Test
  void readsWhatTheVersionBeforeWrote() throws IOException {
    EnrollmentFacts facts = from(new Origin("r-1", "192.0.2.1", "agent", "CN=gateway"));
    List<ASN1Encodable> fields = new ArrayList<>();
    ASN1Sequence.getInstance(FactsEncoding.encode(facts)).forEach(fields::add);
    fields.removeLast();
    fields.set(0, new ASN1Integer(2));
    ASN1EncodableVector second = new ASN1EncodableVector();
    fields.forEach(second::add);
    assertThat(FactsEncoding.decode(new DERSequence(second).getEncoded("DER")))
        .isEqualTo(from(new Origin("r-1", "192.0.2.1", "agent")));
  }

  private static EnrollmentFacts from(Origin origin) {
    return new EnrollmentFacts(
        PLAIN.protocol(),
        PLAIN.action(),
        PLAIN.endpoint(),
        PLAIN.transactionId(),
        PLAIN.device(),
        PLAIN.subject(),
        PLAIN.subjectAltNames(),
        PLAIN.subjectKeyDigest(),
        PLAIN.requesterKeyDigest(),
        PLAIN.issuerId(),
        PLAIN.profileId(),
        PLAIN.renews(),
        origin,
        PLAIN.actionSuffix(),
        PLAIN.evidence());
  }
}
