package org.certctl.challenge.fixed;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.certctl.audit.Origin;
import org.certctl.challenge.ChallengeQuestion;
import org.certctl.challenge.ChallengeRefusal;
import org.certctl.challenge.ChallengeVerdict;
import org.certctl.pki.TestRequests;
import org.certctl.secret.Secret;
import org.junit.jupiter.api.Test;

class FixedChallengeTest {

  private final FixedChallenge challenge = new FixedChallenge(Secret.of("open sesame"));

  @Test
  void acceptsTheConfiguredSecret() {
    assertThat(judge(Optional.of("open sesame")))
        .isInstanceOfSatisfying(
            ChallengeVerdict.Accepted.class,
            accepted -> {
              assertThat(accepted.method()).isEqualTo("static");
              assertThat(accepted.claims()).isEmpty();
            });
  }

  @Test
  void ch3_whiteSpaceAndCaseCount() {
    assertThat(refusal(Optional.of("open sesame "))).isEqualTo(ChallengeRefusal.WRONG);
    assertThat(refusal(Optional.of("Open sesame"))).isEqualTo(ChallengeRefusal.WRONG);
    assertThat(refusal(Optional.of("open sesam"))).isEqualTo(ChallengeRefusal.WRONG);
  }

  @Test
  void ch3_absentIsRefused() {
    assertThat(refusal(Optional.empty())).isEqualTo(ChallengeRefusal.MISSING);
  }

  private ChallengeRefusal refusal(Optional<String> text) {
    return ((ChallengeVerdict.Refused) judge(text)).reason();
  }

  private ChallengeVerdict judge(Optional<String> text) {
    return challenge.judge(
        new ChallengeQuestion(
            "default",
            "tx",
            text.map(Secret::of),
            TestRequests.of("CN=a"),
            new Origin("r-1", "192.0.2.1", "")));
  }
}
