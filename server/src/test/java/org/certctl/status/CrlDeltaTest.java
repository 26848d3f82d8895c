package org.certctl.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x509.CRLDistPoint;
import org.bouncycastle.asn1.x509.CRLNumber;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.DistributionPoint;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.IssuingDistributionPoint;
import org.bouncycastle.cert.X509CRLEntryHolder;
import org.bouncycastle.cert.X509CRLHolder;
import org.certctl.issuer.CrlSigner;
import org.certctl.issuer.StatusLocations;
import org.certctl.issuer.local.LocalCaIssuer;
import org.certctl.pki.Revocation;
import org.certctl.pki.RevocationReason;
import org.certctl.pki.SerialNumber;
import org.certctl.pki.SigningUnavailableException;
import org.certctl.pki.TestCa;
import org.certctl.pki.TestClock;
import org.junit.jupiter.api.Test;

/// Delta CRLs and CRLs of partitions (RFC 5280, sections 5.2.4 to 5.2.6).
class CrlDeltaTest {

  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final Instant LATER = NOW.plus(Duration.ofDays(300));
  private static final String ISSUER = "iss-local";
  private static final String WHOLE = "http://pki.example.com/.well-known/pki/crl/iss-local";
  private static final CrlKey COMPLETE = CrlKey.complete(ISSUER);
  private static final CrlKey DELTA = COMPLETE.ofDelta();
  private static final CrlRules WITHOUT = CrlRules.defaults();
  private static final CrlRules WITH = WITHOUT.with(WITHOUT.deltas().enabled(true));

  private final TestCa ca = TestCa.ec();
  private final MemoryCrlStore store = new MemoryCrlStore();
  private final TestClock clock = new TestClock(NOW);
  private final List<CrlKey> published = new ArrayList<>();
  private final List<CrlKey> dropped = new ArrayList<>();
  private CrlSigner signer = signer(ca, "http://pki.example.com", 0);

  private static CrlSigner signer(TestCa ca, String publicUrl, int partitions) {
    return new LocalCaIssuer(
        ISSUER,
        List.of(ca.certificate()),
        ca.signer(),
        Optional.of(StatusLocations.below(publicUrl, ISSUER, false).withCrlPartitions(partitions)));
  }

  /// What one run publishes; the next is a second later.
  private List<CrlKey> run(CrlRules rules) throws Exception {
    published.clear();
    new CrlRenewal(
            store,
            new CrlIssuance(store, rules, clock),
            rules,
            () -> List.of(signer),
            clock,
            new CrlRenewal.Observer() {
              @Override
              public void published(CrlEdition edition) {
                published.add(edition.key());
              }

              @Override
              public void newest(CrlEdition edition) {}

              @Override
              public void dropped(CrlKey key) {
                dropped.add(key);
              }
            })
        .run();
    clock.advance(Duration.ofSeconds(1));
    return List.copyOf(published);
  }

  private void pause() {
    clock.advance(Duration.ofSeconds(5));
  }

  private static SerialNumber serial(long number) {
    return new SerialNumber(BigInteger.valueOf(number));
  }

  private void revoke(long number, RevocationReason reason) {
    revoke(COMPLETE, number, reason, LATER);
  }

  private void revoke(CrlKey key, long number, RevocationReason reason, Instant notAfter) {
    store.revoke(key, serial(number), new Revocation(reason, clock.instant()), notAfter);
  }

  private CrlEdition newest(CrlKey key) throws Exception {
    return store.newest(key).orElseThrow();
  }

  private X509CRLHolder crl(CrlKey key) throws Exception {
    CrlEdition edition = newest(key);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int part = 0; part < edition.parts(); part++) {
      all.writeBytes(store.part(edition, part).orElseThrow().octets());
    }
    return new X509CRLHolder(all.toByteArray());
  }

  private static int reason(X509CRLHolder crl, long number) {
    X509CRLEntryHolder entry = crl.getRevokedCertificate(BigInteger.valueOf(number));
    return CRLReason.getInstance(entry.getExtension(Extension.reasonCode).getParsedValue())
        .getValue()
        .intValueExact();
  }

  private static Set<ASN1ObjectIdentifier> critical(X509CRLHolder crl) {
    return Set.of(
        crl.toASN1Structure().getTBSCertList().getExtensions().getCriticalExtensionOIDs());
  }

  private static String freshest(X509CRLHolder crl) {
    return CRLDistPoint.getInstance(crl.getExtension(Extension.freshestCRL).getParsedValue())
        .getDistributionPoints()[0]
        .getDistributionPoint()
        .getName()
        .toString();
  }

  @Test
  void withoutThemACrlNamesNoneAndNoneIsMade() throws Exception {
    assertThat(run(WITHOUT)).containsExactly(COMPLETE);
    assertThat(run(WITHOUT)).isEmpty();

    assertThat(crl(COMPLETE).getExtension(Extension.freshestCRL)).isNull();
    assertThat(critical(crl(COMPLETE))).isEmpty();
  }

  @Test
  void aCompleteCrlSaysWhereItsDeltaIsAndADeltaWhatItGoesWith() throws Exception {
    assertThat(run(WITH)).containsExactly(COMPLETE);
    assertThat(run(WITH)).containsExactly(DELTA);
    assertThat(run(WITH)).isEmpty();

    X509CRLHolder complete = crl(COMPLETE);
    assertThat(freshest(complete)).contains(WHOLE + "/delta");
    assertThat(critical(complete)).isEmpty();
    X509CRLHolder delta = crl(DELTA);
    assertThat(critical(delta)).isEqualTo(Set.of(Extension.deltaCRLIndicator));
    assertThat(
            CRLNumber.getInstance(delta.getExtension(Extension.deltaCRLIndicator).getParsedValue())
                .getCRLNumber())
        .isEqualTo(BigInteger.valueOf(newest(COMPLETE).number()));
    assertThat(delta.getExtension(Extension.freshestCRL)).isNull();
    assertThat(newest(DELTA).number()).isGreaterThan(newest(COMPLETE).number());
    assertThat(delta.getNextUpdate().toInstant())
        .isEqualTo(newest(DELTA).thisUpdate().plus(WITH.deltas().validity()));
  }

  /// RFC 5280, sections 5.2.4 to 5.2.6: what a client looks at before it combines the two.
  private void assertTheyGoTogether(CrlKey key) throws Exception {
    X509CRLHolder complete = crl(key);
    X509CRLHolder delta = crl(key.ofDelta());
    assertThat(delta.getIssuer()).isEqualTo(complete.getIssuer());
    for (ASN1ObjectIdentifier same :
        List.of(Extension.authorityKeyIdentifier, Extension.issuingDistributionPoint)) {
      assertThat(delta.getExtension(same)).as(same.getId()).isEqualTo(complete.getExtension(same));
    }
    assertThat(delta.getExtension(Extension.authorityKeyIdentifier)).as("same key").isNotNull();
    BigInteger base =
        CRLNumber.getInstance(delta.getExtension(Extension.deltaCRLIndicator).getParsedValue())
            .getCRLNumber();
    assertThat(number(complete)).isBetween(base, number(delta).subtract(BigInteger.ONE));
    assertThat(delta.getThisUpdate()).isAfterOrEqualTo(complete.getThisUpdate());
    for (DistributionPoint point :
        CRLDistPoint.getInstance(complete.getExtension(Extension.freshestCRL).getParsedValue())
            .getDistributionPoints()) {
      assertThat(point.getReasons()).isNull();
      assertThat(point.getCRLIssuer()).isNull();
    }
  }

  private static BigInteger number(X509CRLHolder crl) {
    return CRLNumber.getInstance(crl.getExtension(Extension.cRLNumber).getParsedValue())
        .getCRLNumber();
  }

  @Test
  void completeCrlsAndDeltasGoTogether() throws Exception {
    run(WITH);
    run(WITH);
    assertTheyGoTogether(COMPLETE);
    pause();
    revoke(7, RevocationReason.KEY_COMPROMISE);
    run(WITH);
    assertTheyGoTogether(COMPLETE);
  }

  @Test
  void aRevocationIsInADeltaBeforeItIsInACompleteCrl() throws Exception {
    run(WITH);
    run(WITH);
    pause();
    revoke(7, RevocationReason.KEY_COMPROMISE);

    assertThat(run(WITH)).containsExactly(DELTA);
    assertThat(reason(crl(DELTA), 7)).isEqualTo(CRLReason.keyCompromise);
    assertThat(run(WITH)).containsExactly(COMPLETE);
    assertThat(newest(DELTA).thisUpdate()).isNotEqualTo(newest(COMPLETE).thisUpdate());
    assertThat(run(WITH)).isEmpty();
  }

  @Test
  void revocationsAreInDeltasAtOnceEvenWhereCompleteCrlsTakeTheirTime() throws Exception {
    CrlRules patient = new CrlRules(WITH.interval(), WITH.validity(), false, WITH.deltas());
    run(patient);
    run(patient);
    pause();
    revoke(7, RevocationReason.SUPERSEDED);

    assertThat(run(patient)).containsExactly(DELTA);
    assertThat(run(patient)).isEmpty();
  }

  @Test
  void madeOnTheShorterSchedule() throws Exception {
    run(WITH);
    run(WITH);
    clock.advance(WITH.deltas().interval());

    assertThat(run(WITH)).containsExactly(DELTA);
  }

  @Test
  void aReleasedHoldIsToBeRemovedAndAHoldThatBecameARevocationIsOne() throws Exception {
    revoke(1, RevocationReason.CERTIFICATE_HOLD);
    revoke(2, RevocationReason.CERTIFICATE_HOLD);
    revoke(3, RevocationReason.SUPERSEDED);
    run(WITH);
    store.release(ISSUER, serial(1), clock.instant());
    revoke(2, RevocationReason.KEY_COMPROMISE);

    assertThat(run(WITH)).containsExactly(DELTA);

    X509CRLHolder delta = crl(DELTA);
    assertThat(newest(DELTA).entries()).isEqualTo(2);
    assertThat(reason(delta, 1)).isEqualTo(CRLReason.removeFromCRL);
    assertThat(reason(delta, 2)).isEqualTo(CRLReason.keyCompromise);
    pause();
    assertThat(run(WITH)).containsExactly(COMPLETE);
    assertThat(crl(COMPLETE).getRevokedCertificate(BigInteger.ONE)).isNull();
  }

  @Test
  void goesWithTheOldestCrlThatSomebodyMayStillHave() throws Exception {
    run(WITH);
    long first = newest(COMPLETE).number();
    Instant end = newest(COMPLETE).nextUpdate();
    for (int hour = 1; hour <= 5; hour++) {
      clock.advance(Duration.ofHours(1));
      revoke(hour, RevocationReason.SUPERSEDED);
      run(WITH);
      run(WITH);
    }
    assertThat(newest(DELTA).extensions().base()).isEqualTo(OptionalLong.of(first));
    assertThat(newest(DELTA).entries()).isEqualTo(5);

    clock.set(end);
    run(WITH);
    assertThat(newest(DELTA).extensions().base().orElseThrow()).isGreaterThan(first);
    assertThat(newest(DELTA).entries()).isEqualTo(4);
  }

  @Test
  void whatEndsBeforeTheNextCompleteCrlStaysInDeltasUntilThen() throws Exception {
    run(WITH);
    revoke(COMPLETE, 7, RevocationReason.SUPERSEDED, clock.instant().plusSeconds(60));
    clock.advance(WITH.deltas().interval());
    assertThat(run(WITH)).containsExactly(DELTA);
    assertThat(newest(DELTA).entries()).isEqualTo(1);
    clock.advance(WITH.interval());
    run(WITH);
    run(WITH);
    assertThat(crl(COMPLETE).getRevokedCertificate(BigInteger.valueOf(7))).isNotNull();
  }

  @Test
  void tooManyChangesForADeltaMakeACompleteCrl() throws Exception {
    CrlRules patient = new CrlRules(WITH.interval(), WITH.validity(), false, WITH.deltas());
    run(patient);
    long first = newest(COMPLETE).number();
    for (int i = 0; i <= CrlIssuance.MAX_DELTA_ENTRIES; i++) {
      revoke(1000 + i, RevocationReason.SUPERSEDED);
    }
    pause();

    assertThat(run(patient)).containsExactly(COMPLETE);
    assertThat(run(patient)).containsExactly(DELTA);
    assertThat(newest(DELTA).extensions().base().orElseThrow()).isGreaterThan(first);
    assertThat(newest(DELTA).entries()).isZero();
  }

  @Test
  void goesOnUntilNoCrlNamesItWhenItIsSwitchedOff() throws Exception {
    run(WITH);
    run(WITH);
    Instant end = newest(COMPLETE).nextUpdate();
    pause();

    assertThat(run(WITHOUT)).as("one that names none").containsExactly(COMPLETE);
    assertThat(crl(COMPLETE).getExtension(Extension.freshestCRL)).isNull();
    pause();
    revoke(7, RevocationReason.SUPERSEDED);
    assertThat(run(WITHOUT)).containsExactly(DELTA);

    clock.set(end);
    run(WITHOUT);
    assertThat(store.newest(DELTA)).isEmpty();
    assertThat(dropped).containsExactly(DELTA);
  }

  @Test
  void aKeyThatChangedHasNoDeltaToAnOldersCrl() throws Exception {
    run(WITH);
    run(WITH);
    signer = signer(TestCa.ec(), "http://pki.example.com", 0);

    assertThat(run(WITH)).containsExactly(COMPLETE);
    assertThat(run(WITH)).containsExactly(DELTA);
    assertThat(newest(DELTA).extensions().base())
        .isEqualTo(OptionalLong.of(newest(COMPLETE).number()));
  }

  @Test
  void noDeltaGoesWithACrlFromTheFuture() throws Exception {
    run(WITH);
    clock.set(NOW.plus(Duration.ofDays(200)));
    run(WITH);
    run(WITH);
    long future = newest(COMPLETE).number();
    clock.set(NOW.plusSeconds(60));

    assertThat(run(WITH)).containsExactly(DELTA);
    assertThat(run(WITH)).containsExactly(COMPLETE);
    assertThat(newest(COMPLETE).number()).isGreaterThan(future);
    assertThat(newest(DELTA).extensions().base().orElseThrow()).isEqualTo(NOW.getEpochSecond());
    assertThat(newest(DELTA).thisUpdate()).isAfterOrEqualTo(NOW).isBefore(NOW.plusSeconds(120));
  }

  @Test
  void whatChangesWhileADeltaIsMadeIsInTheNext() throws Exception {
    run(WITH);
    revoke(1, RevocationReason.CERTIFICATE_HOLD);
    store.beforePublishing(
        () -> {
          store.release(ISSUER, serial(1), clock.instant());
          revoke(2, RevocationReason.SUPERSEDED);
        });
    assertThat(run(WITH)).containsExactly(DELTA);
    assertThat(reason(crl(DELTA), 1)).isEqualTo(CRLReason.certificateHold);

    pause();
    assertThat(run(WITH)).containsExactly(DELTA);
    assertThat(reason(crl(DELTA), 1)).isEqualTo(CRLReason.removeFromCRL);
    assertThat(reason(crl(DELTA), 2)).isEqualTo(CRLReason.superseded);
  }

  @Test
  void nothingIsSignedBeforeTheTimeOfTheCa() throws Exception {
    run(WITH);
    clock.set(ca.certificate().notBefore().minusSeconds(1));

    assertThatThrownBy(() -> run(WITH)).isInstanceOf(SigningUnavailableException.class);
    assertThat(newest(COMPLETE).thisUpdate()).isEqualTo(NOW);
    assertThat(store.newest(DELTA)).isEmpty();
  }

  @Test
  void eachPartitionHasItsCrlAndTheWholeListsAll() throws Exception {
    signer = signer(ca, "http://pki.example.com", 2);
    revoke(partition(1), 1, RevocationReason.SUPERSEDED, LATER);
    revoke(partition(2), 2, RevocationReason.SUPERSEDED, LATER);
    revoke(3, RevocationReason.SUPERSEDED);

    assertThat(run(WITHOUT)).containsExactly(COMPLETE, partition(1), partition(2));

    assertThat(newest(COMPLETE).entries()).isEqualTo(3);
    assertThat(critical(crl(COMPLETE))).as("lists all").isEmpty();
    for (int number = 1; number <= 2; number++) {
      X509CRLHolder crl = crl(partition(number));
      assertThat(newest(partition(number)).entries()).isEqualTo(1);
      assertThat(crl.getRevokedCertificate(BigInteger.valueOf(number))).isNotNull();
      assertThat(critical(crl)).isEqualTo(Set.of(Extension.issuingDistributionPoint));
      assertThat(distributionPoint(crl)).contains(WHOLE + "/" + number);
    }
  }

  @Test
  void aRevocationMakesTheCrlOfItsPartitionAndTheWholeOnly() throws Exception {
    signer = signer(ca, "http://pki.example.com", 2);
    run(WITHOUT);
    pause();
    revoke(partition(2), 2, RevocationReason.SUPERSEDED, LATER);

    assertThat(run(WITHOUT)).containsExactly(COMPLETE, partition(2));
  }

  @Test
  void aDeltaOfAPartitionHasTheSameScope() throws Exception {
    signer = signer(ca, "http://pki.example.com", 1);
    run(WITH);
    revoke(partition(1), 2, RevocationReason.SUPERSEDED, LATER);
    revoke(3, RevocationReason.SUPERSEDED);
    assertThat(run(WITH)).containsExactly(DELTA, partition(1).ofDelta());

    X509CRLHolder delta = crl(partition(1).ofDelta());
    assertThat(newest(partition(1).ofDelta()).entries()).isEqualTo(1);
    assertThat(critical(delta))
        .isEqualTo(Set.of(Extension.issuingDistributionPoint, Extension.deltaCRLIndicator));
    assertThat(delta.getExtension(Extension.issuingDistributionPoint))
        .isEqualTo(crl(partition(1)).getExtension(Extension.issuingDistributionPoint));
    assertThat(freshest(crl(partition(1)))).contains(WHOLE + "/1/delta");
    assertTheyGoTogether(partition(1));
    assertTheyGoTogether(COMPLETE);
  }

  @Test
  void whatCertificatesNameIsPublishedWhateverIsConfiguredNow() throws Exception {
    Instant end = NOW.plus(Duration.ofDays(10));
    String elsewhere = "http://old.example.com/.well-known/pki/crl/iss-local/1";
    store.name(ISSUER, new CrlStore.NamedPartition(1, elsewhere, end));
    store.name(ISSUER, new CrlStore.NamedPartition(9, WHOLE + "/9", end));
    signer = signer(ca, "http://pki.example.com", 1);

    assertThat(run(WITHOUT)).containsExactly(COMPLETE, partition(1), partition(9));
    assertThat(distributionPoint(crl(partition(1)))).contains(elsewhere).contains(WHOLE + "/1");
    long first = newest(partition(1)).number();

    clock.set(end.plus(WITHOUT.validity()));
    assertThat(run(WITHOUT)).containsExactly(COMPLETE, partition(1));
    assertThat(distributionPoint(crl(partition(1)))).doesNotContain("old.example.com");
    assertThat(newest(partition(1)).number()).isGreaterThan(first);
    assertThat(store.newest(partition(9))).isEmpty();
    assertThat(dropped).contains(partition(9));
    assertThat(run(WITHOUT)).isEmpty();
  }

  private static CrlKey partition(int number) {
    return new CrlKey(ISSUER, number, false);
  }

  private static String distributionPoint(X509CRLHolder crl) {
    return IssuingDistributionPoint.getInstance(
            crl.getExtension(Extension.issuingDistributionPoint).getParsedValue())
        .getDistributionPoint()
        .getName()
        .toString();
  }
}
