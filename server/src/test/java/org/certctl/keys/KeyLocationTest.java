package org.certctl.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.certctl.keys.KeyMaterialException.Fault;
import org.certctl.secret.Secret;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Files with keys as operators make them with openssl.
class KeyLocationTest {

  private static final CryptoProviders PROVIDERS = CryptoProviders.detect();
  private static final Optional<Secret> PASSWORD = Optional.of(Secret.of("secret99"));

  @TempDir private Path directory;

  @BeforeEach
  void makeIdentity() {
    openssl(
        "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=x -days 30"
            + " -keyout plain.pem -out cert.pem");
  }

  private void openssl(String arguments) {
    try {
      Process process =
          new ProcessBuilder(("openssl " + arguments).split(" "))
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).as(output).isZero();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private KeyLocation location(String name, Optional<Secret> password) {
    return KeyLocation.parse(name).in(directory, password, KeyEncryption.none());
  }

  private KeyPairFiles read(String certificate, String key, Optional<Secret> password)
      throws KeyMaterialException {
    return KeyPairFiles.read(directory.resolve(certificate), location(key, password), PROVIDERS);
  }

  private Fault fault(String certificate, String key, Optional<Secret> password) {
    KeyMaterialException e =
        catchThrowableOfType(KeyMaterialException.class, () -> read(certificate, key, password));
    assertThat(e.reason() + e.hint())
        .contains(key.replaceAll("#.*", ""))
        .doesNotContain("secret99");
    return e.fault();
  }

  private void close(String name) throws IOException {
    Files.setPosixFilePermissions(
        directory.resolve(name), PosixFilePermissions.fromString("rw-------"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"-v2 aes-256-cbc -v2prf hmacWithSHA256", "-scrypt", "-v1 PBE-SHA1-3DES"})
  void readsEncryptedPkcs8(String how) throws IOException, KeyMaterialException {
    openssl("pkcs8 -topk8 " + how + " -in plain.pem -out key.pem -passout pass:secret99");
    close("key.pem");
    assertThat(read("cert.pem", "key.pem", PASSWORD).key().isP256()).isTrue();
    assertThat(fault("cert.pem", "key.pem", Optional.of(Secret.of("secret98"))))
        .isEqualTo(Fault.WRONG_PASSWORD);
    assertThat(fault("cert.pem", "key.pem", Optional.empty())).isEqualTo(Fault.ENCRYPTED);
  }

  @Test
  void needsNoPasswordForAKeyThatIsNotEncrypted() throws IOException, KeyMaterialException {
    close("plain.pem");
    assertThat(read("cert.pem", "plain.pem", PASSWORD).key().isP256()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-legacy "})
  void readsPkcs12WithItsChain(String how) throws IOException, KeyMaterialException {
    openssl(
        "pkcs12 "
            + how
            + "-export -in cert.pem -inkey plain.pem -name issuing -out all.P12 -passout pass:secret99");
    close("all.P12");
    assertThat(read("all.P12", "all.P12", PASSWORD).chain().certificates()).hasSize(1);
    assertThat(read("all.P12", "all.P12#issuing", PASSWORD).key().isP256()).isTrue();
    assertThat(read("cert.pem", "all.P12", PASSWORD).key().isP256()).isTrue();
    assertThat(fault("all.P12", "all.P12#other", PASSWORD)).isEqualTo(Fault.MALFORMED);
    assertThat(fault("all.P12", "all.P12", Optional.of(Secret.of("secret98"))))
        .isEqualTo(Fault.WRONG_PASSWORD);
    assertThat(fault("all.P12", "all.P12", Optional.empty())).isEqualTo(Fault.ENCRYPTED);
    Files.setPosixFilePermissions(
        directory.resolve("all.P12"), PosixFilePermissions.fromString("rw-r-----"));
    assertThat(fault("all.P12", "all.P12", PASSWORD)).isEqualTo(Fault.TOO_OPEN);
  }

  @Test
  void asksWhichOfTwoKeysIsMeant() throws IOException, KeyMaterialException {
    for (String name : new String[] {"one", "two"}) {
      openssl(
          "pkcs12 -export -in cert.pem -inkey plain.pem -name "
              + name
              + " -out "
              + name
              + ".p12 -passout pass:abcdef");
    }
    Optional<Secret> password = Optional.of(Secret.of("abcdef"));
    try {
      Process process =
          new ProcessBuilder(
                  System.getProperty("java.home") + "/bin/keytool",
                  "-importkeystore",
                  "-srckeystore",
                  "one.p12",
                  "-destkeystore",
                  "two.p12",
                  "-srcstorepass",
                  "abcdef",
                  "-deststorepass",
                  "abcdef")
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .start();
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    close("two.p12");
    assertThat(fault("cert.pem", "two.p12", password)).isEqualTo(Fault.MALFORMED);
    assertThat(read("cert.pem", "two.p12#one", password).key().isP256()).isTrue();
  }

  @Test
  void refusesWhatIsNoPkcs12() throws IOException {
    Files.writeString(directory.resolve("text.pfx"), "text");
    close("text.pfx");
    assertThat(fault("cert.pem", "text.pfx", PASSWORD)).isEqualTo(Fault.MALFORMED);
  }

  @Test
  void takesCertificatesFromPkcs12OnlyWithItsKey() throws IOException {
    close("plain.pem");
    openssl("pkcs12 -export -in cert.pem -inkey plain.pem -out all.p12 -passout pass:secret99");
    KeyMaterialException e =
        catchThrowableOfType(
            KeyMaterialException.class, () -> read("all.p12", "plain.pem", PASSWORD));
    assertThat(e.fault()).isEqualTo(Fault.UNSUPPORTED);
  }
}
