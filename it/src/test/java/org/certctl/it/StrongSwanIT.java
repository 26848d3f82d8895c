package org.certctl.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// strongSwan's `pki` (Debian 12: 5.9.8).
final class StrongSwanIT {

  @RegisterExtension static final CertctlServer SERVER = CertctlServer.withRsaCa();

  @TempDir Path work;

  @Test
  void fetchesTheCertificates() throws IOException {
    pki("--scepca", "--url", SERVER.httpUrl(), "--caout", "ca.pem", "--raout", "ra.pem")
        .and("--outform", "pem", "--force")
        .run()
        .succeeded();

    var cas = certificatesOf("ca");
    assertThat(cas).containsExactlyInAnyOrderElementsOf(SERVER.data().chain());
    assertThat(certificatesOf("ra")).containsExactly(SERVER.data().raCertificate());
  }

  @Test
  void enrollsByPost() throws IOException {
    var result = scep("strongswan-1", SERVER.data().challenge()).run();

    accept(result);
  }

  @Test
  void enrollsByPostOverHttps() throws IOException {
    // Its curl trusts one file of the machine, so the command gets a view of the machine in which
    // that file is ours.
    assumeTrue(
        Command.of("unshare", "-m", "true").run().exitCode() == 0, "needs a mount namespace");
    var root = OpenSsl.writePem(work.resolve("root.pem"), List.of(SERVER.data().root()));
    var result =
        StrongSwan.of(SERVER, work)
            .at(SERVER.httpsUrl())
            .command("strongswan-2", "--password", SERVER.data().challenge())
            .by(
                "unshare",
                "-m",
                "sh",
                "-c",
                "mount --bind \"$0\" /etc/ssl/certs/ca-certificates.crt && exec \"$@\"",
                root.toString())
            .run();

    accept(result);
  }

  @Test
  void isRefusedWithAWrongChallenge() throws IOException {
    var result = scep("strongswan-3", "not-the-challenge").run();

    assertThat(result.exitCode()).as("%s", result).isNotZero();
    assertThat(result.stdout()).isEmpty();
    assertThat(result.stderr()).contains("badRequest");
    assertThat(new Inventory(SERVER.data()).certificatesFor("strongswan-3")).isEmpty();
  }

  private void accept(Command.Result result) throws IOException {
    var issued = StrongSwan.of(SERVER, work).keep("issued", result);
    OpenSsl.assertAccepts(SERVER.data(), issued, work);
  }

  private Command scep(String name, String challenge) throws IOException {
    return StrongSwan.of(SERVER, work)
        .command(name, "--san", name + ".example", "--password", challenge);
  }

  private Command pki(String... arguments) {
    return Command.of("pki").and(arguments).in(work);
  }

  private List<X509Certificate> certificatesOf(String prefix) throws IOException {
    var found = new ArrayList<X509Certificate>();
    try (var files = Files.list(work)) {
      for (var file : files.sorted().toList()) {
        if (file.getFileName().toString().startsWith(prefix)) {
          found.addAll(DataDirectory.certificates(file));
        }
      }
    }
    return found;
  }
}
