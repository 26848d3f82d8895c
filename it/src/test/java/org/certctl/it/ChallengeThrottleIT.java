package org.certctl.it;

import static org.assertj.core.api.Assertions.assertThat;

import org.certctl.it.Reply.FailInfoCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Guessing is slow (CH-7).
final class ChallengeThrottleIT {

  @RegisterExtension
  static final CertctlServer SERVER =
      CertctlServer.withRsaCa().with("CERTCTL_SCEP_CHALLENGE_FAILURES_PER_MINUTE", "3");

  @Test
  void refusesEvenTheRightChallengeAfterTooManyWrongOnes() {
    new Device(SERVER, "early").enroll();
    for (var guess = 0; guess < 3; guess++) {
      var attempt = "guess-" + guess;
      new Device(SERVER, attempt)
          .request(csr -> csr.challenge(attempt))
          .send()
          .failedWith(FailInfoCode.BAD_REQUEST);
    }

    var late = new Device(SERVER, "late");
    late.send().failedWith(FailInfoCode.BAD_REQUEST);

    assertThat(new Inventory(SERVER.data()).certificatesFor("late")).isEmpty();
  }
}
