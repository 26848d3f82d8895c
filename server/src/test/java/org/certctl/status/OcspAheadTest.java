package org.certctl.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.certctl.enroll.Enrollments.NOW;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.cert.ocsp.RevokedStatus;
import org.certctl.issuer.OcspSigner;
import org.certctl.pki.RevocationReason;
import org.certctl.pki.Signer;
import org.certctl.pki.SigningUnavailableException;
import org.junit.jupiter.api.Test;

/// What is signed before anybody asks for it.
class OcspAheadTest extends OcspResponderFixture {

  @Test
  void whatIsAskedForIsSignedBeforeItIsTooOldToBeGiven() throws Exception {
    ask("a");
    assertThat(responder.signAhead()).as("while it is young").isZero();

    clock.set(NOW.plus(Duration.ofMinutes(23)));
    assertThat(responder.signAhead()).isEqualTo(1);
    clock.set(NOW.plus(Duration.ofMinutes(31)));
    OcspAnswer.Signed answer = ask("a");

    assertThat(single(answer).getThisUpdate().toInstant())
        .isEqualTo(NOW.plus(Duration.ofMinutes(23)).truncatedTo(ChronoUnit.SECONDS));
    assertThat(signed).as("for those who waited").isEqualTo(1);
    assertThat(again).isEqualTo(1);
  }

  @Test
  void whatNobodyAsksForAnyMoreIsNotSignedAgain() throws Exception {
    ask("a");
    ask("b");
    clock.set(NOW.plus(Duration.ofMinutes(23)));
    assertThat(responder.signAhead()).as("nothing is kept of what is unknown").isEqualTo(1);

    clock.set(NOW.plus(Duration.ofMinutes(50)));
    assertThat(responder.signAhead()).isZero();
  }

  @Test
  void whatWasRevokedIsSignedBeforeSomebodyAsks() throws Exception {
    issue("b", NOW.plus(Duration.ofDays(1)));
    ask("a");
    ask("b");
    apply("a", revoke(RevocationReason.KEY_COMPROMISE));

    assertThat(responder.signAhead()).isEqualTo(1);
    assertThat(single(ask("a")).getCertStatus()).isInstanceOf(RevokedStatus.class);
    assertThat(single(ask("b")).getCertStatus()).isNull();
    assertThat(signed).as("for those who waited").isEqualTo(2);
    assertThat(again).isEqualTo(2);
  }

  @Test
  void signsNothingAheadWhileTheKeyIsAway() throws Exception {
    ask("a");
    OcspSigner present = signer;
    signer =
        signer(
            KEY,
            new Signer() {
              @Override
              public AlgorithmIdentifier algorithm() {
                return KEY.algorithm();
              }

              @Override
              public byte[] sign(byte[] toBeSigned) throws SigningUnavailableException {
                throw new SigningUnavailableException("away");
              }
            },
            NOW.plus(Duration.ofDays(30)));
    clock.set(NOW.plus(Duration.ofMinutes(23)));

    assertThatThrownBy(() -> responder.signAhead()).isInstanceOf(SigningUnavailableException.class);
    signer = present;
    assertThat(single(ask("a")).getCertStatus()).as("what was signed before").isNull();
    assertThat(signed).isEqualTo(1);
  }
}
