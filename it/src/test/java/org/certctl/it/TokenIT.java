package org.certctl.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// Keys on a PKCS #11 token that comes and goes.
final class TokenIT {

  private static final Duration PATIENCE = Duration.ofSeconds(45);

  @RegisterExtension static final CertctlServer SERVER = CertctlServer.withRsaCa().withToken();

  @TempDir Path work;

  @Test
  void issuesAgainWithoutARestartWhenTheTokenIsBack() throws Exception {
    assertThat(SERVER.data().files())
        .noneMatch(file -> file.endsWith("ca.key") || file.endsWith("audit.key"));
    var before = new Device(SERVER, "before").enroll();
    var ocsp = new Ocsp(SERVER, work);
    assertThat(ocsp.ask(before, "-nonce").succeeded().output())
        .contains("Response verify OK", "leaf.pem: good");
    var known = ocsp.post(ocsp.request(before));
    var fresh = ocsp.request(ocsp.issuer(), BigInteger.TEN);
    assertThat(SERVER.data().path().resolve("ocsp")).as("keys made here").doesNotExist();
    var during = new Device(SERVER, "during");

    SERVER.token().takeAway();
    try {
      Await.until("the server is not ready", PATIENCE, () -> !SERVER.ready());
      var refused = Crafted.post(SERVER, during.message());
      assertThat(refused.status()).isEqualTo(503);
      assertThat(refused.header("Retry-After")).isNotEmpty();
      assertThat(ocsp.post(ocsp.request(before)).body())
          .as("signed before")
          .isEqualTo(known.body());
      var notSigned = ocsp.post(fresh);
      assertThat(notSigned.status()).isEqualTo(503);
      assertThat(notSigned.header("Retry-After")).isNotEmpty();
      Await.until("it is said", PATIENCE, () -> SERVER.log().contains("a token with keys is away"));
    } finally {
      SERVER.token().bringBack();
    }

    Await.until("the server is ready again", PATIENCE, SERVER::ready);
    Await.until("it is said", PATIENCE, () -> SERVER.log().contains("a token with keys is back"));
    assertThat(SERVER.log()).doesNotContain("135790");
    during.enroll();
    assertThat(ocsp.post(fresh).status()).isEqualTo(200);
    assertThat(ocsp.ask(before, "-nonce").succeeded().output())
        .contains("Response verify OK", "leaf.pem: good");
  }

  @Test
  void saysAtStartWhatIsWrongWithKeysOnTokens() throws Exception {
    var module = "?module-path=/usr/lib/softhsm/libsofthsm2.so";
    var pin = Files.writeString(SERVER.data().path().resolve("wrong"), "0\n");
    var wrong =
        Map.of(
            "CERTCTL_CA_KEY_PATH", "pkcs11:token=certctl;object=none" + module,
            "CERTCTL_SCEP_PROFILE_DEFAULT_RA_KEY_PATH",
                "pkcs11:token=certctl;object=ra" + module + "&pin-value=135790",
            "CERTCTL_OCSP_RESPONDER_KEY_PATH", "pkcs11:token=certctl;object=nobody" + module,
            "CERTCTL_AUDIT_KEY_PATH",
                "pkcs11:token=certctl;object=audit" + module + "&pin-source=" + pin);
    var output = SERVER.command("config", "check").with(wrong).run().exitedWith(3).output();
    assertThat(output)
        .contains("CERTCTL_CA_KEY_PATH")
        .contains("no private key with label \"none\"")
        .contains("CERTCTL_SCEP_PROFILE_DEFAULT_RA_KEY_PATH")
        .contains("pin-source=file:")
        .contains("CERTCTL_OCSP_RESPONDER_KEY_PATH")
        .contains("no private key with label \"nobody\"")
        .contains("CERTCTL_AUDIT_KEY_PATH")
        .contains("chmod 600")
        .doesNotContain("135790");
  }
}
