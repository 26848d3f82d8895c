package org.certctl.challenge.fixed;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.certctl.audit.Origin;
import org.certctl.challenge.ChallengeQuestion;
import org.certctl.challenge.ChallengeRefusal;
import org.certctl.challenge.ChallengeVerdict;
import org.certctl.challenge.FailureLimiter;
import org.certctl.pki.TestRequests;
import org.certctl.secret.Secret;
import org.junit.jupiter.api.Test;

class FixedChallengeTest {

  private static final int MAX_FAILURES = 3;

  private final AtomicLong nanos = new AtomicLong();
  private final FixedChallenge challenge =
      new FixedChallenge(Secret.of("open sesame"), new FailureLimiter(MAX_FAILURES, nanos::get));

  @Test
  void acceptsTheSecretAndClaimsNothing() {
    assertThat(judge("open sesame", "192.0.2.1"))
        .isInstanceOfSatisfying(
            ChallengeVerdict.Accepted.class, accepted -> assertThat(accepted.claims()).isEmpty());
  }

  @Test
  void ch3_whiteSpaceAndCaseCount() {
    assertThat(refusal("open sesame ", "192.0.2.1")).isEqualTo(ChallengeRefusal.WRONG);
    assertThat(refusal("Open sesame", "192.0.2.1")).isEqualTo(ChallengeRefusal.WRONG);
    assertThat(refusal("open sesam", "192.0.2.1")).isEqualTo(ChallengeRefusal.WRONG);
  }

  @Test
  void ch3_absentIsRefused() {
    ChallengeVerdict verdict = challenge.judge(question(Optional.empty(), "192.0.2.1"));
    assertThat(((ChallengeVerdict.Refused) verdict).reason()).isEqualTo(ChallengeRefusal.MISSING);
  }

  @Test
  void ch7_aSourceThatGuessesIsRefusedUnseenForAMinute() {
    for (int i = 0; i < MAX_FAILURES; i++) {
      assertThat(refusal("guess " + i, "192.0.2.1")).isEqualTo(ChallengeRefusal.WRONG);
    }
    assertThat(refusal("open sesame", "192.0.2.1")).isEqualTo(ChallengeRefusal.TOO_MANY_FAILURES);
    assertThat(judge("open sesame", "192.0.2.2")).isInstanceOf(ChallengeVerdict.Accepted.class);
    nanos.addAndGet(Duration.ofSeconds(61).toNanos());
    assertThat(judge("open sesame", "192.0.2.1")).isInstanceOf(ChallengeVerdict.Accepted.class);
  }

  @Test
  void zeroMeansNoLimit() {
    FixedChallenge unlimited =
        new FixedChallenge(Secret.of("open sesame"), new FailureLimiter(0, nanos::get));
    for (int i = 0; i < 1000; i++) {
      var _ = unlimited.judge(question(Optional.of(Secret.of("guess")), "192.0.2.1"));
    }
    assertThat(unlimited.judge(question(Optional.of(Secret.of("open sesame")), "192.0.2.1")))
        .isInstanceOf(ChallengeVerdict.Accepted.class);
  }

  private ChallengeRefusal refusal(String text, String source) {
    return ((ChallengeVerdict.Refused) judge(text, source)).reason();
  }

  private ChallengeVerdict judge(String text, String source) {
    return challenge.judge(question(Optional.of(Secret.of(text)), source));
  }

  private static ChallengeQuestion question(Optional<Secret> secret, String source) {
    return new ChallengeQuestion(
        "default", "tx", secret, TestRequests.of("CN=a"), new Origin("r-1", source, ""));
  }
}
