package org.certctl.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.issuer.CrlSigner;
import org.certctl.issuer.local.LocalCaIssuer;
import org.certctl.pki.Revocation;
import org.certctl.pki.RevocationReason;
import org.certctl.pki.SerialNumber;
import org.certctl.pki.TestCa;
import org.certctl.pki.TestClock;
import org.junit.jupiter.api.Test;

class CrlRenewalTest {

  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final TestCa CA = TestCa.ec();
  private static final String ISSUER = "iss-local";
  private static final CrlKey KEY = CrlKey.complete(ISSUER);

  private final MemoryCrlStore store = new MemoryCrlStore();
  private final TestClock clock = new TestClock(NOW);
  private final List<CrlEdition> published = new ArrayList<>();
  private final Map<CrlKey, CrlEdition> newest = new HashMap<>();
  private CrlSigner signer = signer(CA);
  private final List<CrlSigner> others = new ArrayList<>();

  private static CrlSigner signer(TestCa ca) {
    return signer(ISSUER, ca);
  }

  private static CrlSigner signer(String id, TestCa ca) {
    return new LocalCaIssuer(id, List.of(ca.certificate()), ca.signer());
  }

  private CrlRenewal renewal(CrlRules rules) {
    return new CrlRenewal(
        store,
        new CrlIssuance(store, rules, clock),
        rules,
        () -> Stream.concat(others.stream(), Stream.of(signer)).toList(),
        clock,
        new CrlRenewal.Observer() {
          @Override
          public void published(CrlEdition edition) {
            published.add(edition);
          }

          @Override
          public void newest(CrlEdition edition) {
            newest.put(edition.key(), edition);
          }

          @Override
          public void dropped(CrlKey key) {
            newest.remove(key);
          }
        });
  }

  private int runs(CrlRules rules) throws Exception {
    int before = published.size();
    renewal(rules).run();
    assertThat(store.newest(KEY)).contains(newest.get(KEY));
    return published.size() - before;
  }

  private void revoke(long serial) {
    store.revoke(
        ISSUER,
        new SerialNumber(BigInteger.valueOf(serial)),
        new Revocation(RevocationReason.SUPERSEDED, clock.instant()),
        NOW.plus(Duration.ofDays(30)));
  }

  @Test
  void makesTheFirstAtOnceAndTheNextWhenItsTimeHasCome() throws Exception {
    CrlRules rules = CrlRules.defaults();
    assertThat(runs(rules)).isEqualTo(1);
    assertThat(runs(rules)).isZero();

    clock.set(NOW.plus(rules.interval()).minusSeconds(1));
    assertThat(runs(rules)).isZero();
    clock.set(NOW.plus(rules.interval()));
    assertThat(runs(rules)).isEqualTo(1);
    assertThat(published.getLast().number()).isGreaterThan(published.getFirst().number());
  }

  @Test
  void followsARevocationAtOnce() throws Exception {
    assertThat(runs(CrlRules.defaults())).isEqualTo(1);
    pause();
    revoke(7);

    assertThat(runs(CrlRules.defaults())).isEqualTo(1);
    assertThat(runs(CrlRules.defaults())).isZero();
    assertThat(published.getLast().entries()).isEqualTo(1);
  }

  @Test
  void followsManyRevocationsByFewCrls() throws Exception {
    assertThat(runs(CrlRules.defaults())).isEqualTo(1);
    pause();

    int crls = 0;
    for (int i = 0; i < 100; i++) {
      revoke(100 + i);
      clock.advance(Duration.ofMillis(100));
      crls += runs(CrlRules.defaults());
    }
    assertThat(crls).as("in ten seconds").isBetween(2, 3);

    revoke(7);
    pause();
    assertThat(runs(CrlRules.defaults())).isEqualTo(1);
    assertThat(published.getLast().entries()).isEqualTo(101);
    pause();
    assertThat(runs(CrlRules.defaults())).isZero();
  }

  @Test
  void aLongCrlIsNotReplacedBeforeItCanHaveBeenFetched() throws Exception {
    CrlEdition small = renewed();
    CrlEdition long50s =
        new CrlEdition(
            KEY,
            small.number() + 1,
            clock.instant(),
            small.nextUpdate(),
            small.changes(),
            1_000_000,
            1,
            50_000_000,
            small.signer(),
            CrlExtensions.none());
    assertThat(store.publish(long50s, List.of())).isTrue();
    revoke(7);

    clock.set(NOW.plusSeconds(49));
    assertThat(runs(CrlRules.defaults())).isZero();
    clock.set(NOW.plusSeconds(50));
    assertThat(runs(CrlRules.defaults())).isEqualTo(1);
  }

  @Test
  void aStoreThatIsAwayForOneIssuerStopsNoOther() {
    others.add(signer("iss-away", CA));
    store.goAway("iss-away");

    assertThatThrownBy(() -> runs(CrlRules.defaults()))
        .isInstanceOf(StoreUnavailableException.class);
    assertThat(published).extracting(CrlEdition::issuerId).containsExactly(ISSUER);
  }

  private CrlEdition renewed() throws Exception {
    assertThat(runs(CrlRules.defaults())).isEqualTo(1);
    return published.getLast();
  }

  private void pause() {
    clock.advance(Duration.ofSeconds(5));
  }

  @Test
  void waitsForItsTimeWhenToldSo() throws Exception {
    CrlRules patient = new CrlRules(Duration.ofHours(1), Duration.ofDays(1), false);
    assertThat(runs(patient)).isEqualTo(1);
    revoke(7);

    assertThat(runs(patient)).isZero();
    clock.set(NOW.plus(Duration.ofHours(1)));
    assertThat(runs(patient)).isEqualTo(1);
    assertThat(published.getLast().entries()).isEqualTo(1);
  }

  @Test
  void aRevocationWhileACrlIsMadeIsFollowedByAnother() throws Exception {
    store.beforePublishing(() -> revoke(7));

    assertThat(runs(CrlRules.defaults())).isEqualTo(1);
    pause();
    assertThat(runs(CrlRules.defaults())).isEqualTo(1);
    pause();
    assertThat(runs(CrlRules.defaults())).isZero();
    assertThat(published.getLast().entries()).isEqualTo(1);
  }

  @Test
  void replacesACrlFromTheFutureWhenTheClockWasSetBack() throws Exception {
    clock.set(NOW.plus(Duration.ofDays(365)));
    assertThat(runs(CrlRules.defaults())).isEqualTo(1);

    clock.set(NOW);
    assertThat(runs(CrlRules.defaults())).isEqualTo(1);
    assertThat(published.getLast().thisUpdate()).isEqualTo(NOW);
    assertThat(published.getLast().number()).isGreaterThan(published.getFirst().number());
    assertThat(runs(CrlRules.defaults())).isZero();
  }

  @Test
  void signsAnewWhenTheIssuerHasAnotherCertificate() throws Exception {
    assertThat(runs(CrlRules.defaults())).isEqualTo(1);
    signer = signer(TestCa.ec());

    assertThat(runs(CrlRules.defaults())).isEqualTo(1);
    assertThat(published.getLast().signer()).isEqualTo(signer.crlIssuer().fingerprint());
  }
}
