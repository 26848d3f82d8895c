package org.certctl.challenge;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.certctl.audit.Origin;
import org.certctl.pki.TestRequests;
import org.certctl.secret.Secret;
import org.junit.jupiter.api.Test;

class ChallengeDispatcherTest {

  private static final ChallengeValidator ACCEPTS =
      _ -> new ChallengeVerdict.Accepted("static", Optional.empty(), List.of());
  private static final ChallengeValidator REFUSES =
      _ -> new ChallengeVerdict.Refused(ChallengeRefusal.TOKEN_EXPIRED, "too old");

  private final ChallengeDispatcher dispatcher =
      new ChallengeDispatcher(
          List.of(
              new ChallengeDispatcher.Route(
                  secret -> secret.revealText().startsWith("token"), REFUSES)),
          ACCEPTS);

  @Test
  void aRefusedChallengeIsOfferedToNoOther() {
    assertThat(judge(Optional.of("token"))).isInstanceOf(ChallengeVerdict.Refused.class);
  }

  @Test
  void whatNobodyRecognizesGoesToTheLast() {
    assertThat(judge(Optional.of("secret"))).isInstanceOf(ChallengeVerdict.Accepted.class);
    assertThat(judge(Optional.empty())).isInstanceOf(ChallengeVerdict.Accepted.class);
  }

  private ChallengeVerdict judge(Optional<String> challenge) {
    return dispatcher.judge(
        new ChallengeQuestion(
            "default",
            "tx",
            challenge.map(Secret::of),
            TestRequests.of("CN=a"),
            new Origin("r-1", "192.0.2.1", "")));
  }
}
