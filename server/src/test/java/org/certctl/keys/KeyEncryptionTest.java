package org.certctl.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.certctl.keys.KeyMaterialException.Fault;
import org.certctl.secret.Secret;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Keys under the encryption key of the installation.
class KeyEncryptionTest {

  private static final CryptoProviders PROVIDERS = CryptoProviders.detect();
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final String KEY = "bVq2k9Xr7Tn4Lw8Zc1Yd5Hg3Js6Pf0Ae+/ü=";
  private static final KeyEncryption ENCRYPTION = KeyEncryption.under(Secret.of(KEY));
  private static final KeyEncryption OTHER =
      KeyEncryption.under(Secret.of("another key, of more than 32 bytes too"));

  @TempDir private Path directory;
  private Path file;
  private Path mac;

  @BeforeEach
  void name() {
    file = directory.resolve("x.key");
    mac = directory.resolve("challenge-mac.key");
  }

  private Fault fault(Path key, Optional<Secret> password, KeyEncryption encryption) {
    KeyMaterialException e =
        catchThrowableOfType(
            KeyMaterialException.class,
            () ->
                SigningKey.read(
                    new KeyLocation.InFile(key, Optional.empty(), password, encryption),
                    Optional.empty(),
                    PROVIDERS));
    assertThat(e.reason() + e.hint()).contains(key.toString()).doesNotContain(KEY);
    return e.fault();
  }

  private SigningKey read(Path key, KeyEncryption encryption) throws KeyMaterialException {
    return SigningKey.read(KeyLocation.of(key, encryption), Optional.empty(), PROVIDERS);
  }

  private static boolean isSame(SigningKey one, SigningKey other) {
    return one.publicKeyInfo().equals(other.publicKeyInfo());
  }

  private String openssl(String... arguments) {
    try {
      Process process =
          new ProcessBuilder(arguments)
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).as(output).isZero();
      return output;
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @ParameterizedTest
  @EnumSource(KeyType.class)
  void writesKeysThatOnlyTheEncryptionKeyOpens(KeyType type)
      throws IOException, KeyMaterialException {
    SigningKey key = SigningKey.generate(type, PROVIDERS, RANDOM);
    ENCRYPTION.write(key, file, RANDOM);

    assertThat(Files.readString(file)).startsWith("-----BEGIN ENCRYPTED PRIVATE KEY-----");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(isSame(read(file, ENCRYPTION), key)).isTrue();
    assertThat(isSame(read(file, KeyEncryption.under(Secret.of(KEY))), key)).isTrue();
    assertThat(fault(file, Optional.empty(), OTHER)).isEqualTo(Fault.WRONG_ENCRYPTION_KEY);
    assertThat(fault(file, Optional.empty(), KeyEncryption.none())).isEqualTo(Fault.ENCRYPTED);
  }

  @Test
  void writesWhatOpensslOpens() throws IOException {
    ENCRYPTION.write(SigningKey.generate(KeyType.P_256, PROVIDERS, RANDOM), file, RANDOM);
    Files.writeString(directory.resolve("key"), KEY + "\n");

    assertThat(openssl("openssl", "pkey", "-in", "x.key", "-noout", "-text", "-passin", "file:key"))
        .contains("P-256");
    assertThat(openssl("openssl", "asn1parse", "-in", "x.key"))
        .contains("PBES2", "PBKDF2", "hmacWithSHA256", "aes-256-cbc", ":0927C0");
  }

  @Test
  void leavesKeysUnderAPassphraseToThePassphrase() throws IOException, KeyMaterialException {
    SigningKey key = SigningKey.generate(KeyType.P_256, PROVIDERS, RANDOM);
    key.write(directory.resolve("plain.key"));
    openssl(
        "openssl",
        "pkcs8",
        "-topk8",
        "-v2",
        "aes-256-cbc",
        "-in",
        "plain.key",
        "-out",
        "x.key",
        "-passout",
        "pass:secret99");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    OwnKeyFiles all = new OwnKeyFiles(List.of(directory), mac);
    String before = Files.readString(file);

    assertThat(all.encrypt(OTHER, ENCRYPTION, RANDOM))
        .containsExactly(directory.resolve("plain.key"));
    assertThat(Files.readString(file)).isEqualTo(before);
    Optional<Secret> password = Optional.of(Secret.of("secret99"));
    assertThat(
            isSame(
                SigningKey.read(
                    new KeyLocation.InFile(file, Optional.empty(), password, ENCRYPTION),
                    Optional.empty(),
                    PROVIDERS),
                key))
        .isTrue();
    assertThat(fault(file, Optional.of(Secret.of("secret98")), ENCRYPTION))
        .isEqualTo(Fault.WRONG_PASSWORD);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ec -outform PEM", "pkcs8 -topk8 -nocrypt"})
  void encryptsWhatOpensslWrote(String form) throws IOException, KeyMaterialException {
    openssl("openssl", "ecparam", "-name", "prime256v1", "-genkey", "-out", "made.pem");
    openssl(("openssl " + form + " -in made.pem -out x.key").split(" "));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    SigningKey key = read(file, KeyEncryption.none());
    String note = "# a note of somebody's\n";
    Files.writeString(file, note + Files.readString(file));
    OwnKeyFiles own = new OwnKeyFiles(List.of(), mac);
    assertThat(own.encrypt(KeyEncryption.none(), ENCRYPTION, RANDOM)).isEmpty();

    Files.delete(directory.resolve("made.pem"));
    own = new OwnKeyFiles(List.of(directory), mac);
    assertThat(own.clear()).containsExactly(file);
    assertThat(own.encrypt(KeyEncryption.none(), ENCRYPTION, RANDOM)).containsExactly(file);
    assertThat(Files.readString(file))
        .startsWith(note)
        .doesNotContain("BEGIN PRIVATE", "BEGIN EC ");
    assertThat(isSame(read(file, ENCRYPTION), key)).isTrue();
    assertThat(own.clear()).isEmpty();
    assertThat(own.encrypt(KeyEncryption.none(), ENCRYPTION, RANDOM)).isEmpty();
  }

  @Test
  void leftoversOfACrashAreEncryptedToo() throws IOException, KeyMaterialException {
    Path folder = Files.createDirectories(directory.resolve("ra/default"));
    SigningKey key = SigningKey.generate(KeyType.P_256, PROVIDERS, RANDOM);
    for (String name : List.of(".draft", ".draft123.new", "20260101T000000Z-01.pem")) {
      key.write(folder.resolve(name));
    }
    OwnKeyFiles own = new OwnKeyFiles(List.of(directory.resolve("ra")), mac);

    assertThat(own.encrypt(KeyEncryption.none(), ENCRYPTION, RANDOM)).hasSize(3);
    assertThat(own.clear()).isEmpty();
  }

  @Test
  void changesTheEncryptionKey() throws IOException, KeyMaterialException {
    SigningKey key = SigningKey.generate(KeyType.RSA_2048, PROVIDERS, RANDOM);
    OTHER.write(key, file, RANDOM);
    Secret secret = InstallationSecret.readOrCreate(mac, OTHER, RANDOM);
    OwnKeyFiles own = new OwnKeyFiles(List.of(directory), mac);
    assertThat(own.closed(OTHER)).isEmpty();
    assertThat(own.closed(ENCRYPTION))
        .extracting(KeyMaterialException::fault)
        .containsExactly(Fault.WRONG_ENCRYPTION_KEY, Fault.WRONG_ENCRYPTION_KEY);
    assertThat(own.closed(KeyEncryption.none()))
        .extracting(KeyMaterialException::fault)
        .containsExactly(Fault.ENCRYPTION_KEY_MISSING, Fault.ENCRYPTION_KEY_MISSING);

    assertThat(own.encrypt(KeyEncryption.none(), ENCRYPTION, RANDOM)).isEmpty();
    assertThat(own.encrypt(OTHER, ENCRYPTION, RANDOM)).containsExactly(file, mac);
    assertThat(own.closed(ENCRYPTION)).isEmpty();
    assertThat(isSame(read(file, ENCRYPTION), key)).isTrue();
    assertThat(InstallationSecret.read(mac, ENCRYPTION).matches(secret)).isTrue();
  }

  @Test
  void keepsTheSecretOfTheInstallationEncrypted() throws IOException, KeyMaterialException {
    Secret clear = InstallationSecret.readOrCreate(mac, KeyEncryption.none(), RANDOM);
    assertThat(InstallationSecret.readOrCreate(mac, ENCRYPTION, RANDOM).matches(clear)).isTrue();
    new OwnKeyFiles(List.of(), mac).encrypt(KeyEncryption.none(), ENCRYPTION, RANDOM);

    assertThat(Files.readString(mac)).doesNotContain(clear.revealText());
    assertThat(InstallationSecret.readOrCreate(mac, ENCRYPTION, RANDOM).matches(clear)).isTrue();
    assertThatThrownBy(() -> InstallationSecret.read(mac, KeyEncryption.none()))
        .isInstanceOf(KeyMaterialException.class);
  }

  @Test
  void aSecretIsBoundToItsName() throws KeyMaterialException {
    byte[] plain = "hello".getBytes(StandardCharsets.UTF_8);
    byte[] sealed = ENCRYPTION.seal("one", plain, RANDOM);

    assertThat(ENCRYPTION.open("one", sealed)).isEqualTo(plain);
    assertThat(new String(sealed, StandardCharsets.ISO_8859_1)).doesNotContain("hello");
    assertThatThrownBy(() -> ENCRYPTION.open("two", sealed))
        .isInstanceOf(KeyMaterialException.class);
    for (int i = 0; i < sealed.length; i++) {
      byte[] altered = sealed.clone();
      // Not the bits that would make the derivation long.
      altered[i] ^= (byte) (i > 16 && i < 21 ? 0x80 : 1);
      if (i < 1 || i > 17) {
        assertThatThrownBy(() -> ENCRYPTION.open("one", altered))
            .isInstanceOf(KeyMaterialException.class);
      }
    }
  }

  @Test
  void aCrashBetweenFilesLeavesEachReadable() throws IOException {
    for (String name : List.of("a.key", "c.key")) {
      SigningKey.generate(KeyType.P_256, PROVIDERS, RANDOM).write(directory.resolve(name));
    }
    Files.writeString(
        directory.resolve("b.key"),
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
    OwnKeyFiles own = new OwnKeyFiles(List.of(directory), mac);

    assertThatThrownBy(() -> own.encrypt(KeyEncryption.none(), ENCRYPTION, RANDOM))
        .isInstanceOf(KeyMaterialException.class)
        .hasMessageContaining("b.key");
    assertThat(own.clear())
        .extracting(Path::getFileName)
        .map(Path::toString)
        .containsExactly("b.key", "c.key");
    try (var files = Files.list(directory)) {
      assertThat(files).hasSize(3);
    }
  }
}
