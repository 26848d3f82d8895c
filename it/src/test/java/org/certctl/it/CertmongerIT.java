package org.certctl.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// certmonger 0.79: its daemon makes the messages, its helper `scep-submit` sends them by GET,
/// always.
final class CertmongerIT {

  @RegisterExtension static final CertctlServer SERVER = CertctlServer.withRsaCa();

  @TempDir Path work;

  @Test
  void enrolls() throws IOException {
    var session = session("certmonger-1", SERVER.data().challenge());

    session.run().succeeded();

    OpenSsl.assertAccepts(SERVER.data(), work.resolve("device.pem"), work);
    assertThat(new Inventory(SERVER.data()).certificatesFor("certmonger-1")).hasSize(1);
  }

  /// It cannot read a FAILURE that RFC 8894 allows: OpenSSL's PKCS7_verify wants content where
  /// there must be none. So it says that it could not reach the CA, and tries again later.
  @Test
  void getsNothingWithAWrongChallenge() throws IOException {
    var session = session("certmonger-2", "not-the-challenge");

    var result = session.run();

    assertThat(result.output()).containsAnyOf("CA_REJECTED", "CA_UNREACHABLE");
    assertThat(work.resolve("device.pem")).doesNotExist();
    assertThat(new Inventory(SERVER.data()).certificatesFor("certmonger-2")).isEmpty();
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

  /// A private daemon that lives as long as one script of `getcert` commands.
  private Command session(String commonName, String challenge) throws IOException {
    var script =
        Files.writeString(
            work.resolve("session.sh"),
            """
            #!/bin/sh
            set -e
            getcert add-scep-ca -c certctl -u %1$s
            getcert request -c certctl -I device -k %2$s/device.key -f %2$s/device.pem \
              -N CN=%3$s -D %3$s.example -L %4$s -w --wait-timeout 60 -v
            """
                .formatted(SERVER.httpUrl(), work, commonName, challenge));
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    for (var directory : new String[] {"requests", "cas", "local"}) {
      Files.createDirectory(work.resolve(directory));
    }
    return Command.of("certmonger", "-L", "-P", work.resolve("socket").toString(), "-n")
        .and("-d", "1", "-c", script.toString())
        .with("CERTMONGER_REQUESTS_DIR", work.resolve("requests").toString())
        .with("CERTMONGER_CAS_DIR", work.resolve("cas").toString())
        .with("CERTMONGER_LOCAL_CA_DIR", work.resolve("local").toString())
        .with("CERTMONGER_CONFIG_DIR", work.toString());
  }
}
