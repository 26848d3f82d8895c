package org.certctl.challenge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.certctl.audit.Origin;
import org.certctl.pki.TestRequests;
import org.certctl.secret.Secret;
import org.junit.jupiter.api.Test;

class ChallengeSchemesTest {

  private static final int MAX_FAILURES = 3;

  private final AtomicLong nanos = new AtomicLong();
  private final ChallengeSchemes schemes =
      new ChallengeSchemes(
          List.of(only("first"), only("second")), new FailureLimiter(MAX_FAILURES, nanos::get));

  @Test
  void acceptsWhatOneOfThemAccepts() {
    assertThat(judge("first", "192.0.2.1")).isInstanceOf(ChallengeVerdict.Accepted.class);
    assertThat(judge("second", "192.0.2.1")).isInstanceOf(ChallengeVerdict.Accepted.class);
    assertThat(refusal("third", "192.0.2.1")).isEqualTo(ChallengeRefusal.WRONG);
  }

  @Test
  void tellsTheReasonOfTheOneThatKnowsTheChallenge() {
    ChallengeValidator knows =
        _ -> new ChallengeVerdict.Refused(ChallengeRefusal.EXPIRED, "too late");
    FailureLimiter unlimited = new FailureLimiter(0, nanos::get);
    ChallengeQuestion question = question(Optional.of(Secret.of("late")), "192.0.2.1");

    assertThat(new ChallengeSchemes(List.of(only("x"), knows), unlimited).judge(question))
        .isEqualTo(knows.judge(question));
    assertThat(new ChallengeSchemes(List.of(knows, only("x")), unlimited).judge(question))
        .isEqualTo(knows.judge(question));
  }

  @Test
  void notKnowingIsNoRefusal() {
    ChallengeValidator away = _ -> new ChallengeVerdict.Unavailable("away");
    ChallengeSchemes both =
        new ChallengeSchemes(
            List.of(only("first"), away), new FailureLimiter(MAX_FAILURES, nanos::get));
    for (int i = 0; i <= MAX_FAILURES; i++) {
      assertThat(both.judge(question(Optional.of(Secret.of("other")), "192.0.2.1")))
          .isInstanceOf(ChallengeVerdict.Unavailable.class);
    }
  }

  @Test
  void ch3_absentIsRefused() {
    assertThat(schemes.judge(question(Optional.empty(), "192.0.2.1")))
        .isInstanceOfSatisfying(
            ChallengeVerdict.Refused.class,
            refused -> assertThat(refused.reason()).isEqualTo(ChallengeRefusal.MISSING));
  }

  @Test
  void ch7_aSourceThatGuessesIsRefusedUnseenForAMinute() {
    for (int i = 0; i < MAX_FAILURES; i++) {
      assertThat(refusal("guess " + i, "192.0.2.1")).isEqualTo(ChallengeRefusal.WRONG);
    }
    assertThat(refusal("second", "192.0.2.1")).isEqualTo(ChallengeRefusal.TOO_MANY_FAILURES);
    assertThat(judge("second", "192.0.2.2")).isInstanceOf(ChallengeVerdict.Accepted.class);
    nanos.addAndGet(Duration.ofSeconds(61).toNanos());
    assertThat(judge("second", "192.0.2.1")).isInstanceOf(ChallengeVerdict.Accepted.class);
  }

  @Test
  void ch7_whatTheSecondAcceptsIsNoFailureOfTheFirst() {
    for (int i = 0; i < 2 * MAX_FAILURES; i++) {
      assertThat(judge("second", "192.0.2.1")).isInstanceOf(ChallengeVerdict.Accepted.class);
    }
  }

  @Test
  void zeroMeansNoLimit() {
    ChallengeSchemes unlimited =
        new ChallengeSchemes(List.of(only("right")), new FailureLimiter(0, nanos::get));
    for (int i = 0; i < 1000; i++) {
      var _ = unlimited.judge(question(Optional.of(Secret.of("guess")), "192.0.2.1"));
    }
    assertThat(unlimited.judge(question(Optional.of(Secret.of("right")), "192.0.2.1")))
        .isInstanceOf(ChallengeVerdict.Accepted.class);
  }

  @Test
  void anEndpointThatTakesNoChallengeAtAllCannotBe() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new ChallengeSchemes(List.of(), new FailureLimiter(MAX_FAILURES, nanos::get)));
  }

  private static ChallengeValidator only(String right) {
    return question ->
        question.challenge().map(Secret::revealText).filter(right::equals).isPresent()
            ? new ChallengeVerdict.Accepted("test", Optional.empty(), List.of())
            : new ChallengeVerdict.Refused(ChallengeRefusal.WRONG, "not mine");
  }

  private ChallengeRefusal refusal(String text, String source) {
    return ((ChallengeVerdict.Refused) judge(text, source)).reason();
  }

  private ChallengeVerdict judge(String text, String source) {
    return schemes.judge(question(Optional.of(Secret.of(text)), source));
  }

  private static ChallengeQuestion question(Optional<Secret> secret, String source) {
    return new ChallengeQuestion(
        "default", "tx", secret, TestRequests.of("CN=a"), new Origin("r-1", source, ""));
  }
}
