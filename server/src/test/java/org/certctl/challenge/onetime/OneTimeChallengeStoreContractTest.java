package org.certctl.challenge.onetime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.certctl.enroll.Enrollments.NOW;
import static org.certctl.enroll.Enrollments.certificate;
import static org.certctl.enroll.Enrollments.intent;
import static org.certctl.enroll.Enrollments.key;
import static org.certctl.enroll.Enrollments.serial;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.certctl.audit.AuditEvent;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.challenge.onetime.OneTimeChallengeStore.Revocation;
import org.certctl.enroll.EnrollmentStore;
import org.certctl.enroll.IntendResult;
import org.certctl.enroll.Intent;
import org.certctl.pki.Sha256;
import org.certctl.pki.SubjectAltNames;
import org.junit.jupiter.api.Test;

/// What every {@link OneTimeChallengeStore} promises, together with the enrollments that use
/// challenges up.
public abstract class OneTimeChallengeStoreContractTest {

  private static final Duration HOUR = Duration.ofHours(1);

  /// The store, empty at the start of each test.
  protected abstract OneTimeChallengeStore store();

  /// The enrollments beside it.
  protected abstract EnrollmentStore enrollments();

  /// The outcomes of all audit events so far, in order.
  protected abstract List<String> auditedOutcomes() throws Exception;

  private static OneTimeChallenge challenge(String name) {
    return challenge(name, Optional.empty());
  }

  private static OneTimeChallenge challenge(String name, Optional<BoundIdentity> identity) {
    return new OneTimeChallenge(
        Sha256.over(name.getBytes(StandardCharsets.UTF_8)),
        "default",
        identity,
        NOW,
        NOW.plus(HOUR));
  }

  private OneTimeChallenge added(String name) throws StoreUnavailableException {
    OneTimeChallenge challenge = challenge(name);
    store().add(List.of(challenge), List.of());
    return challenge;
  }

  private ChallengeUse use(OneTimeChallenge challenge) throws StoreUnavailableException {
    return store().find(challenge.mac()).orElseThrow().use();
  }

  private static AuditEvent revoked(OneTimeChallenge challenge) {
    return new AuditEvent.ChallengeRevoked(NOW, "root", challenge.id(), challenge.endpoint());
  }

  @Test
  void keepsWhatItIsGiven() throws Exception {
    OneTimeChallenge free = challenge("free");
    OneTimeChallenge bound =
        challenge(
            "bound",
            Optional.of(
                new BoundIdentity(
                    new X500Name("CN=a,O=Größe"),
                    Optional.of(
                        new GeneralNames(
                            new GeneralName[] {
                              SubjectAltNames.parse("dns:a.example"), SubjectAltNames.parse("upn:a")
                            })))));
    OneTimeChallenge subjectOnly =
        challenge(
            "subject", Optional.of(new BoundIdentity(new X500Name("CN=b"), Optional.empty())));

    store().add(List.of(free, bound, subjectOnly), List.of());

    for (OneTimeChallenge challenge : List.of(free, bound, subjectOnly)) {
      KnownChallenge known = store().find(challenge.mac()).orElseThrow();
      assertThat(known.challenge()).isEqualTo(challenge);
      assertThat(known.use()).isEqualTo(new ChallengeUse.None());
      assertThat(store().find(challenge.id())).contains(known);
    }
    assertThat(store().find(challenge("other").mac())).isEmpty();
    assertThat(store().find("0000000000000000")).isEmpty();
  }

  @Test
  void addsAllOrNone() throws Exception {
    added("a");

    assertThatThrownBy(() -> store().add(List.of(challenge("b"), challenge("a")), List.of()))
        .isInstanceOfAny(StoreUnavailableException.class, RuntimeException.class);
    assertThat(store().find(challenge("b").mac())).isEmpty();
  }

  @Test
  void ch8_tellsWhatBecameOfAChallenge() throws Exception {
    OneTimeChallenge challenge = added("a");
    Intent intent = intent("first", challenge.claim());

    enrollments().intend(intent, false, List.of());
    assertThat(use(challenge))
        .isEqualTo(new ChallengeUse.Claimed(Optional.of(key("first").requestDigest())));

    enrollments().release(intent.id(), List.of());
    assertThat(use(challenge)).isEqualTo(new ChallengeUse.None());

    Intent second = intent("second", challenge.claim());
    enrollments().intend(second, false, List.of());
    enrollments().record(second.id(), certificate("second"), List.of());
    assertThat(use(challenge))
        .isEqualTo(new ChallengeUse.Issued(key("second").requestDigest(), serial("second").hex()));
  }

  @Test
  void revokesWhatNobodyHasUsed() throws Exception {
    OneTimeChallenge challenge = added("a");

    assertThat(store().revoke(challenge, List.of(revoked(challenge))))
        .isEqualTo(new Revocation.Done());
    assertThat(use(challenge)).isEqualTo(new ChallengeUse.Revoked());
    assertThat(enrollments().intend(intent("late", challenge.claim()), false, List.of()))
        .isEqualTo(new IntendResult.ClaimTaken(challenge.claim()));
    assertThat(store().revoke(challenge, List.of(revoked(challenge))))
        .isEqualTo(new Revocation.TooLate(new ChallengeUse.Revoked()));
    assertThat(auditedOutcomes()).containsExactly("revoked");
  }

  @Test
  void comesTooLateToRevokeWhatIsUsed() throws Exception {
    OneTimeChallenge challenge = added("a");
    Intent intent = intent("first", challenge.claim());
    enrollments().intend(intent, false, List.of());

    assertThat(store().revoke(challenge, List.of(revoked(challenge))))
        .isEqualTo(
            new Revocation.TooLate(
                new ChallengeUse.Claimed(Optional.of(key("first").requestDigest()))));
    enrollments().record(intent.id(), certificate("first"), List.of());
    assertThat(store().revoke(challenge, List.of(revoked(challenge))))
        .isInstanceOfSatisfying(
            Revocation.TooLate.class,
            tooLate -> assertThat(tooLate.use()).isInstanceOf(ChallengeUse.Issued.class));
    assertThat(auditedOutcomes()).isEmpty();
  }

  @Test
  void revokesNothingThatIsNotThere() throws Exception {
    assertThatThrownBy(() -> store().revoke(challenge("a"), List.of(revoked(challenge("a")))))
        .isInstanceOf(IllegalStateException.class);
    assertThat(enrollments().intend(intent("x", challenge("a").claim()), false, List.of()))
        .isEqualTo(new IntendResult.Intended());
    assertThat(auditedOutcomes()).doesNotContain("revoked");
  }

  @Test
  void givesPagesNewestFirst() throws Exception {
    for (String name : List.of("a", "b", "c")) {
      added(name);
    }
    store()
        .add(
            List.of(
                new OneTimeChallenge(
                    challenge("d").mac(), "other", Optional.empty(), NOW, NOW.plus(HOUR))),
            List.of());

    List<KnownChallenge> newest = store().page(Optional.of("default"), Long.MAX_VALUE, 2);
    assertThat(newest)
        .extracting(known -> known.challenge().mac())
        .containsExactly(challenge("c").mac(), challenge("b").mac());
    assertThat(store().page(Optional.of("default"), newest.getLast().position(), 2))
        .extracting(known -> known.challenge().mac())
        .containsExactly(challenge("a").mac());
    assertThat(store().page(Optional.empty(), Long.MAX_VALUE, 10)).hasSize(4);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> store().page(Optional.empty(), Long.MAX_VALUE, 0));
  }

  @Test
  void forgetsWhatEndedLongAgo() throws Exception {
    OneTimeChallenge challenge = added("a");

    assertThat(store().forgetEndedBefore(challenge.expiresAt())).isZero();
    assertThat(store().find(challenge.mac())).isPresent();
    assertThat(store().forgetEndedBefore(challenge.expiresAt().plusMillis(1))).isEqualTo(1);
    assertThat(store().find(challenge.mac())).isEmpty();
  }
}
