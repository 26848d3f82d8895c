package org.certctl.profile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSAPublicKey;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.NameConstraints;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.certctl.pki.CaNameConstraints;
import org.certctl.pki.CertificateRequest;
import org.certctl.pki.IssuedCertificate;
import org.certctl.pki.Sha256;
import org.certctl.pki.TestCa;
import org.certctl.pki.TestRequests;
import org.junit.jupiter.api.Test;

class PolicyGateTest {

  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  private static final Instant CA_END = NOW.plus(Duration.ofDays(3650));
  private static final ASN1ObjectIdentifier SID = new ASN1ObjectIdentifier("1.3.6.1.4.1.311.25.2");

  private final PolicyGate gate = new PolicyGate(CertificateProfile.defaults(), Set.of());

  @Test
  void approvesAnEndEntityForAYearFromFiveMinutesAgo() {
    ApprovedRequest approved = approved(TestRequests.of("CN=phone,O=Corp"));
    assertThat(approved.notBefore()).isEqualTo(NOW.minusSeconds(300));
    assertThat(approved.notAfter()).isEqualTo(NOW.plus(Duration.ofDays(365)).minusSeconds(1));
    assertThat(BasicConstraints.fromExtensions(approved.extensions()).isCA()).isFalse();
    assertThat(KeyUsage.fromExtensions(approved.extensions()).getPadBits()).isEqualTo(7);
    assertThat(ExtendedKeyUsage.fromExtensions(approved.extensions()).getUsages())
        .containsExactly(KeyPurposeId.id_kp_clientAuth);
  }

  @Test
  void noCertificateOutlivesItsIssuer() {
    Instant end = NOW.plus(Duration.ofDays(10));
    PolicyDecision decision = gate.decide(TestRequests.of("CN=a"), IssuerLimits.until(end), NOW);
    assertThat(((PolicyDecision.Approved) decision).request().notAfter()).isEqualTo(end);
  }

  @Test
  void refusesWhenTheIssuerHasEnded() {
    PolicyDecision decision = gate.decide(TestRequests.of("CN=a"), IssuerLimits.until(NOW), NOW);
    assertThat(((PolicyDecision.Violated) decision).violations())
        .extracting(Violation::code)
        .containsExactly(Violation.Code.ISSUER_ENDED);
  }

  @Test
  void refusesWhenTheClockIsBeforeTheTimeOfTheIssuer() {
    IssuedCertificate issuing = TestCa.ec().certificate();
    IssuerLimits limits = IssuerLimits.of(List.of(issuing.holder()));
    PolicyDecision decision =
        gate.decide(TestRequests.of("CN=a"), limits, issuing.notBefore().minusSeconds(1));
    assertThat(((PolicyDecision.Violated) decision).violations())
        .extracting(violation -> violation.code().wireValue())
        .containsExactly("issuer_not_yet_valid");
    assertThat(gate.decide(TestRequests.of("CN=a"), limits, issuing.notBefore()))
        .isInstanceOf(PolicyDecision.Approved.class);
  }

  @Test
  void refusesNamesThatTheNameConstraintsOfTheIssuerDoNotAllow() {
    IssuerLimits limits =
        new IssuerLimits(
            Instant.MIN,
            CA_END,
            CaNameConstraints.of(
                new NameConstraints(
                    new GeneralSubtree[] {CaNameConstraints.parse("dns:corp.example")}, null)));
    Extensions names =
        TestRequests.extension(
            Extension.subjectAlternativeName,
            new GeneralNames(
                new GeneralName[] {
                  new GeneralName(GeneralName.dNSName, "a.corp.example"),
                  new GeneralName(GeneralName.dNSName, "a.other.example"),
                  new GeneralName(GeneralName.rfc822Name, "a@other.example")
                }));
    PolicyDecision decision =
        gate.decide(TestRequests.of("CN=a", TestRequests.P_256, names), limits, NOW);
    assertThat(((PolicyDecision.Violated) decision).violations())
        .singleElement()
        .satisfies(
            violation -> {
              assertThat(violation.code()).isEqualTo(Violation.Code.NAME_CONSTRAINT_VIOLATED);
              assertThat(violation.explanation()).contains("DNS:a.other.example");
            });
    assertThat(gate.decide(TestRequests.of("CN=a"), limits, NOW))
        .isInstanceOf(PolicyDecision.Approved.class);
  }

  @Test
  void keepsSubjectAltNamesByteForByte() {
    Extensions names =
        TestRequests.extension(
            Extension.subjectAlternativeName,
            new GeneralNames(
                new GeneralName(GeneralName.uniformResourceIdentifier, "tag:x.example,2026:7")));
    ApprovedRequest approved = approved(TestRequests.of("CN=a", TestRequests.P_256, names));
    Extension kept = approved.extensions().getExtension(Extension.subjectAlternativeName);
    assertThat(kept.getExtnValue().getOctets())
        .isEqualTo(names.getExtension(Extension.subjectAlternativeName).getExtnValue().getOctets());
    assertThat(kept.isCritical()).isFalse();
  }

  @Test
  void stripsTheSecurityIdentifierOfWindows() {
    Extensions sid = TestRequests.extension(SID, new DEROctetString(new byte[] {1, 2, 3}));
    ApprovedRequest approved = approved(TestRequests.of("CN=a", TestRequests.P_256, sid));
    assertThat(approved.extensions().getExtension(SID)).isNull();
  }

  @Test
  void a12_refusesCaTrue() {
    Extensions ca = TestRequests.extension(Extension.basicConstraints, new BasicConstraints(true));
    assertThat(codes(TestRequests.of("CN=a", TestRequests.P_256, ca)))
        .containsExactly(Violation.Code.CA_REQUESTED);
  }

  @Test
  void reportsAllViolationsAtOnce() {
    Extensions usages =
        TestRequests.extension(
            Extension.keyUsage, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.digitalSignature));
    assertThat(codes(TestRequests.of("", TestRequests.rsa(1024), usages)))
        .containsExactlyInAnyOrder(
            Violation.Code.KEY_NOT_ALLOWED,
            Violation.Code.KEY_USAGE_NOT_ALLOWED,
            Violation.Code.SUBJECT_EMPTY);
  }

  @Test
  void refusesKeyPurposesBeyondTheProfile() {
    Extensions ocsp =
        TestRequests.extension(
            Extension.extendedKeyUsage, new ExtendedKeyUsage(KeyPurposeId.id_kp_OCSPSigning));
    Extensions any =
        TestRequests.extension(
            Extension.extendedKeyUsage, new ExtendedKeyUsage(KeyPurposeId.anyExtendedKeyUsage));
    assertThat(codes(TestRequests.of("CN=a", TestRequests.P_256, ocsp)))
        .containsExactly(Violation.Code.EXTENDED_KEY_USAGE_NOT_ALLOWED);
    assertThat(codes(TestRequests.of("CN=a", TestRequests.P_256, any)))
        .containsExactly(Violation.Code.EXTENDED_KEY_USAGE_NOT_ALLOWED);
  }

  @Test
  void takesOnlyTheAllowedKeys() {
    assertThat(codes(TestRequests.of("CN=a", TestRequests.rsa(2048), null))).isEmpty();
    assertThat(codes(TestRequests.of("CN=a", TestRequests.ec("secp384r1"), null))).isEmpty();
    assertThat(codes(TestRequests.of("CN=a", dsaKey(), null)))
        .containsExactly(Violation.Code.KEY_NOT_ALLOWED);
  }

  @Test
  void refusesWeakRsaKeys() throws IOException {
    BigInteger modulus = rsaOf(TestRequests.rsa(2048)).getModulus();
    assertThat(codes(TestRequests.of("CN=a", rsaKey(modulus, 3), null)))
        .containsExactly(Violation.Code.KEY_WEAK);
    assertThat(codes(TestRequests.of("CN=a", rsaKey(modulus.clearBit(0), 65537), null)))
        .containsExactly(Violation.Code.KEY_WEAK);
  }

  @Test
  void recognisesTheGeneratorOfRoca() {
    // Powers of 65537 modulo the product of the primes are what that generator makes.
    BigInteger primorial =
        IntStream.of(11, 13, 17, 19, 37, 53, 61, 71, 73, 79, 97, 103, 107, 109, 127, 151, 157)
            .mapToObj(BigInteger::valueOf)
            .reduce(BigInteger.ONE, BigInteger::multiply);
    BigInteger residue = BigInteger.valueOf(65537).modPow(BigInteger.valueOf(123_457), primorial);
    BigInteger modulus = primorial.multiply(BigInteger.ONE.shiftLeft(2047)).add(residue);
    assertThat(RocaFingerprint.matches(modulus)).isTrue();
    assertThat(RocaFingerprint.matches(modulus.add(BigInteger.TWO))).isFalse();
  }

  @Test
  void sec20_refusesKeysOfThisServer() throws IOException {
    PolicyGate reserved =
        new PolicyGate(
            CertificateProfile.defaults(),
            Set.of(Sha256.over(TestRequests.P_256.getEncoded("DER"))));
    PolicyDecision decision =
        reserved.decide(TestRequests.of("CN=a"), IssuerLimits.until(CA_END), NOW);
    assertThat(((PolicyDecision.Violated) decision).violations())
        .extracting(Violation::code)
        .containsExactly(Violation.Code.KEY_RESERVED);
  }

  @Test
  void boundsTheNumberOfNames() {
    GeneralName[] names =
        IntStream.range(0, 101)
            .mapToObj(i -> new GeneralName(GeneralName.dNSName, "h" + i + ".example"))
            .toArray(GeneralName[]::new);
    Extensions tooMany =
        TestRequests.extension(Extension.subjectAlternativeName, new GeneralNames(names));
    assertThat(codes(TestRequests.of("CN=a", TestRequests.P_256, tooMany)))
        .containsExactly(Violation.Code.SUBJECT_ALT_NAMES_INVALID);
  }

  @Test
  void refusesExtensionsThatCannotBeRead() {
    for (ASN1ObjectIdentifier type :
        List.of(
            Extension.subjectAlternativeName,
            Extension.keyUsage,
            Extension.extendedKeyUsage,
            Extension.basicConstraints)) {
      Extensions broken = TestRequests.extension(type, DERNull.INSTANCE);
      assertThat(codes(TestRequests.of("CN=a", TestRequests.P_256, broken)))
          .as(type.getId())
          .hasSize(1);
    }
  }

  @Test
  void anApprovedRequestIsRedeemedOnceAndSurvivesKeeping() {
    ApprovedRequest approved = approved(TestRequests.of("CN=phone,O=Corp"));
    ApprovedRequest restored = ApprovedRequest.restored(approved.encoded());
    assertThat(restored.encoded()).isEqualTo(approved.encoded());
    assertThat(restored.notAfter()).isEqualTo(approved.notAfter());
    assertThat(restored.subject()).isEqualTo(approved.subject());
    assertThat(approved.redeem()).isTrue();
    assertThat(approved.redeem()).isFalse();
  }

  private ApprovedRequest approved(CertificateRequest request) {
    return ((PolicyDecision.Approved) gate.decide(request, IssuerLimits.until(CA_END), NOW))
        .request();
  }

  private List<Violation.Code> codes(CertificateRequest request) {
    return switch (gate.decide(request, IssuerLimits.until(CA_END), NOW)) {
      case PolicyDecision.Approved _ -> List.of();
      case PolicyDecision.Violated violated ->
          violated.violations().stream().map(Violation::code).toList();
    };
  }

  private static RSAPublicKey rsaOf(SubjectPublicKeyInfo key) throws IOException {
    return RSAPublicKey.getInstance(key.parsePublicKey());
  }

  private static SubjectPublicKeyInfo rsaKey(BigInteger modulus, int exponent) throws IOException {
    return new SubjectPublicKeyInfo(
        new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE),
        new RSAPublicKey(modulus, BigInteger.valueOf(exponent)));
  }

  private static SubjectPublicKeyInfo dsaKey() {
    try {
      return SubjectPublicKeyInfo.getInstance(
          java.security.KeyPairGenerator.getInstance("DSA")
              .generateKeyPair()
              .getPublic()
              .getEncoded());
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
