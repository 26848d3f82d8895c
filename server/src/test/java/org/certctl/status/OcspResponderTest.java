package org.certctl.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.certctl.enroll.Enrollments.NOW;
import static org.certctl.enroll.Enrollments.serial;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.bouncycastle.asn1.ASN1GeneralizedTime;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.OCSPReq;
import org.bouncycastle.cert.ocsp.RevokedStatus;
import org.bouncycastle.cert.ocsp.SingleResp;
import org.bouncycastle.cert.ocsp.UnknownStatus;
import org.certctl.audit.Actor;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.keys.KeyType;
import org.certctl.keys.SigningKey;
import org.certctl.pki.RevocationReason;
import org.certctl.pki.Signer;
import org.certctl.pki.SigningUnavailableException;
import org.certctl.pki.TestCa;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What OCSP says, and how long it is said again.
class OcspResponderTest extends OcspResponderFixture {

  @Test
  void saysGoodOfWhatWasIssuedAndUntilWhen() throws Exception {
    OcspAnswer.Signed answer = ask("a");
    SingleResp single = single(answer);

    assertThat(single.getCertStatus()).isNull();
    assertThat(single.getCertID()).isEqualTo(id("a"));
    Instant thisUpdate = NOW.truncatedTo(ChronoUnit.SECONDS);
    assertThat(single.getThisUpdate().toInstant()).isEqualTo(thisUpdate);
    assertThat(single.getNextUpdate().toInstant()).isEqualTo(thisUpdate.plus(RULES.validity()));
    assertThat(single.getExtension(OCSPObjectIdentifiers.id_pkix_ocsp_archive_cutoff)).isNull();
    assertThat(verified(answer).getProducedAt().toInstant()).isEqualTo(thisUpdate);
    assertThat(answer.thisUpdate()).isEqualTo(thisUpdate);
    assertThat(answer.nextUpdate()).isEqualTo(thisUpdate.plus(RULES.validity()));
    assertThat(answer.forAnyone()).isTrue();
    assertThat(outcomes).containsExactly(OcspOutcome.GOOD);
  }

  @ParameterizedTest
  @EnumSource(RevocationReason.class)
  void saysWhenAndWhyItWasRevoked(RevocationReason reason) throws Exception {
    clock.set(AT.plusSeconds(5));
    apply(
        "a",
        reason == RevocationReason.CERTIFICATE_HOLD
            ? RevocationOrder.hold(AT, Actor.user("alice"), "")
            : revoke(reason));

    RevokedStatus status = (RevokedStatus) single(ask("a")).getCertStatus();

    assertThat(status.getRevocationTime().toInstant())
        .isEqualTo(AT.truncatedTo(ChronoUnit.SECONDS));
    assertThat(status.hasRevocationReason()).isEqualTo(reason != RevocationReason.UNSPECIFIED);
    if (status.hasRevocationReason()) {
      assertThat(status.getRevocationReason()).isEqualTo(reason.code());
    }
    assertThat(outcomes).containsExactly(OcspOutcome.REVOKED);
  }

  @Test
  void neverSaysGoodOfWhatItDidNotIssue() throws Exception {
    OcspAnswer.Signed answer = ask("b");
    assertThat(single(answer).getCertStatus()).isInstanceOf(UnknownStatus.class);
    assertThat(answer.forAnyone()).isFalse();

    issue("b", NOW.plus(Duration.ofDays(1)));
    assertThat(single(ask("b")).getCertStatus()).as("as soon as it is issued").isNull();

    for (BigInteger impossible :
        List.of(BigInteger.ZERO, BigInteger.ONE.negate(), BigInteger.TWO.pow(400))) {
      byte[] request = OcspRequests.request(OcspRequests.id(ISSUING, impossible));
      assertThat(single(ask(request)).getCertStatus()).isInstanceOf(UnknownStatus.class);
    }
  }

  @Test
  void answersForSeveralCertificatesAtOnceAndTellsTheWorst() throws Exception {
    issue("b", NOW.plus(Duration.ofDays(1)));
    apply("b", revoke(RevocationReason.SUPERSEDED));

    SingleResp[] all =
        verified(ask(OcspRequests.request(id("a"), id("b"), id("c")))).getResponses();

    assertThat(all[0].getCertStatus()).isNull();
    assertThat(all[1].getCertStatus()).isInstanceOf(RevokedStatus.class);
    assertThat(all[2].getCertStatus()).isInstanceOf(UnknownStatus.class);
    assertThat(outcomes).containsExactly(OcspOutcome.REVOKED);
  }

  @Test
  void understandsSha256InTheCertificatesName() throws Exception {
    CertificateID id =
        OcspRequests.id(
            ISSUING, serial("a").value(), new AlgorithmIdentifier(NISTObjectIdentifiers.id_sha256));

    SingleResp single = single(ask(OcspRequests.request(id)));

    assertThat(single.getCertStatus()).isNull();
    assertThat(single.getCertID()).isEqualTo(id);
  }

  @Test
  void refusesWhatItCannotReadAndWhatIsNotItsOwn() throws Exception {
    CertificateID foreign =
        OcspRequests.id(TestCa.ec().certificate().holder(), serial("a").value());

    OcspAnswer malformed = responder.answer(ISSUER, new byte[] {1, 2, 3});
    OcspAnswer alien = responder.answer(ISSUER, OcspRequests.request(foreign));
    OcspAnswer mixed = responder.answer(ISSUER, OcspRequests.request(id("a"), foreign));

    assertThat(((OcspAnswer.Refused) malformed).response()).containsExactly(0x30, 3, 10, 1, 1);
    assertThat(((OcspAnswer.Refused) alien).response()).containsExactly(0x30, 3, 10, 1, 6);
    assertThat(mixed).isEqualTo(alien);
    assertThat(outcomes)
        .containsExactly(OcspOutcome.MALFORMED, OcspOutcome.UNAUTHORIZED, OcspOutcome.UNAUTHORIZED);
  }

  @Test
  void repeatsTheNonceAndSignsAnew() throws Exception {
    byte[] request = OcspRequests.withNonce(32, id("a"));
    Extension nonce = new OCSPReq(request).getExtension(OCSPObjectIdentifiers.id_pkix_ocsp_nonce);

    OcspAnswer.Signed answer = ask(request);
    ask(request);

    assertThat(verified(answer).getExtension(OCSPObjectIdentifiers.id_pkix_ocsp_nonce))
        .isEqualTo(nonce);
    assertThat(answer.forAnyone()).isFalse();
    assertThat(signed).isEqualTo(2);
    assertThat(again).isZero();
  }

  @Test
  void givesTheSameAnswerAgainForHalfOfItsLife() throws Exception {
    OcspAnswer.Signed first = ask("a");
    Instant half = first.thisUpdate().plus(RULES.validity().dividedBy(2));
    clock.set(half.minusMillis(1));
    assertThat(ask("a")).isEqualTo(first);
    clock.set(half);
    assertThat(ask("a").thisUpdate()).isEqualTo(half);
    assertThat(signed).isEqualTo(2);
    assertThat(again).isEqualTo(1);
  }

  @Test
  void heedsARevocationAHoldAndAReleaseAtOnce() throws Exception {
    ask("a");
    apply("a", RevocationOrder.hold(AT, Actor.user("alice"), ""));
    assertThat(single(ask("a")).getCertStatus()).isInstanceOf(RevokedStatus.class);
    apply("a", RevocationOrder.release(AT, Actor.user("alice"), ""));
    assertThat(single(ask("a")).getCertStatus()).isNull();
    apply("a", revoke(RevocationReason.KEY_COMPROMISE));
    assertThat(single(ask("a")).getCertStatus()).isInstanceOf(RevokedStatus.class);
  }

  @Test
  void keepsItsAnswersWhenSomethingElseIsRevoked() throws Exception {
    issue("b", NOW.plus(Duration.ofDays(1)));
    ask("a");
    apply("b", revoke(RevocationReason.SUPERSEDED));
    ask("a");
    ask("a");
    assertThat(signed).isEqualTo(1);
    assertThat(again).isEqualTo(2);
  }

  @Test
  void neverGivesAnAnswerFromTheFutureWhenTheClockGoesBack() throws Exception {
    ask("a");
    apply("a", revoke(RevocationReason.SUPERSEDED));
    clock.set(NOW.minusSeconds(60));

    OcspAnswer.Signed answer = ask("a");
    SingleResp single = single(answer);

    assertThat(answer.thisUpdate()).isBefore(NOW);
    assertThat(((RevokedStatus) single.getCertStatus()).getRevocationTime().toInstant())
        .as("revoked in the future, and so now")
        .isEqualTo(answer.thisUpdate());
    clock.set(NOW.minus(Duration.ofHours(1)));
    assertThatThrownBy(() -> ask("a"))
        .as("before the responder's certificate")
        .isInstanceOf(SigningUnavailableException.class);
  }

  @Test
  void endsWithTheResponderAndUsesItsSuccessorAtOnce() throws Exception {
    Instant end = NOW.plus(Duration.ofMinutes(10)).truncatedTo(ChronoUnit.SECONDS);
    signer = signer(KEY, KEY, end);
    assertThat(ask("a").nextUpdate()).isEqualTo(end);
    SigningKey other = SigningKey.generate(KeyType.RSA_2048, PROVIDERS, RANDOM);
    signer = signer(other, other, NOW.plus(Duration.ofDays(1)));
    OcspAnswer.Signed answer = ask("a");
    assertThat(verified(answer).getCerts()[0]).isEqualTo(signer.responder().holder());
    clock.set(NOW.plus(Duration.ofDays(1)));
    assertThatThrownBy(() -> ask("a")).isInstanceOf(SigningUnavailableException.class);
    assertThat(outcomes).last().isEqualTo(OcspOutcome.UNAVAILABLE);
  }

  @Test
  void saysOfWhatHasEndedHowFarBackItsStatusIsKnown() throws Exception {
    clock.set(NOW.plus(Duration.ofDays(10)));
    issue("old", NOW.plus(Duration.ofDays(1)));

    SingleResp single = single(ask("old"));

    assertThat(single.getCertStatus()).isNull();
    Extension cutoff = single.getExtension(OCSPObjectIdentifiers.id_pkix_ocsp_archive_cutoff);
    assertThat(ASN1GeneralizedTime.getInstance(cutoff.getParsedValue()).getDate().toInstant())
        .isEqualTo(CA.certificate().notBefore());
  }

  @Test
  void saysSinceWhenCertificatesAreKeptThatHaveEnded() throws Exception {
    Instant gone = NOW.plus(Duration.ofDays(1));
    Instant kept = NOW.plus(Duration.ofDays(2));
    issue("gone", gone);
    issue("kept", kept);
    clock.set(NOW.plus(Duration.ofDays(3)));
    removedUntil = Optional.of(gone);

    SingleResp single = single(ask("kept"));
    Extension cutoff = single.getExtension(OCSPObjectIdentifiers.id_pkix_ocsp_archive_cutoff);
    assertThat(ASN1GeneralizedTime.getInstance(cutoff.getParsedValue()).getDate().toInstant())
        .isEqualTo(gone.truncatedTo(ChronoUnit.SECONDS).plusSeconds(1));
    assertThat(single(ask("gone")).getExtension(OCSPObjectIdentifiers.id_pkix_ocsp_archive_cutoff))
        .as("it might be gone by now")
        .isNull();
  }

  @Test
  void forgetsTheLeastUsedAnswersWhenThereAreTooMany() throws Exception {
    responder = responder(new OcspRules(Duration.ofHours(1), 1, Duration.ZERO, 2));
    for (String name : List.of("b", "c")) {
      issue(name, NOW.plus(Duration.ofDays(1)));
    }
    for (String name : List.of("a", "b", "a", "c", "a", "b")) {
      ask(name);
    }
    assertThat(signed).isEqualTo(4);
    assertThat(again).isEqualTo(2);
  }

  @Test
  void turnsAwayWhatIsTooMuchToSign() throws Exception {
    CountDownLatch signing = new CountDownLatch(1);
    CountDownLatch done = new CountDownLatch(1);
    Signer slow =
        new Signer() {
          @Override
          public AlgorithmIdentifier algorithm() {
            return KEY.algorithm();
          }

          @Override
          public byte[] sign(byte[] toBeSigned) throws SigningUnavailableException {
            signing.countDown();
            try {
              done.await();
            } catch (InterruptedException e) {
              throw new SigningUnavailableException("interrupted", e);
            }
            return KEY.sign(toBeSigned);
          }
        };
    signer = signer(KEY, slow, NOW.plus(Duration.ofDays(30)));
    responder = responder(new OcspRules(Duration.ofHours(1), 1, Duration.ZERO, 10));
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      var first = executor.submit(() -> ask("a"));
      signing.await();
      assertThat(responder.answer(ISSUER, OcspRequests.withNonce(32, id("a"))))
          .isEqualTo(new OcspAnswer.Busy());
      done.countDown();
      assertThat(single(first.get()).getCertStatus()).isNull();
    }
    assertThat(outcomes).containsExactly(OcspOutcome.BUSY, OcspOutcome.GOOD);
  }

  @Test
  void tellsThatItCannotTellWhenTheStoreOrTheKeyIsAway() {
    responder =
        new OcspResponder(
            store,
            _ -> {
              throw new StoreUnavailableException("disk full");
            },
            RULES,
            _ -> Optional.of(signer),
            clock,
            new OcspResponder.Observer() {
              @Override
              public void answered(String issuerId, OcspOutcome outcome) {
                outcomes.add(outcome);
              }

              @Override
              public void given(String issuerId, boolean before) {
                throw new AssertionError("nothing is given");
              }
            });
    assertThatThrownBy(() -> ask("a")).isInstanceOf(StoreUnavailableException.class);
    assertThatThrownBy(() -> responder(RULES).answer("iss-other", OcspRequests.request(id("a"))))
        .isInstanceOf(SigningUnavailableException.class);
    assertThat(outcomes).containsExactly(OcspOutcome.UNAVAILABLE, OcspOutcome.UNAVAILABLE);
  }
}
