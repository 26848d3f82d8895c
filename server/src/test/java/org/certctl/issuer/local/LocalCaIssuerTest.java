package org.certctl.issuer.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.x509.AccessDescription;
import org.bouncycastle.asn1.x509.AuthorityInformationAccess;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.CRLDistPoint;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.operator.DefaultDigestAlgorithmIdentifierFinder;
import org.bouncycastle.operator.bc.BcECContentVerifierProviderBuilder;
import org.bouncycastle.operator.bc.BcRSAContentVerifierProviderBuilder;
import org.certctl.issuer.CrlPartition;
import org.certctl.issuer.IssueOrder;
import org.certctl.issuer.IssueResult;
import org.certctl.issuer.StatusLocations;
import org.certctl.pki.IssuedCertificate;
import org.certctl.pki.SerialNumber;
import org.certctl.pki.Signer;
import org.certctl.pki.SigningUnavailableException;
import org.certctl.pki.TestCa;
import org.certctl.pki.TestRequests;
import org.certctl.profile.ApprovedRequest;
import org.certctl.profile.CertificateProfile;
import org.certctl.profile.IssuerLimits;
import org.certctl.profile.PolicyDecision;
import org.certctl.profile.PolicyGate;
import org.junit.jupiter.api.Test;

class LocalCaIssuerTest {

  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  private static final SerialNumber SERIAL = new SerialNumber(new BigInteger("abcdef0123", 16));

  @Test
  void signsWithAnRsaKey() throws Exception {
    TestCa ca = TestCa.rsa();
    X509CertificateHolder certificate = issue(ca, approved()).holder();
    assertThat(
            certificate.isSignatureValid(
                new BcRSAContentVerifierProviderBuilder(
                        new DefaultDigestAlgorithmIdentifierFinder())
                    .build(ca.certificate().holder())))
        .isTrue();
    assertThat(certificate.getIssuer()).isEqualTo(ca.certificate().holder().getSubject());
    assertThat(certificate.getSerialNumber()).isEqualTo(SERIAL.value());
    assertThat(certificate.getVersionNumber()).isEqualTo(3);
  }

  @Test
  void signsWithAnEcKey() throws Exception {
    TestCa ca = TestCa.ec();
    X509CertificateHolder certificate = issue(ca, approved()).holder();
    assertThat(
            certificate.isSignatureValid(
                new BcECContentVerifierProviderBuilder(new DefaultDigestAlgorithmIdentifierFinder())
                    .build(ca.certificate().holder())))
        .isTrue();
  }

  @Test
  void namesBothKeys() {
    TestCa ca = TestCa.rsa();
    X509CertificateHolder certificate = issue(ca, approved()).holder();
    assertThat(certificate.getExtension(Extension.subjectKeyIdentifier)).isNotNull();
    assertThat(
            AuthorityKeyIdentifier.fromExtensions(certificate.getExtensions())
                .getKeyIdentifierOctets())
        .isEqualTo(ca.keyIdentifier());
  }

  @Test
  void saysNothingOfStatusUnlessToldWhere() {
    X509CertificateHolder certificate = issue(TestCa.ec(), approved()).holder();

    assertThat(certificate.getExtension(Extension.cRLDistributionPoints)).isNull();
    assertThat(certificate.getExtension(Extension.authorityInfoAccess)).isNull();
  }

  @Test
  void saysWhereCrlAndIssuerAre() {
    TestCa ca = TestCa.ec();
    LocalCaIssuer issuer =
        new LocalCaIssuer(
            "iss-local",
            List.of(ca.certificate()),
            ca.signer(),
            Optional.of(StatusLocations.below("http://pki.example.com", "iss-local", false)));
    X509CertificateHolder certificate =
        ((IssueResult.Issued) issuer.issue(new IssueOrder("1", SERIAL, approved())))
            .certificate()
            .holder();

    assertThat(
            CRLDistPoint.getInstance(
                    certificate.getExtension(Extension.cRLDistributionPoints).getParsedValue())
                .getDistributionPoints())
        .singleElement()
        .extracting(point -> point.getDistributionPoint().getName().toString())
        .asString()
        .contains("http://pki.example.com/.well-known/pki/crl/iss-local");
    assertThat(
            AuthorityInformationAccess.fromExtensions(certificate.getExtensions())
                .getAccessDescriptions())
        .singleElement()
        .satisfies(
            access -> {
              assertThat(access.getAccessMethod()).isEqualTo(AccessDescription.id_ad_caIssuers);
              assertThat(access.getAccessLocation().getName().toString())
                  .isEqualTo("http://pki.example.com/.well-known/pki/ca/iss-local");
            });
  }

  @Test
  void namesTheCrlOfAPartitionThatItsSerialNumberChooses() {
    TestCa ca = TestCa.ec();
    LocalCaIssuer issuer =
        new LocalCaIssuer(
            "iss-local",
            List.of(ca.certificate()),
            ca.signer(),
            Optional.of(
                StatusLocations.below("http://pki.example.com/base", "iss-local", false)
                    .withCrlPartitions(16)));
    for (int serial = 1; serial <= 33; serial++) {
      IssueOrder order =
          new IssueOrder("1", new SerialNumber(BigInteger.valueOf(serial)), approved());
      IssuedCertificate certificate = ((IssueResult.Issued) issuer.issue(order)).certificate();

      int partition = 1 + serial % 16;
      assertThat(CrlPartition.namedBy(certificate))
          .contains(
              new CrlPartition(
                  "iss-local",
                  partition,
                  "http://pki.example.com/base/.well-known/pki/crl/iss-local/" + partition));
    }
  }

  @Test
  void theSameOrderGivesTheSameCertificate() {
    TestCa ca = TestCa.rsa();
    byte[] kept = approved().encoded();
    IssuedCertificate first = issue(ca, ApprovedRequest.restored(kept));
    IssuedCertificate again = issue(ca, ApprovedRequest.restored(kept));
    assertThat(again).isEqualTo(first);
  }

  @Test
  void redeemsAnApprovedRequestOnce() {
    TestCa ca = TestCa.rsa();
    ApprovedRequest approved = approved();
    var _ = issue(ca, approved);
    assertThatThrownBy(() -> issue(ca, approved)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aKeyThatIsAwayIsUnavailableNotRefused() {
    TestCa ca = TestCa.rsa();
    Signer away =
        new Signer() {
          @Override
          public org.bouncycastle.asn1.x509.AlgorithmIdentifier algorithm() {
            return ca.signer().algorithm();
          }

          @Override
          public byte[] sign(byte[] toBeSigned) throws SigningUnavailableException {
            throw new SigningUnavailableException("token away", new IllegalStateException());
          }
        };
    LocalCaIssuer issuer = new LocalCaIssuer("iss-local", List.of(ca.certificate()), away);
    assertThat(issuer.issue(new IssueOrder("1", SERIAL, approved())))
        .isInstanceOf(IssueResult.Unavailable.class);
  }

  private static IssuedCertificate issue(TestCa ca, ApprovedRequest approved) {
    LocalCaIssuer issuer = new LocalCaIssuer("iss-local", List.of(ca.certificate()), ca.signer());
    return ((IssueResult.Issued) issuer.issue(new IssueOrder("1", SERIAL, approved))).certificate();
  }

  private static ApprovedRequest approved() {
    PolicyDecision decision =
        new PolicyGate(CertificateProfile.defaults(), Set.of())
            .decide(
                TestRequests.of("CN=phone,O=Corp"),
                IssuerLimits.until(NOW.plus(Duration.ofDays(3650))),
                NOW);
    return ((PolicyDecision.Approved) decision).request();
  }
}
