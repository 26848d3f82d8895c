package org.certctl.enroll;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.certctl.audit.AuditEvent;
import org.certctl.pki.IssuedCertificate;
import org.junit.jupiter.api.Test;

/// Renewals on their way through the cycle: what a certificate of ours authorises, and what not.
class RenewalCycleTest extends CycleFixture {

  private static final RenewalRules RENEWAL =
      new RenewalRules(true, Duration.ofDays(3650), Duration.ZERO, false);

  @Test
  void pr9_aCertificateOfOursAuthorisesItsRenewalWhateverTheChallenge() {
    renewal = RENEWAL;
    IssuedCertificate old = issued(cycle.enroll(request("tx", "CN=a", "once")));
    for (String stale : List.of("once", "wrong")) {
      IssuedCertificate renewed =
          issued(cycle.enroll(signedBy(old, request("renew " + stale, "CN=a", stale))));
      assertThat(store.page(Long.MAX_VALUE, 1).getFirst().predecessor())
          .contains(old.fingerprint());
      assertThat(renewed).isNotEqualTo(old);
    }
    assertThat(store.events())
        .noneMatch(event -> event instanceof AuditEvent.EnrollmentRefused)
        .last()
        .isInstanceOfSatisfying(
            AuditEvent.CertificateIssued.class,
            event -> {
              assertThat(event.facts().renews()).isEqualTo(old.serialNumber().hex());
              assertThat(event.facts().device()).isEqualTo("a");
            });
  }

  @Test
  void pr9_whatMayNotBeRenewedNeedsAValidChallenge() {
    renewal = RENEWAL;
    IssuedCertificate old = issued(cycle.enroll(request("tx", "CN=a", RIGHT)));
    EnrollmentOutcome other = cycle.enroll(signedBy(old, request("tx 2", "CN=b", "wrong")));
    assertThat(other)
        .isInstanceOfSatisfying(
            EnrollmentOutcome.Refused.class,
            refused -> {
              assertThat(refused.reason()).isEqualTo(RefusalReason.CHALLENGE);
              assertThat(refused.explanation()).contains("names more than the certificate");
            });
    var _ = issued(cycle.enroll(signedBy(old, request("tx 3", "CN=b", RIGHT))));
    assertThat(store.page(Long.MAX_VALUE, 1).getFirst().predecessor()).isEmpty();
  }

  @Test
  void rn4_aRenewalReqNeedsNoChallengeAndAStaleOneHarmsNothing() {
    renewal = RENEWAL;
    IssuedCertificate old = issued(cycle.enroll(request("tx", "CN=a", RIGHT)));
    var _ = issued(cycle.enroll(renewalReq(signedBy(old, request("r 1", "CN=a", "wrong")))));
    var _ = issued(cycle.enroll(renewalReq(signedBy(old, request("r 2", "CN=a", "")))));
  }

  @Test
  void rn4_aRenewalNeedsAChallengeBesidesWhereTheEndpointSaysSo() {
    renewal = new RenewalRules(true, Duration.ofDays(3650), Duration.ZERO, true);
    IssuedCertificate old = issued(cycle.enroll(request("tx", "CN=a", RIGHT)));
    for (String wrong : List.of("", "wrong")) {
      assertThat(cycle.enroll(renewalReq(signedBy(old, request("r" + wrong, "CN=a", wrong)))))
          .isInstanceOfSatisfying(
              EnrollmentOutcome.Refused.class,
              refused -> assertThat(refused.reason()).isEqualTo(RefusalReason.CHALLENGE));
    }
    var _ = issued(cycle.enroll(renewalReq(signedBy(old, request("r 1", "CN=a", "once")))));
    assertThat(store.page(Long.MAX_VALUE, 1).getFirst().predecessor()).contains(old.fingerprint());
    assertThat(cycle.enroll(renewalReq(signedBy(old, request("r 2", "CN=a", "once")))))
        .isInstanceOfSatisfying(
            EnrollmentOutcome.Refused.class,
            refused -> assertThat(refused.reason()).isEqualTo(RefusalReason.CHALLENGE_USED));
  }

  @Test
  void rn7_aRenewalReqIsNeverAuthorisedByAChallengeAlone() {
    renewal = RENEWAL;
    assertThat(cycle.enroll(renewalReq(request("tx", "CN=a", RIGHT))))
        .isInstanceOfSatisfying(
            EnrollmentOutcome.Refused.class,
            refused -> {
              assertThat(refused.reason()).isEqualTo(RefusalReason.RENEWAL);
              assertThat(refused.code()).isEqualTo("renewal_signer_self_signed");
            });
    assertThat(store.events())
        .singleElement()
        .isInstanceOfSatisfying(
            AuditEvent.EnrollmentRefused.class,
            event -> assertThat(event.facts().action()).isEqualTo("scep_renewalreq"));
  }

  @Test
  void rn9_aRenewalReqIsRefusedWhereRenewalIsOff() {
    IssuedCertificate old = issued(cycle.enroll(request("tx", "CN=a", RIGHT)));
    assertThat(cycle.enroll(renewalReq(signedBy(old, request("r", "CN=a", RIGHT)))))
        .isInstanceOfSatisfying(
            EnrollmentOutcome.Refused.class,
            refused -> assertThat(refused.code()).isEqualTo("renewal_off"));
  }

  @Test
  void a3_whatIsUnderWayForSomebodyElseIsRefused() {
    renewal = RENEWAL;
    IssuedCertificate old = issued(cycle.enroll(request("first", "CN=a", RIGHT)));
    store.fail(MemoryEnrollmentStore.Failure.AFTER_EFFECT);
    assertThat(cycle.enroll(renewalReq(signedBy(old, request("tx", "CN=a", "")))))
        .isInstanceOf(EnrollmentOutcome.Unavailable.class);
    assertThat(store.openIntents()).hasSize(1);

    assertThat(cycle.enroll(request("tx", "CN=a", "", digest("hijacker"))))
        .isInstanceOfSatisfying(
            EnrollmentOutcome.Refused.class,
            refused -> assertThat(refused.code()).isEqualTo("transaction_of_another"));
    var _ = issued(cycle.enroll(renewalReq(signedBy(old, request("tx", "CN=a", "")))));
    assertThat(store.successors(old.fingerprint())).hasSize(1);
  }

  @Test
  void recoveryFinishesARenewalWithItsLink() throws Exception {
    renewal = RENEWAL;
    IssuedCertificate old = issued(cycle.enroll(request("tx", "CN=a", RIGHT)));
    store.fail(MemoryEnrollmentStore.Failure.AFTER_EFFECT);
    assertThat(cycle.enroll(renewalReq(signedBy(old, request("r", "CN=a", "")))))
        .isInstanceOf(EnrollmentOutcome.Unavailable.class);
    assertThat(
            new IntentRecovery(store, newCycle(), EndpointDirectory.of(List.of(endpoint())), clock)
                .run()
                .issued())
        .isEqualTo(1);
    assertThat(store.successors(old.fingerprint())).hasSize(1);
  }

  private EnrollmentRequest request(String transaction, String subject, String challenge) {
    return request(transaction, subject, challenge, SIGNER);
  }
}
