package org.certctl.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.issuer.local.AuthorityCertificates;
import org.certctl.keys.CertificateChain;
import org.certctl.keys.CryptoProviders;
import org.certctl.keys.KeyEncryption;
import org.certctl.keys.KeyMaterialException;
import org.certctl.keys.KeyType;
import org.certctl.keys.SigningKey;
import org.certctl.pki.CaLimits;
import org.certctl.pki.Sha256;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NextCaTest {

  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
  private static final CryptoProviders PROVIDERS = CryptoProviders.detect();
  private static final SecureRandom RANDOM = new SecureRandom();

  @TempDir Path parent;
  private Path data;
  private final NextCa nextCa = new NextCa(PROVIDERS, CLOCK, RANDOM, KeyEncryption.none());

  @BeforeEach
  void init() throws IOException {
    data = parent.resolve("data");
    assertThat(
            new DataDirectorySetup(PROVIDERS, CLOCK, RANDOM)
                .create(new SetupRequest(data, List.of("a.example"), KeyType.P_256, "Corp")))
        .isInstanceOf(SetupResult.Created.class);
  }

  @Test
  void makesANewRootAndIssuingCaThatOpensslAccepts()
      throws IOException, InterruptedException, KeyMaterialException {
    CertificateChain present = present();
    CertificateChain made = nextCa.make(data, present, order(2, Optional.empty()));
    GenerationFiles files = GenerationFiles.of(data, 2);
    assertThat(made.certificates()).hasSize(2);
    assertThat(cn(made.first())).isEqualTo(cn(present.first()) + " G2");
    assertThat(cn(made.last())).isEqualTo(cn(present.last()) + " G2");
    assertThat(KeyUsage.fromExtensions(made.first().getExtensions()))
        .isEqualTo(KeyUsage.fromExtensions(present.first().getExtensions()));
    assertThat(made.first().getNotAfter().toInstant())
        .isBeforeOrEqualTo(made.last().getNotAfter().toInstant());
    assertThat(files.read(PROVIDERS, KeyEncryption.none()).chain()).isEqualTo(made);
    for (Path key : List.of(files.key(), files.rootKey())) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
          .isEqualTo("rw-------");
    }
    Process openssl =
        new ProcessBuilder(
                "openssl",
                "verify",
                "-x509_strict",
                "-attime",
                "" + NOW.getEpochSecond(),
                "-CAfile",
                files.root().toString(),
                files.certificates().toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(openssl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(openssl.waitFor()).as(output).isZero();
  }

  @Test
  void namesTheGenerationAfterThatByItsNumberAlone() throws IOException, KeyMaterialException {
    CertificateChain second = nextCa.make(data, present(), order(2, Optional.empty()));
    CertificateChain third = nextCa.make(data, second, order(3, Optional.empty()));
    assertThat(cn(third.first())).isEqualTo(cn(present().first()) + " G3");
  }

  @Test
  void keepsTheRootWhenItsKeyIsGiven() throws IOException, KeyMaterialException {
    SigningKey rootKey = SigningKey.read(data.resolve("root-ca.key"), PROVIDERS);
    CertificateChain made = nextCa.make(data, present(), order(2, Optional.of(rootKey)));
    assertThat(made.last()).isEqualTo(present().last());
    assertThat(Files.exists(GenerationFiles.of(data, 2).rootKey())).isFalse();
    SigningKey other = SigningKey.generate(KeyType.P_256, PROVIDERS, RANDOM);
    assertThatThrownBy(() -> nextCa.make(data, present(), order(3, Optional.of(other))))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(Files.exists(GenerationFiles.of(data, 3).folder())).isFalse();
  }

  @Test
  void isKnownByTheCertificateThatItWasPreparedWith() throws IOException, KeyMaterialException {
    CertificateChain made = nextCa.make(data, present(), order(2, Optional.empty()));
    GenerationFiles files = GenerationFiles.of(data, 2);
    Sha256 fingerprint = files.fingerprint();
    files.renew(made);
    assertThat(files.prepared()).exists();
    assertThat(files.fingerprint()).isEqualTo(fingerprint);
    assertThat(files.read(PROVIDERS, KeyEncryption.none()).chain()).isEqualTo(made);
    present().write(files.prepared());
    assertThatThrownBy(() -> files.read(PROVIDERS, KeyEncryption.none()))
        .isInstanceOf(KeyMaterialException.class)
        .hasMessageContaining("another name or key");
  }

  @Test
  void leavesNoKeysBehindWhenItFails() throws IOException, KeyMaterialException {
    Path taken = Files.createDirectories(GenerationFiles.of(data, 2).folder());
    Files.createFile(taken.resolve("in-the-way"));
    assertThatThrownBy(() -> nextCa.make(data, present(), order(2, Optional.empty())))
        .isInstanceOf(IOException.class);
    try (Stream<Path> all = Files.list(data.resolve("ca"))) {
      assertThat(all).containsExactly(taken);
    }
  }

  @Test
  void followsACaThatIsItsOwnRootAndSpeaksScepItself() throws IOException {
    SigningKey key = SigningKey.generate(KeyType.RSA_2048, PROVIDERS, RANDOM);
    int all =
        KeyUsage.keyCertSign
            | KeyUsage.cRLSign
            | KeyUsage.digitalSignature
            | KeyUsage.keyEncipherment;
    X509CertificateHolder alone =
        new AuthorityCertificates(NOW, RANDOM)
            .root(
                new X500Name("CN=Alone"),
                key.publicKeyInfo(),
                key,
                NOW.plusSeconds(9000),
                all,
                CaLimits.none());
    CertificateChain rsa =
        nextCa.make(
            data,
            CertificateChain.of(alone),
            new NextCa.Order(2, KeyType.RSA_2048, Optional.empty()));
    assertThat(rsa.certificates()).hasSize(1);
    assertThat(KeyUsage.fromExtensions(rsa.first().getExtensions()).hasUsages(all)).isTrue();
    CertificateChain ec = nextCa.make(data, CertificateChain.of(alone), order(3, Optional.empty()));
    assertThat(
            KeyUsage.fromExtensions(ec.first().getExtensions()).hasUsages(KeyUsage.keyEncipherment))
        .as("an EC key encrypts nothing")
        .isFalse();
  }

  private CertificateChain present() throws KeyMaterialException {
    return CertificateChain.read(data.resolve("ca.crt"));
  }

  private static NextCa.Order order(int number, Optional<SigningKey> upper) {
    return new NextCa.Order(number, KeyType.P_256, upper);
  }

  private static String cn(X509CertificateHolder certificate) {
    return org.certctl.pki.Names.commonName(certificate.getSubject());
  }
}
