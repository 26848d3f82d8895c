package org.certctl.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// certmonger 0.79: its daemon makes the messages, its helper `scep-submit` sends them by GET,
/// always.
final class CertmongerIT {

  @RegisterExtension static final CertctlServer SERVER = CertctlServer.withRsaCa();

  @TempDir Path work;

  /// Both renewals are PKCSReq signed with the certificate there is, and carry the first challenge
  /// still; rekey has a new key.
  @Test
  void enrollsThenRekeysThenResubmits() throws Exception {
    var session = new CertmongerSession(SERVER, work);
    session.request("certmonger-1", SERVER.data().challenge(), 60).run().succeeded();
    var first = issued();
    OpenSsl.assertAccepts(SERVER.data(), first, work);

    session.script("getcert rekey -i device -w --wait-timeout 60 -v").run().succeeded();
    var rekeyed = issued();
    session.script("getcert resubmit -i device -w --wait-timeout 60 -v").run().succeeded();
    var resubmitted = issued();

    OpenSsl.assertAccepts(SERVER.data(), resubmitted, work);
    assertThat(rekeyed.getPublicKey()).isNotEqualTo(first.getPublicKey());
    assertThat(resubmitted.getPublicKey()).isEqualTo(rekeyed.getPublicKey());
    assertThat(resubmitted.getSerialNumber()).isNotEqualTo(rekeyed.getSerialNumber());
    assertThat(new Inventory(SERVER.data()).certificatesFor("certmonger-1")).hasSize(3);
  }

  /// It cannot read a FAILURE that RFC 8894 allows: OpenSSL's PKCS7_verify wants content where
  /// there must be none. So it says that it could not reach the CA, and tries again later;
  /// ReplyOptionsIT shows the form it reads.
  @Test
  void getsNothingWithAWrongChallenge() throws IOException {
    var session = new CertmongerSession(SERVER, work);

    var result = session.request("certmonger-2", "not-the-challenge", 15).run();

    assertThat(result.output()).doesNotContain("CA_REJECTED");
    assertThat(SERVER.audited("--reason", "challenge_wrong", "--json")).contains("CN=certmonger-2");
    assertThat(work.resolve("device.pem")).doesNotExist();
    assertThat(new Inventory(SERVER.data()).certificatesFor("certmonger-2")).isEmpty();
  }

  private X509Certificate issued() {
    return DataDirectory.certificates(work.resolve("device.pem")).getFirst();
  }

  @Test
  void readsCapabilitiesAndCertificates() throws IOException {
    var helper = "/usr/lib/certmonger/scep-submit";

    var capabilities = Command.of(helper, "-u", SERVER.httpUrl(), "-c").run().succeeded();
    var certificates = Command.of(helper, "-u", SERVER.httpUrl(), "-C").run().succeeded();

    assertThat(capabilities.stdout().lines()).contains("SCEPStandard", "POSTPKIOperation", "AES");
    var pem = Files.writeString(work.resolve("printed.pem"), certificates.stdout());
    assertThat(DataDirectory.certificates(pem))
        .startsWith(SERVER.data().raCertificate())
        .containsAll(SERVER.data().chain());
  }
}
