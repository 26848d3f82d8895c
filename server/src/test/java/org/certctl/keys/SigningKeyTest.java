package org.certctl.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcePEMEncryptorBuilder;
import org.certctl.keys.KeyMaterialException.Fault;
import org.certctl.pki.SigningUnavailableException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SigningKeyTest {

  private static final CryptoProviders PROVIDERS = CryptoProviders.detect();
  private static final byte[] MESSAGE = "message".getBytes(StandardCharsets.UTF_8);

  @TempDir private Path directory;

  @ParameterizedTest
  @EnumSource(
      value = KeyType.class,
      names = {"RSA_2048", "P_256", "P_384", "ED25519"})
  void signsAfterWritingAndReadingWhatItsPublicHalfVerifies(KeyType type)
      throws IOException, KeyMaterialException, SigningUnavailableException {
    SigningKey made = SigningKey.generate(type, PROVIDERS, new SecureRandom());
    Path file = directory.resolve("key.pem");
    made.write(file);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    SigningKey read = SigningKey.read(file, PROVIDERS);
    assertThat(read.publicKeyInfo()).isEqualTo(made.publicKeyInfo());

    Path publicFile = directory.resolve("key.pub");
    made.verificationKey(PROVIDERS).write(publicFile);
    VerificationKey verifier = VerificationKey.read(publicFile, PROVIDERS);
    byte[] signature = read.sign(MESSAGE);
    assertThat(verifier.verifies(MESSAGE, signature)).isTrue();
    assertThat(verifier.verifies(new byte[] {1}, signature)).isFalse();
    assertThat(verifier.verifies(MESSAGE, new byte[] {1, 2, 3})).isFalse();
    var signing = read.begin();
    for (byte octet : MESSAGE) {
      signing.update(new byte[] {octet});
    }
    assertThat(verifier.verifies(MESSAGE, signing.sign())).as("piece by piece").isTrue();
    assertThat(read.belongsTo(verifier)).isTrue();
    assertThat(read.toString()).contains("redacted");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Ed25519", "RSA traditional", "EC traditional"})
  void readsTheFormsOfOpenssl(String form)
      throws GeneralSecurityException,
          IOException,
          KeyMaterialException,
          SigningUnavailableException {
    KeyPair pair =
        switch (form) {
          case "Ed25519" -> keyPair("Ed25519");
          case "RSA traditional" -> keyPair("RSA");
          default -> ecKeyPair("secp384r1");
        };
    String pem =
        switch (form) {
          case "Ed25519" -> PemFile.text("PRIVATE KEY", pair.getPrivate().getEncoded());
          case "RSA traditional" -> traditional(pair);
          default ->
              "-----BEGIN EC PARAMETERS-----\nBgUrgQQAIg==\n-----END EC PARAMETERS-----\n"
                  + traditional(pair);
        };
    SigningKey key = SigningKey.read(privateFile(pem), PROVIDERS);
    assertThat(key.verificationKey(PROVIDERS).verifies(MESSAGE, key.sign(MESSAGE))).isTrue();
  }

  @Test
  void refusesFileThatOthersMayRead() throws IOException {
    Path file = directory.resolve("key.pem");
    SigningKey.generate(KeyType.P_256, PROVIDERS, new SecureRandom()).write(file);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    assertFault(file, Fault.TOO_OPEN, "chmod 600");
  }

  @Test
  void refusesMissingFile() {
    assertFault(directory.resolve("none"), Fault.MISSING, "path");
  }

  @Test
  void refusesDirectory() throws IOException {
    assertFault(Files.createDirectory(directory.resolve("d")), Fault.UNREADABLE, "name a file");
  }

  @Test
  void refusesKeyWithPassphrase() throws IOException, GeneralSecurityException {
    StringWriter text = new StringWriter();
    try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
      writer.writeObject(
          keyPair("RSA").getPrivate(),
          new JcePEMEncryptorBuilder("AES-128-CBC")
              .setProvider(new BouncyCastleProvider())
              .build("secret".toCharArray()));
    }
    assertFault(privateFile(text.toString()), Fault.ENCRYPTED, "openssl pkcs8");
  }

  @Test
  void refusesSmallRsaKey() throws IOException, GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA", new BouncyCastleProvider());
    generator.initialize(1024);
    assertFault(privateFile(traditional(generator.generateKeyPair())), Fault.UNSUPPORTED, "2048");
  }

  @Test
  void refusesOtherCurve() throws IOException, GeneralSecurityException {
    assertFault(privateFile(traditional(ecKeyPair("secp521r1"))), Fault.UNSUPPORTED, "P-256");
  }

  @Test
  void refusesWhatIsNoKey() throws IOException {
    assertFault(privateFile("nothing here"), Fault.MALFORMED, "PEM");
    assertFault(
        privateFile("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"),
        Fault.MALFORMED,
        "openssl");
  }

  @Test
  void refusesTwoKeysInOneFile() throws IOException, GeneralSecurityException {
    assertFault(
        privateFile(traditional(keyPair("RSA")) + traditional(keyPair("RSA"))),
        Fault.MALFORMED,
        "exactly one");
  }

  private void assertFault(Path file, Fault fault, String hint) {
    assertThatThrownBy(() -> SigningKey.read(file, PROVIDERS))
        .isInstanceOfSatisfying(
            KeyMaterialException.class,
            e -> {
              assertThat(e.fault()).isEqualTo(fault);
              assertThat(e.reason()).contains(file.toString());
              assertThat(e.hint()).contains(hint);
            });
  }

  private Path privateFile(String pem) throws IOException {
    Path file = directory.resolve("private.pem");
    DurableFile.writePrivate(file, pem.getBytes(StandardCharsets.US_ASCII));
    return file;
  }

  private static KeyPair keyPair(String algorithm) throws GeneralSecurityException {
    return KeyPairGenerator.getInstance(algorithm).generateKeyPair();
  }

  private static KeyPair ecKeyPair(String curve) throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC", new BouncyCastleProvider());
    generator.initialize(new ECGenParameterSpec(curve));
    return generator.generateKeyPair();
  }

  private static String traditional(KeyPair pair) throws IOException {
    StringWriter text = new StringWriter();
    try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
      writer.writeObject(pair.getPrivate());
    }
    return text.toString();
  }
}
