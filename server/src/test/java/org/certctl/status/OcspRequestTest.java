package org.certctl.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.ocsp.CertID;
import org.bouncycastle.asn1.ocsp.OCSPRequest;
import org.bouncycastle.asn1.oiw.OIWObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.certctl.pki.TestCa;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The bounds of an OCSP request (RFC 6960, section 4.1; RFC 9654).
class OcspRequestTest {

  private static final TestCa CA = TestCa.ec();

  private static CertificateID id(int serial) {
    return OcspRequests.id(CA.certificate().holder(), BigInteger.valueOf(serial));
  }

  private static CertificateID[] ids(int count) {
    return IntStream.range(1, count + 1)
        .mapToObj(OcspRequestTest::id)
        .toArray(CertificateID[]::new);
  }

  @Test
  void readsWhatIsAskedForInItsOrder() {
    OcspRequest request = OcspRequest.parse(OcspRequests.request(id(7), id(5))).orElseThrow();

    assertThat(request.certificates()).containsExactly(id(7), id(5));
    assertThat(request.nonce()).isEmpty();
  }

  @Test
  void takesUpToSixteenCertificates() {
    assertThat(OcspRequest.parse(OcspRequests.request(ids(16)))).isPresent();
    assertThat(OcspRequest.parse(OcspRequests.request(ids(17)))).isEmpty();
    assertThat(OcspRequest.parse(OcspRequests.request())).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 16, 32, 128})
  void takesANonceOfOneTo128Octets(int bytes) {
    assertThat(OcspRequest.parse(OcspRequests.withNonce(bytes, id(1))))
        .hasValueSatisfying(request -> assertThat(request.nonce()).isPresent());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 129})
  void refusesANonceOfAnotherLength(int bytes) {
    assertThat(OcspRequest.parse(OcspRequests.withNonce(bytes, id(1)))).isEmpty();
  }

  @Test
  void refusesACriticalExtensionThatNobodyHereUnderstands() {
    assertThat(OcspRequest.parse(OcspRequests.withUnknownExtension(true, id(1)))).isEmpty();
    assertThat(OcspRequest.parse(OcspRequests.withUnknownExtension(false, id(1)))).isPresent();
  }

  @Test
  void refusesEveryTruncationAndAnythingAfterTheEnd() {
    byte[] request = OcspRequests.withNonce(32, id(1));

    for (int length = 0; length < request.length; length++) {
      assertThat(OcspRequest.parse(Arrays.copyOf(request, length))).as("%s", length).isEmpty();
    }
    assertThat(OcspRequest.parse(Arrays.copyOf(request, request.length + 1))).isEmpty();
  }

  @Test
  void refusesWhatIsTooLongOrTooDeep() {
    byte[] deep = new byte[OcspRequest.MAX_BYTES];
    for (int i = 0; i < deep.length; i += 2) {
      deep[i] = 0x30;
      deep[i + 1] = (byte) 0x80;
    }
    assertThat(OcspRequest.parse(deep)).isEmpty();
    assertThat(OcspRequest.parse(new byte[OcspRequest.MAX_BYTES + 1])).isEmpty();
    assertThat(OcspRequest.parse(new byte[] {0x30, 0x00})).isEmpty();
  }

  @Test
  void refusesAnotherVersion() throws IOException {
    ASN1Primitive list =
        OCSPRequest.getInstance(OcspRequests.request(id(1)))
            .getTbsRequest()
            .getRequestList()
            .toASN1Primitive();
    for (int version : List.of(0, 1)) {
      ASN1EncodableVector tbs = new ASN1EncodableVector();
      tbs.add(new DERTaggedObject(true, 0, new ASN1Integer(version)));
      tbs.add(list);
      byte[] request = new DERSequence(new DERSequence(tbs)).getEncoded();
      assertThat(OcspRequest.parse(request).isPresent()).isEqualTo(version == 0);
    }
  }

  @Test
  void refusesADigestWithParametersThatTheAnswerWouldHaveToRepeat() {
    AlgorithmIdentifier padded =
        new AlgorithmIdentifier(OIWObjectIdentifiers.idSHA1, new DEROctetString(new byte[4096]));
    CertID plain = id(1).toASN1Primitive();
    CertID id =
        new CertID(
            padded, plain.getIssuerNameHash(), plain.getIssuerKeyHash(), plain.getSerialNumber());

    assertThat(OcspRequest.parse(OcspRequests.request(new CertificateID(id)))).isEmpty();
  }
}
