package org.certctl.front.scep;

import static org.assertj.core.api.Assertions.assertThat;

import org.certctl.challenge.ChallengeRefusal;
import org.certctl.enroll.EnrollmentOutcome;
import org.certctl.enroll.RefusalReason;
import org.certctl.scep.FailInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class FailureAnswersTest {

  @ParameterizedTest
  @CsvSource({
    "signature_invalid, BAD_MESSAGE_CHECK",
    "expired, BAD_MESSAGE_CHECK",
    "not_yet_valid, BAD_MESSAGE_CHECK",
    "wrong_audience, BAD_MESSAGE_CHECK",
    "replay, BAD_MESSAGE_CHECK",
    "claim_mismatch, BAD_REQUEST",
    "rate_limited, BAD_REQUEST",
    "unknown_version, BAD_REQUEST",
    "malformed, BAD_REQUEST",
    "compliance_failed, BAD_REQUEST"
  })
  void connectorChallengesAreToldTheirReason(String code, FailInfo failInfo) {
    assertThat(answer(code)).isEqualTo(new FailureAnswers.Answer(failInfo, code));
  }

  @ParameterizedTest
  @EnumSource(value = ChallengeRefusal.class, mode = EnumSource.Mode.MATCH_NONE, names = "TOKEN_.*")
  void ch7_whatCanBeGuessedReadsTheSame(ChallengeRefusal refusal) {
    assertThat(answer(refusal.code()))
        .isEqualTo(new FailureAnswers.Answer(FailInfo.BAD_REQUEST, "challenge_refused"));
  }

  @Test
  void anUnknownCodeOfAChallengeSaysNothing() {
    assertThat(answer("onetime_used").text()).isEqualTo("challenge_refused");
  }

  private static FailureAnswers.Answer answer(String code) {
    return FailureAnswers.to(
        new EnrollmentOutcome.Refused(RefusalReason.CHALLENGE, code, "for operators only"));
  }
}
