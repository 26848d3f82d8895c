package org.certctl.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The commands that read, beside a server that runs.
final class CommandsIT {

  @RegisterExtension static final CertctlServer SERVER = CertctlServer.withEcCa();

  @Test
  void showsFingerprintsOfTheCa() throws Exception {
    var output = run("ca", "fingerprint").stdout();

    for (var certificate : SERVER.data().chain()) {
      assertThat(output)
          .contains(fingerprint("SHA-256", certificate), fingerprint("SHA-1", certificate));
    }
  }

  @Test
  void listsAndShowsCertificates() throws Exception {
    var issued = new Device(SERVER, "listed-1").enroll();
    var serial = issued.getSerialNumber().toString(16);

    assertThat(run("cert", "list").stdout()).contains("listed-1", serial);
    assertThat(run("cert", "show", serial).stdout()).contains("listed-1");
    var pem = run("cert", "show", serial, "--pem").stdout().getBytes(StandardCharsets.US_ASCII);
    assertThat(
            CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(pem)))
        .isEqualTo(issued);
  }

  @Test
  void listsTheAuditTrail() {
    var device = new Device(SERVER, "audited-1").transactionId("AUDITED-1");
    device.enroll();
    var refused = new Device(SERVER, "audited-2").transactionId("AUDITED-2").request(_ -> {});
    refused.send();

    assertThat(SERVER.audited("--transaction", "AUDITED-1"))
        .contains("intended", "issued", "audited-1");
    assertThat(SERVER.audited("--transaction", "AUDITED-2", "--json"))
        .contains("refused", "challenge_missing", "audited-2", "127.0.0.1");
  }

  @Test
  void verifiesTheAuditTrailWhileItGrows() {
    new Device(SERVER, "verified-1").enroll();

    run("audit", "verify");
  }

  private static Command.Result run(String... arguments) {
    return SERVER.command(arguments).run().succeeded();
  }

  private static String fingerprint(String algorithm, X509Certificate certificate)
      throws Exception {
    var digest = MessageDigest.getInstance(algorithm).digest(certificate.getEncoded());
    return HexFormat.ofDelimiter(":").withUpperCase().formatHex(digest);
  }
}
