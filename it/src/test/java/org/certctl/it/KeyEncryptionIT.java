package org.certctl.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// A data directory whose keys are encrypted under the encryption key of the installation, from
/// `init` on and afterwards.
final class KeyEncryptionIT {

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final String KEY = "CERTCTL_CONFIG_ENCRYPTION_KEY";

  private static Path work = Path.of("");
  private static Path key = Path.of("");
  private static CertctlServer server = CertctlServer.withRsaCa();

  @BeforeAll
  static void makeKey() throws IOException {
    work = Certctl.workDirectory("KeyEncryptionIT");
    key = work.resolve("encryption.key");
    Files.writeString(key, "O8c5vXb1Jk0Qe7Zt4Rw9Hn2Lm6Ay3Up=D\n");
  }

  @AfterAll
  static void stop() {
    if (server.isRunning()) {
      server.kill();
    }
  }

  @Test
  void noClearKeyIsEverLeftInTheDataDirectory() throws IOException {
    Path data = work.resolve("data");
    command("init", "--data-dir", data.toString(), "--host", "localhost", "--ca-key", "p256")
        .with(KEY + "_FILE", key.toString())
        .run()
        .succeeded();
    assertThat(clearKeys(data)).isEmpty();
    assertThat(Files.readString(data.resolve("certctl.env")))
        .contains("\n" + KEY + "_FILE=" + key + "\n");

    server =
        CertctlServer.withEcCa()
            .with("CERTCTL_SCEP_RA_LIFETIME", "3600s")
            .with("CERTCTL_SCEP_RA_RENEW_BEFORE", "3590s");
    server.use(data, work);
    server.start(Certctl.BOTH_COMPILERS);
    new Device(server, "sealed-1").enroll();
    Await.until("another RA is there", PATIENCE, () -> server.data().raCertificates().size() > 1);
    prepareNextCa();
    assertThat(clearKeys(data)).isEmpty();
    server.stop();
    assertThat(clearKeys(data)).isEmpty();

    server.start(Certctl.BOTH_COMPILERS);
    new Device(server, "sealed-2").enroll();
    server.stop();
    server.assertSound();

    assertThat(
            Command.of("openssl", "pkey", "-noout", "-in", data.resolve("ca.key").toString())
                .and("-passin", "file:" + key)
                .run()
                .succeeded()
                .output())
        .isEmpty();
    refusesAnotherKey(data);
  }

  private static Command command(String... words) {
    return optimised(Certctl.command(words));
  }

  private static Command optimised(Command command) {
    return command.with(Certctl.environment(List.of(Certctl.BOTH_COMPILERS)));
  }

  private static void prepareNextCa() {
    optimised(server.command("ca", "rollover", "prepare")).run().succeeded();
  }

  private static void refusesAnotherKey(Path data) throws IOException {
    Path other = work.resolve("other.key");
    Files.writeString(other, "another one that is of no use to them\n");
    var refused =
        command("config", "check", "--data-dir", data.toString())
            .with(KEY + "_FILE", other.toString())
            .run()
            .exitedWith(3);
    assertThat(refused.output())
        .contains(KEY, "does not open", "hint")
        .doesNotContain("another one that");
    command("keys", "encrypt", "--data-dir", data.toString())
        .with(KEY + "_FILE", other.toString())
        .run()
        .exitedWith(1);
    command("keys", "encrypt", "--data-dir", data.toString())
        .and("--previous-key-file", key.toString())
        .with(KEY + "_FILE", other.toString())
        .run()
        .succeeded();
    command("config", "check", "--data-dir", data.toString())
        .with(KEY + "_FILE", other.toString())
        .run()
        .succeeded();
  }

  @Test
  void encryptsAtTheNextStartWhatWasWrittenBefore() throws IOException {
    CertctlServer plain = CertctlServer.withRsaCa();
    plain.initialise(Files.createDirectories(work.resolve("before")));
    Path data = plain.data().path();
    plain.start(Certctl.BOTH_COMPILERS);
    var device = new Device(plain, "before-1");
    device.enroll();
    plain.stop();
    assertThat(clearKeys(data)).contains("challenge-mac.key", "ca.key", "tls.key");

    plain.with(KEY + "_FILE", key.toString()).start(Certctl.BOTH_COMPILERS);
    new Device(plain, "before-2").enroll();
    assertThat(clearKeys(data)).containsExactly("audit.key", "ca.key", "root-ca.key", "tls.key");
    optimised(plain.command("keys", "encrypt"))
        .with(KEY + "_FILE", key.toString())
        .run()
        .succeeded();
    assertThat(clearKeys(data)).isEmpty();
    plain.stop();
    plain.start(Certctl.BOTH_COMPILERS);
    new Device(plain, "before-3").enroll();
    plain.stop();
    optimised(plain.command("audit", "verify"))
        .with(KEY + "_FILE", key.toString())
        .run()
        .succeeded();
  }

  /// The files with keys that anybody could use who has them.
  private static List<String> clearKeys(Path data) throws IOException {
    try (var files = Files.walk(data)) {
      return files
          .filter(Files::isRegularFile)
          .filter(KeyEncryptionIT::isClear)
          .map(file -> data.relativize(file).toString())
          .sorted()
          .toList();
    }
  }

  private static boolean isClear(Path file) {
    try {
      String text = Files.readString(file, StandardCharsets.ISO_8859_1);
      return text.contains("BEGIN PRIVATE KEY")
          || text.contains("BEGIN RSA PRIVATE KEY")
          || text.contains("BEGIN EC PRIVATE KEY")
          || text.strip().matches("[0-9a-f]{64}");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
