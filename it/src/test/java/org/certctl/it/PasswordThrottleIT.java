package org.certctl.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.certctl.it.Reply.FailInfoCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// Guessing the password of an envelope is as slow as guessing challenges, and the two share their
/// limit (CH-7, SEC-3).
final class PasswordThrottleIT {

  @RegisterExtension
  static final CertctlServer SERVER =
      CertctlServer.withRsaCa().with("CERTCTL_SCEP_CHALLENGE_FAILURES_PER_MINUTE", "3");

  @TempDir Path work;

  @Test
  void ch7_sec3_wrongPasswordsAreWrongChallenges() throws Exception {
    var challenge = SERVER.data().challenge();
    assertThat(enroll("early", challenge).exitCode()).isZero();
    for (var guess = 0; guess < 3; guess++) {
      assertThat(enroll("guess", "guess-" + guess).stderr()).contains("envelope_unreadable");
    }

    assertThat(enroll("late", challenge).exitCode()).isNotZero();
    new Device(SERVER, "late").send().failedWith(FailInfoCode.BAD_REQUEST);

    assertThat(new Inventory(SERVER.data()).certificatesFor("late")).isEmpty();
  }

  private Command.Result enroll(String commonName, String challenge) throws IOException {
    var file = work.resolve("challenge");
    Files.writeString(file, challenge, StandardCharsets.UTF_8);
    return Certctl.command("enroll", SERVER.httpUrl(), "--subject", "CN=" + commonName)
        .and("--key-type", "p256", "--challenge-file", file.toString())
        .and("--out", work.resolve(commonName + ".pem").toString())
        .run();
  }
}
