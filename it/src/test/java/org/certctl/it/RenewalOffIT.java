package org.certctl.it;

import static org.assertj.core.api.Assertions.assertThat;

import org.certctl.it.Reply.FailInfoCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A profile that renews nothing (RN-9).
final class RenewalOffIT {

  @RegisterExtension
  static final CertctlServer SERVER =
      CertctlServer.withRsaCa().with("CERTCTL_SCEP_PROFILE_DEFAULT_RENEWAL", "false");

  @Test
  void cap7_doesNotAnnounceRenewal() throws Exception {
    var response = RawHttp.get(SERVER.httpPort(), "/scep/default?operation=GetCACaps");
    assertThat(response.text().split("\n")).doesNotContain("Renewal");
  }

  @Test
  void rn9_refusesRenewalReqEvenWithTheRightChallenge() {
    var key = Keys.freshRsa();
    var old = new Device(SERVER, "renewal-off").key(key).requesterKey(key).enroll();

    var reply =
        new Device(SERVER, "renewal-off")
            .messageType("17")
            .renewing(old, key)
            .send()
            .failedWith(FailInfoCode.BAD_REQUEST);

    assertThat(reply.failInfoText()).contains("renewal_off");
  }

  @Test
  void pr9_needsTheChallengeWhereRenewalIsOff() {
    var key = Keys.freshRsa();
    var old = new Device(SERVER, "renewal-off-2").key(key).requesterKey(key).enroll();

    new Device(SERVER, "renewal-off-2")
        .renewing(old, key)
        .request(csr -> csr.challenge("wrong"))
        .send()
        .failedWith(FailInfoCode.BAD_REQUEST);
    new Device(SERVER, "renewal-off-2").renewing(old, key).enroll();
  }
}
