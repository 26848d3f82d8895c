package org.certctl.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509CRLEntry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.List;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.CRLNumber;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.cert.X509CRLHolder;
import org.certctl.issuer.CrlSigner;
import org.certctl.issuer.local.LocalCaIssuer;
import org.certctl.pki.Revocation;
import org.certctl.pki.RevocationReason;
import org.certctl.pki.SerialNumber;
import org.certctl.pki.SigningUnavailableException;
import org.certctl.pki.TestCa;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// CRLs as the JDK and Bouncy Castle read them.
class CrlIssuanceTest {

  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00.750Z");
  private static final Instant SECONDS = Instant.parse("2026-03-01T12:00:00Z");
  private static final Instant LATER = NOW.plus(Duration.ofDays(30));
  private static final Duration DAY = Duration.ofDays(1);
  private static final TestCa RSA = TestCa.rsa();
  private static final TestCa EC = TestCa.ec();
  private static final String ISSUER = "iss-local";
  private static final CrlKey KEY = CrlKey.complete(ISSUER);

  private final MemoryCrlStore store = new MemoryCrlStore();

  static Stream<TestCa> authorities() {
    return Stream.of(RSA, EC);
  }

  private static CrlSigner signer(TestCa ca) {
    return new LocalCaIssuer(ISSUER, List.of(ca.certificate()), ca.signer());
  }

  private CrlIssuance issuance(Instant now) {
    return new CrlIssuance(store, CrlRules.defaults(), Clock.fixed(now, ZoneOffset.UTC));
  }

  private void revoke(long serial, RevocationReason reason, Instant notAfter) {
    store.revoke(
        ISSUER,
        new SerialNumber(BigInteger.valueOf(serial)),
        new Revocation(reason, NOW.minus(DAY)),
        notAfter);
  }

  private byte[] encoded(CrlEdition edition) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int part = 0; part < edition.parts(); part++) {
      all.writeBytes(store.part(edition, part).orElseThrow().octets());
    }
    assertThat(all.size()).isEqualTo(edition.sizeBytes());
    return all.toByteArray();
  }

  private X509CRL verified(CrlEdition edition, TestCa ca) throws Exception {
    CertificateFactory x509 = CertificateFactory.getInstance("X.509");
    X509CRL crl = (X509CRL) x509.generateCRL(new ByteArrayInputStream(encoded(edition)));
    crl.verify(
        x509.generateCertificate(new ByteArrayInputStream(ca.certificate().encoded()))
            .getPublicKey());
    return crl;
  }

  @ParameterizedTest
  @MethodSource("authorities")
  void anEmptyCrlIsSoundAndNamesNumberTimesAndKey(TestCa ca) throws Exception {
    CrlEdition edition = issuance(NOW).issue(signer(ca));

    X509CRL crl = verified(edition, ca);
    assertThat(crl.getVersion()).isEqualTo(2);
    assertThat(crl.getRevokedCertificates()).isNull();
    assertThat(crl.getThisUpdate()).isEqualTo(Date.from(SECONDS));
    assertThat(crl.getNextUpdate()).isEqualTo(Date.from(SECONDS.plus(DAY)));
    X509CRLHolder holder = new X509CRLHolder(encoded(edition));
    assertThat(holder.getIssuer()).isEqualTo(ca.certificate().holder().getSubject());
    assertThat(
            CRLNumber.getInstance(holder.getExtension(Extension.cRLNumber).getParsedValue())
                .getCRLNumber())
        .isEqualTo(BigInteger.valueOf(edition.number()));
    assertThat(
            AuthorityKeyIdentifier.getInstance(
                    holder.getExtension(Extension.authorityKeyIdentifier).getParsedValue())
                .getKeyIdentifierOctets())
        .isEqualTo(ca.keyIdentifier());
    assertThat(edition.entries()).isZero();
    assertThat(store.newest(KEY)).contains(edition);
    assertThat(store.events()).hasSize(1);
  }

  @Test
  void listsWhatIsRevokedWithTimeAndReason() throws Exception {
    for (RevocationReason reason : RevocationReason.values()) {
      revoke(1000 + reason.code(), reason, LATER);
    }

    X509CRL crl = verified(issuance(NOW).issue(signer(EC)), EC);

    assertThat(crl.getRevokedCertificates()).hasSize(RevocationReason.values().length);
    for (RevocationReason reason : RevocationReason.values()) {
      X509CRLEntry entry = crl.getRevokedCertificate(BigInteger.valueOf(1000 + reason.code()));
      assertThat(entry.getRevocationDate()).isEqualTo(Date.from(SECONDS.minus(DAY)));
      if (reason == RevocationReason.UNSPECIFIED) {
        assertThat(entry.hasExtensions()).as("RFC 5280, section 5.3.1").isFalse();
      } else {
        assertThat(entry.getRevocationReason().name()).isEqualTo(reason.name());
      }
    }
  }

  @Test
  void aCrlOfManyPartsIsOneSoundCrl() throws Exception {
    int entries = 9_000;
    for (int i = 0; i < entries; i++) {
      revoke(1_000_000_000_000L + i, RevocationReason.KEY_COMPROMISE, LATER);
    }

    CrlEdition edition = issuance(NOW).issue(signer(RSA));

    assertThat(edition.parts()).isGreaterThan(2);
    assertThat(edition.entries()).isEqualTo(entries);
    assertThat(verified(edition, RSA).getRevokedCertificates()).hasSize(entries);
  }

  @Test
  void anExpiredCertificateStaysForOneScheduledCrl() throws Exception {
    Instant end = NOW.plusSeconds(60);
    revoke(1, RevocationReason.SUPERSEDED, end);
    Duration interval = CrlRules.defaults().interval();

    assertThat(issuance(NOW).issue(signer(EC)).entries()).isEqualTo(1);
    assertThat(issuance(NOW.plus(interval)).issue(signer(EC)).entries())
        .as("the first after its end")
        .isEqualTo(1);
    assertThat(
            issuance(NOW.plus(interval.multipliedBy(2)).plusSeconds(120))
                .issue(signer(EC))
                .entries())
        .isZero();
  }

  @Test
  void ofTwoMadeAtOnceTheHigherNumberStaysTheNewest() throws Exception {
    CrlEdition[] between = new CrlEdition[1];
    store.beforePublishing(
        () -> {
          try {
            between[0] = issuance(NOW).issue(signer(EC));
          } catch (Exception e) {
            throw new AssertionError(e);
          }
        });

    CrlEdition newest = issuance(NOW).issue(signer(EC));

    assertThat(newest).isEqualTo(between[0]);
    assertThat(store.newest(KEY)).contains(between[0]);
    verified(newest, EC);
  }

  @Test
  void publishesNothingWhenTheKeyIsAway() throws Exception {
    var away =
        new org.certctl.pki.Signer() {
          @Override
          public org.bouncycastle.asn1.x509.AlgorithmIdentifier algorithm() {
            return EC.signer().algorithm();
          }

          @Override
          public byte[] sign(byte[] toBeSigned) throws SigningUnavailableException {
            throw new SigningUnavailableException("the token is away", new Exception());
          }
        };
    CrlSigner signer = new LocalCaIssuer(ISSUER, List.of(EC.certificate()), away);

    assertThatThrownBy(() -> issuance(NOW).issue(signer))
        .isInstanceOf(SigningUnavailableException.class);

    assertThat(store.newest(KEY)).isEmpty();
    assertThat(store.events()).isEmpty();
    verified(issuance(NOW).issue(signer(EC)), EC);
  }
}
