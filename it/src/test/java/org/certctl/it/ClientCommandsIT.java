package org.certctl.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// `certctl enroll` and `certctl probe`, against our own server.
final class ClientCommandsIT {

  @RegisterExtension static final CertctlServer SERVER = CertctlServer.withRsaCa();

  private static final int FAILURE = 1;

  @TempDir Path work;

  @Test
  void enrolls() throws Exception {
    var out = work.resolve("device.pem");

    enroll(SERVER.httpUrl(), "command-1", SERVER.data().challenge(), out)
        .and("--dns", "command-1.example", "--ca-fingerprint", rootFingerprint())
        .run()
        .succeeded();

    OpenSsl.assertAccepts(SERVER.data(), out, work);
    var issued = DataDirectory.certificates(out).getFirst();
    assertThat(issued.getSubjectX500Principal().getName()).isEqualTo("O=certctl,CN=command-1");
    assertThat(issued.getSubjectAlternativeNames().toString()).contains("command-1.example");
    assertThat(Files.getPosixFilePermissions(work.resolve("device.key")).toString())
        .doesNotContain("GROUP", "OTHERS");
  }

  @Test
  void enrollsByHttpsAndByGet() throws Exception {
    var root = OpenSsl.writePem(work.resolve("root.pem"), SERVER.data().chain());
    var out = work.resolve("device.pem");

    enroll(SERVER.httpsUrl(), "command-2", SERVER.data().challenge(), out)
        .and("--cacert", root.toString(), "--get")
        .run()
        .succeeded();

    OpenSsl.assertAccepts(SERVER.data(), out, work);
  }

  @Test
  void doesNotTrustAnUnknownTlsServer() throws Exception {
    var out = work.resolve("device.pem");

    var result = enroll(SERVER.httpsUrl(), "command-3", SERVER.data().challenge(), out).run();

    assertFailed(result);
    assertThat(out).doesNotExist();
  }

  @Test
  void sendsNothingToTheWrongCa() throws Exception {
    var out = work.resolve("device.pem");

    var result =
        enroll(SERVER.httpUrl(), "command-4", SERVER.data().challenge(), out)
            .and("--ca-fingerprint", "00:".repeat(31) + "00")
            .run();

    assertFailed(result);
    assertThat(out).doesNotExist();
    assertThat(new Inventory(SERVER.data()).mentions("command-4")).isFalse();
  }

  @Test
  void saysThatItWasRefused() throws Exception {
    var out = work.resolve("device.pem");

    var result = enroll(SERVER.httpUrl(), "command-5", "not-the-challenge", out).run();

    assertFailed(result);
    assertThat(result.output()).contains("challenge").doesNotContain("not-the-challenge");
    assertThat(out).doesNotExist();
  }

  @Test
  void findsNothingWrongWithOurServer() {
    var result = Certctl.run("probe", SERVER.httpUrl()).succeeded();

    assertThat(result.output()).contains("SCEPStandard");
  }

  @Test
  void findsNothingWrongByHttps() {
    var root = OpenSsl.writePem(work.resolve("root.pem"), SERVER.data().chain());

    Certctl.run("probe", SERVER.httpsUrl(), "--cacert", root.toString(), "--json").succeeded();
  }

  @Test
  void saysWhatIsNotScep() {
    var notScep = "http://127.0.0.1:" + SERVER.managementPort() + "/health";

    var result = Certctl.run("probe", notScep);

    assertFailed(result);
  }

  private Command enroll(String url, String commonName, String challenge, Path out)
      throws IOException {
    var file = Files.writeString(work.resolve("challenge"), challenge, StandardCharsets.UTF_8);
    return Certctl.command("enroll", url, "--challenge-file", file.toString())
        .and("--subject", "CN=" + commonName + ",O=certctl", "--out", out.toString());
  }

  private static void assertFailed(Command.Result result) {
    assertThat(result.exitCode()).as("%s", result).isEqualTo(FAILURE);
    assertThat(result.output()).doesNotContain(".java:", "\tat ");
  }

  private static String rootFingerprint() throws Exception {
    var digest = MessageDigest.getInstance("SHA-256").digest(SERVER.data().root().getEncoded());
    return HexFormat.ofDelimiter(":").withUpperCase().formatHex(digest);
  }
}
