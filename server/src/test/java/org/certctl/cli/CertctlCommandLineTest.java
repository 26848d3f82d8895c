package org.certctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.config.ConfigReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.Command;

final class CertctlCommandLineTest {

  @TempDir private Path parent;

  private final CommandRun certctl =
      new CommandRun(
          Clock.fixed(Instant.parse("2026-11-22T12:00:00Z"), ZoneOffset.UTC),
          context ->
              List.of(
                  new BrokenCommand(),
                  new UnlinkedCommand(),
                  new StoreAwayCommand(),
                  new CaFingerprintCommand(
                      context,
                      _ -> {
                        throw new AssertionError("a CA in files needs no records");
                      })));

  @Test
  void fingerprintTellsThatThereAreLaterCas() throws Exception {
    Path directory = parent.resolve("data");
    init(directory);
    certctl.run("ca", "fingerprint", "--data-dir", directory.toString());
    assertThat(certctl.err()).isEmpty();

    Files.createDirectories(directory.resolve("ca").resolve("2"));
    certctl.run("ca", "fingerprint", "--data-dir", directory.toString());
    assertThat(certctl.err()).contains("certctl ca rollover status");
  }

  @Test
  void initThenCheckThenFingerprint() {
    Path directory = parent.resolve("data");
    assertThat(init(directory)).isEqualTo(ExitCode.OK);
    assertThat(certctl.out())
        .contains(
            "Made " + directory,
            "https://scep.example.com:8443/scep/default",
            "certctl serve --data-dir " + directory,
            "root-ca.key")
        .containsPattern("SHA-256 +([0-9A-F]{2}:){31}[0-9A-F]{2}");
    assertThat(certctl.err()).isEmpty();

    assertThat(certctl.run("config", "check", "--data-dir", directory.toString()))
        .isEqualTo(ExitCode.OK);
    assertThat(certctl.out())
        .containsPattern("CERTCTL_SERVER_PORT +certctl.env +8443")
        .containsPattern("CHALLENGE_PASSWORD +certctl.env +\\(secret\\)")
        .containsPattern("CERTCTL_LOG_LEVEL +default +info")
        .contains("ready to serve");

    assertThat(certctl.run("ca", "fingerprint", "--data-dir", directory.toString()))
        .isEqualTo(ExitCode.OK);
    assertThat(certctl.out()).contains("Issuing CA", "Root CA", "SHA-1").doesNotContain("MD5");
    assertThat(certctl.run("ca", "fingerprint", "--md5", "--data-dir", directory.toString()))
        .isEqualTo(ExitCode.OK);
    assertThat(certctl.out()).contains("MD5");
  }

  @Test
  void initTouchesNothingThatExists() {
    Path directory = parent.resolve("data");
    init(directory);
    assertThat(init(directory)).isEqualTo(ExitCode.FAILURE);
    assertThat(certctl.err()).contains("not empty", "nothing was touched").hasLineCount(1);
  }

  @Test
  void initSaysThatAFileIsNoDirectory() throws IOException {
    Path file = Files.createFile(parent.resolve("file"));
    assertThat(certctl.run("init", "--data-dir", file.toString())).isEqualTo(ExitCode.FAILURE);
    assertThat(certctl.err()).contains(file + " is no directory").hasLineCount(1);
    String below = file.resolve("data").toString();
    assertThat(certctl.run("init", "--data-dir", below)).isEqualTo(ExitCode.FAILURE);
    assertThat(certctl.err()).isEqualToIgnoringNewLines("error: " + file + " is no directory");
  }

  @Test
  void initTakesTheDirectoryFromTheEnvironment() {
    Path directory = parent.resolve("from-env");
    assertThat(
            certctl.run(
                Map.of("CERTCTL_DATA_DIR", directory.toString()),
                "init",
                "--ca-key",
                "p256",
                "--host",
                "192.0.2.7"))
        .isEqualTo(ExitCode.OK);
    assertThat(directory).isDirectory();
  }

  @Test
  void initRefusesWhatItCannotMake() {
    String directory = parent.resolve("data").toString();
    assertThat(certctl.run("init", "--data-dir", directory, "--ca-key", "rsa1024"))
        .isEqualTo(ExitCode.USAGE);
    assertThat(certctl.err()).contains("rsa2048");
    assertThat(certctl.run("init", "--data-dir", directory, "--host", "a b"))
        .isEqualTo(ExitCode.USAGE);
    assertThat(certctl.err()).contains("neither a DNS name nor an address");
    assertThat(parent).isEmptyDirectory();
  }

  @Test
  void checkReportsAllProblemsAndEndsWithItsOwnCode() throws IOException {
    Path directory = parent.resolve("data");
    init(directory);
    Files.delete(directory.resolve("ca.key"));
    assertThat(
            certctl.run(
                Map.of("CERTCTL_SERVER_PROT", "secret1", "CERTCTL_LOG_LEVEL", "loud"),
                "config",
                "check",
                "--data-dir",
                directory.toString()))
        .isEqualTo(ExitCode.CONFIGURATION);
    assertThat(certctl.err())
        .contains(
            "error: CERTCTL_SERVER_PROT\n",
            "did you mean CERTCTL_SERVER_PORT?",
            "error: CERTCTL_LOG_LEVEL = loud\n",
            "error: CERTCTL_CA_KEY_PATH = " + directory.resolve("ca.key"),
            "3 problems in the configuration")
        .doesNotContain("secret1")
        .doesNotContain("\tat ");
    assertThat(certctl.out()).isEmpty();
  }

  @Test
  void checkOfNothingSaysHowToBegin() {
    assertThat(certctl.run("config", "check", "--data-dir", parent.resolve("none").toString()))
        .isEqualTo(ExitCode.CONFIGURATION);
    assertThat(certctl.err()).contains("certctl init --data-dir").contains("1 problem ");
  }

  @Test
  void referenceIsTheDocument() {
    assertThat(certctl.run("config", "reference")).isEqualTo(ExitCode.OK);
    assertThat(certctl.out()).isEqualTo(ConfigReference.markdown());
  }

  @ParameterizedTest
  @ValueSource(strings = {"version", "--version"})
  void versionNamesWhatRuns(String word) {
    assertThat(certctl.run(word)).isEqualTo(ExitCode.OK);
    assertThat(certctl.out()).contains("certctl 1.2.3", "Java", "Crypto");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--help",
        "help",
        "init -h",
        "help init",
        "config check --help",
        "ca fingerprint --help",
        "help ca fingerprint"
      })
  void helpShowsExamples(String line) {
    assertThat(certctl.run(line.split(" ", -1))).isEqualTo(ExitCode.OK);
    assertThat(certctl.out()).contains("Usage: certctl", "  certctl ", "--help");
  }

  @ParameterizedTest
  @ValueSource(strings = {"config", "ca", "inti", "init --nonsense", "init --host", "config chekc"})
  void saysWhatIsWrongWithTheCommandLine(String line) {
    assertThat(certctl.run(line.split(" ", -1))).isEqualTo(ExitCode.USAGE);
    assertThat(certctl.err()).contains("Usage: certctl").doesNotContain("\tat ");
    assertThat(certctl.out()).isEmpty();
  }

  @Test
  void withoutCommandShowsWhatThereIs() {
    assertThat(certctl.run()).isEqualTo(ExitCode.USAGE);
    assertThat(certctl.err()).contains("Commands:", "init", "config", "broken");
  }

  @Test
  void unexpectedFailuresShowAnIdAndNoTrace() {
    assertThat(certctl.run("broken")).isEqualTo(ExitCode.FAILURE);
    assertThat(certctl.err())
        .containsPattern("unexpected failure [0-9a-f]{8}: IllegalStateException")
        .doesNotContain("\tat ")
        .doesNotContain("inner detail");
    assertThat(certctl.run("broken", "--verbose")).isEqualTo(ExitCode.FAILURE);
    assertThat(certctl.err()).contains("\tat ", "inner detail");
    assertThat(certctl.run(Map.of("CERTCTL_LOG_LEVEL", "debug"), "broken"))
        .isEqualTo(ExitCode.FAILURE);
    assertThat(certctl.err()).contains("\tat ");
  }

  private int init(Path directory) {
    return certctl.run(
        "init",
        "--data-dir",
        directory.toString(),
        "--host",
        "scep.example.com",
        "--ca-key",
        "p256",
        "--organization",
        "Example");
  }

  @Test
  void errorsOfThePlatformShowNoTraceEither() {
    assertThat(certctl.run("unlinked")).isEqualTo(ExitCode.FAILURE);
    assertThat(certctl.err()).contains("UnsatisfiedLinkError").doesNotContain("\tat ");
  }

  @Test
  void aStoreThatIsAwayIsNoUnexpectedFailure() {
    assertThat(certctl.run("store-away")).isEqualTo(ExitCode.FAILURE);
    assertThat(certctl.err().lines())
        .containsExactly("error: the records cannot be read", "    the disk is full?");
    assertThat(certctl.run("store-away", "--verbose")).isEqualTo(ExitCode.FAILURE);
    assertThat(certctl.err()).contains("\tat ", "inner detail");
  }

  /// A command whose store does not answer.
  @Command(name = "store-away")
  private static final class StoreAwayCommand implements Callable<Integer> {

    @Override
    public Integer call() throws StoreUnavailableException {
      throw new StoreUnavailableException(
          "the records cannot be read\nthe disk is full\u0007", new IOException("inner detail"));
    }
  }

  /// A command whose native library does not load.
  @Command(name = "unlinked")
  private static final class UnlinkedCommand implements Callable<Integer> {

    @Override
    public Integer call() {
      throw new UnsatisfiedLinkError("no library");
    }
  }

  /// A command that others would add, and that fails.
  @Command(name = "broken")
  private static final class BrokenCommand implements Callable<Integer> {

    @Override
    public Integer call() {
      throw new IllegalStateException("inner detail");
    }
  }
}
