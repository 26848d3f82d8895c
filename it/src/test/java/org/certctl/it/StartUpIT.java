package org.certctl.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What is wrong stops the start, all of it is said at once, and nobody sees a stack trace.
final class StartUpIT {

  private static final int FAILURE = 1;
  private static final int USAGE = 2;
  private static final int CONFIGURATION = 3;

  @TempDir static Path work;

  private static Path original;

  private Path data;

  @BeforeAll
  static void initialise() {
    original = work.resolve("original");
    DataDirectory.init(original, "rsa2048");
  }

  @BeforeEach
  void copy() throws IOException {
    data = Files.createTempDirectory(work, "data");
    Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwx------"));
    Command.of("cp", "-a", original + "/.", data.toString()).run().succeeded();
  }

  @Test
  void listsAllProblemsAtOnce() {
    var result =
        serve(
            Map.of(
                "CERTCTL_SERVER_PORT", "eighty",
                "CERTCTL_SERVR_HOST", "127.0.0.1",
                "CERTCTL_SCEP_PROFILES", "default,second",
                "CERTCTL_SCEP_PROFILE_DEFAULT_CHALLENGE_PASSWORD", "",
                "CERTCTL_CA_KEY_PATH", "missing.key"));

    assertRefused(
        result,
        "CERTCTL_SERVER_PORT",
        "eighty",
        "CERTCTL_SERVR_HOST",
        "CERTCTL_SERVER_HOST",
        "CERTCTL_SCEP_PROFILE_SECOND_ISSUER_ID",
        "CERTCTL_SCEP_PROFILE_DEFAULT_CHALLENGE_PASSWORD",
        "CERTCTL_CA_KEY_PATH",
        "missing.key");
  }

  @Test
  void showsNoSecretInAProblem() {
    var result =
        serve(
            Map.of(
                "CERTCTL_SCEP_PROFILE_DEFAULT_CHALLENGE_PASSWROD", "a-secret-under-a-wrong-name",
                "CERTCTL_SCEP_PROFILE_DEFAULT_CHALLENGE_PASSWORD", "a-secret"));

    assertRefused(result, "CERTCTL_SCEP_PROFILE_DEFAULT_CHALLENGE_PASSWROD");
    assertThat(result.output()).doesNotContain("a-secret");
  }

  @Test
  void refusesAPrivateKeyThatOthersCanRead() throws IOException {
    var key = data.resolve("ca.key");
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));

    assertRefused(serve(Map.of()), "CERTCTL_CA_KEY_PATH", "ca.key");
  }

  @Test
  void refusesAKeyOfAnotherCertificate() {
    assertRefused(serve(Map.of("CERTCTL_CA_KEY_PATH", "tls.key")), "CERTCTL_CA_KEY_PATH");
  }

  @Test
  void refusesACertificateWithoutTheNeededKeyUsage() {
    assertRefused(
        serve(
            Map.of(
                "CERTCTL_SCEP_PROFILE_DEFAULT_RA_CERT_PATH", "root-ca.crt",
                "CERTCTL_SCEP_PROFILE_DEFAULT_RA_KEY_PATH", "root-ca.key")),
        "CERTCTL_SCEP_PROFILE_DEFAULT_RA_CERT_PATH");
  }

  @Test
  void refusesAnExpiredCertificate() {
    openssl("req", "-new", "-key", "tls.key", "-subj", "/CN=expired", "-out", "expired.csr");
    openssl(
        "x509",
        "-req",
        "-in",
        "expired.csr",
        "-signkey",
        "tls.key",
        "-days",
        "-1",
        "-out",
        "expired.crt");

    assertRefused(
        serve(Map.of("CERTCTL_SERVER_TLS_CERT_PATH", "expired.crt")),
        "CERTCTL_SERVER_TLS_CERT_PATH",
        "expired");
  }

  @Test
  void refusesADirectoryThatIsNotThere() {
    var result = Certctl.run("serve", "--data-dir", data.resolve("nowhere").toString());

    assertThat(result.exitCode()).as("%s", result).isEqualTo(CONFIGURATION);
    assertThat(result.output()).contains("nowhere");
    assertNoTrace(result);
  }

  /// Root may look into every directory unless it gives these two rights up.
  @Test
  void saysThatTheDirectoryIsAnotherUsers() throws IOException {
    var permissions = Files.getPosixFilePermissions(data);
    var deprived = List.of("setpriv", "--bounding-set=-dac_override,-dac_read_search");
    assumeTrue(Command.of(deprived).and("true").run().exitCode() == 0 || !isRoot());
    Files.setPosixFilePermissions(data, Set.of());
    try {
      var result =
          Command.of(isRoot() ? deprived : List.of("env"))
              .and(Certctl.launcher(), "cert", "list", "--data-dir", data.toString())
              .with(Certctl.environment(List.of()))
              .run();

      assertRefused(result, "CERTCTL_DATA_DIR = " + data, "this user may not look into it");
      assertThat(result.output()).doesNotContain("CERTCTL_SERVER_TLS_KEY_PATH");
    } finally {
      Files.setPosixFilePermissions(data, permissions);
    }
  }

  private static boolean isRoot() {
    return System.getProperty("user.name").equals("root");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"CERTCTL_SERVER_PORT", "CERTCTL_SCEP_HTTP_PORT", "CERTCTL_MANAGEMENT_PORT"})
  void saysWhichPortIsTaken(String option) throws IOException {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var environment = new HashMap<String, String>();
      environment.put("CERTCTL_SERVER_HOST", "127.0.0.1");
      environment.put("CERTCTL_SERVER_PORT", Integer.toString(Ports.free()));
      environment.put("CERTCTL_MANAGEMENT_PORT", Integer.toString(Ports.free()));
      environment.put(option, Integer.toString(taken.getLocalPort()));

      var result = serve(environment);

      assertThat(result.exitCode()).as("%s", result).isEqualTo(FAILURE);
      assertThat(result.output())
          .contains("error: port " + taken.getLocalPort() + " (" + option + ") is in use")
          .doesNotContain("memory leak", "the log says why");
      assertNoTrace(result);
    }
  }

  @Test
  void saysThatItsHostIsNotKnown() {
    var result = serve(Map.of("CERTCTL_SERVER_HOST", "no-such-host.invalid"));

    assertThat(result.exitCode()).as("%s", result).isEqualTo(FAILURE);
    assertThat(result.output()).contains("CERTCTL_SERVER_HOST = no-such-host.invalid");
    assertNoTrace(result);
  }

  @Test
  void leavesAnExistingDirectoryAlone() throws IOException {
    var before = Files.readString(data.resolve("certctl.env"));

    var result = Certctl.run("init", "--data-dir", data.toString());

    assertThat(result.exitCode()).as("%s", result).isEqualTo(FAILURE);
    assertThat(Files.readString(data.resolve("certctl.env"))).isEqualTo(before);
    assertNoTrace(result);
  }

  @Test
  void tellsUsageFromFailure() {
    assertThat(Certctl.run("serv").exitedWith(USAGE).output()).contains("serve");
    assertThat(Certctl.run("init", "--ca-key", "rsa1").exitedWith(USAGE).output())
        .contains("rsa2048");
    assertThat(Certctl.run("--help").succeeded().stdout()).contains("init", "serve");
  }

  @Test
  void checksTheConfigurationWithoutServing() {
    var good = Certctl.run("config", "check", "--data-dir", data.toString()).succeeded().output();
    assertThat(good)
        .contains("CERTCTL_SCEP_PROFILES")
        .doesNotContain(DataDirectory.at(data).challenge());

    var bad =
        Certctl.command("config", "check", "--data-dir", data.toString())
            .with("CERTCTL_SERVER_PORT", "70000")
            .run();
    assertThat(bad.exitCode()).as("%s", bad).isEqualTo(CONFIGURATION);
    assertThat(bad.output()).contains("CERTCTL_SERVER_PORT", "70000");
  }

  private Command.Result serve(Map<String, String> environment) {
    return Certctl.command("serve", "--data-dir", data.toString()).with(environment).run();
  }

  private void openssl(String... arguments) {
    Command.of("openssl").and(arguments).in(data).run().succeeded();
  }

  private static void assertRefused(Command.Result result, String... words) {
    assertThat(result.exitCode()).as("%s", result).isEqualTo(CONFIGURATION);
    assertThat(result.output()).contains(words);
    assertNoTrace(result);
  }

  private static void assertNoTrace(Command.Result result) {
    assertThat(result.output()).doesNotContain(".java:", "\tat ", "\\tat ");
  }
}
