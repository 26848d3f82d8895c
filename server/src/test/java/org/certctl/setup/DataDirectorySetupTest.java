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
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.config.ConfigurationLoader;
import org.certctl.config.ConfigurationResult;
import org.certctl.config.Environment;
import org.certctl.config.ScepProfileSettings;
import org.certctl.keys.CertificateChain;
import org.certctl.keys.CryptoProviders;
import org.certctl.keys.KeyLocation;
import org.certctl.keys.KeyMaterialException;
import org.certctl.keys.KeyType;
import org.certctl.keys.RaKey;
import org.certctl.keys.SigningKey;
import org.certctl.keys.VerificationKey;
import org.certctl.pki.SubjectAltNames;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DataDirectorySetupTest {

  private static final CryptoProviders PROVIDERS = CryptoProviders.detect();
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-11-22T12:00:00Z"), ZoneOffset.UTC);

  private final DataDirectorySetup setup =
      new DataDirectorySetup(PROVIDERS, CLOCK, new SecureRandom());

  @TempDir private Path parent;

  @ParameterizedTest
  @EnumSource(
      value = KeyType.class,
      names = {"RSA_2048", "P_256", "P_384", "ED25519"})
  void makesDirectoryThatIsReadyToServe(KeyType type) throws IOException {
    Path directory = parent.resolve("data");
    SetupResult result = setup.create(request(directory, type));
    assertThat(result).isInstanceOf(SetupResult.Created.class);
    assertThat(((SetupResult.Created) result).scepUrl())
        .isEqualTo("https://scep.example.com:8443/scep/default");

    ConfigurationResult loaded =
        new ConfigurationLoader(PROVIDERS, CLOCK)
            .load(Environment.of(Map.of()), Optional.of(directory));
    assertThat(loaded).isInstanceOf(ConfigurationResult.Usable.class);
    ConfigurationResult.Usable usable = (ConfigurationResult.Usable) loaded;
    assertThat(usable.warnings()).isEmpty();
    assertThat(usable.configuration().scep().profiles())
        .singleElement()
        .satisfies(
            profile -> {
              assertThat(profile.path()).isEqualTo("/scep/default");
              assertThat(profile.ra()).as("renewed without the operator's help").isEmpty();
              assertThat(profile.challenges().password().orElseThrow().revealText())
                  .matches("[A-HJ-NP-Za-hjkmnp-z2-9]{24}");
            });
  }

  @Test
  void letsOnlyTheOwnerAtWhatIsPrivate() throws IOException {
    Path directory = parent.resolve("data");
    SetupResult.Created created = created(directory);
    assertThat(mode(directory)).isEqualTo("rwx------");
    try (Stream<Path> entries = Files.list(directory)) {
      assertThat(entries.map(entry -> String.valueOf(entry.getFileName())).toList())
          .containsExactlyInAnyOrderElementsOf(
              created.files().stream().map(SetupResult.MadeFile::name).toList());
    }
    for (SetupResult.MadeFile file : created.files()) {
      boolean open = file.name().endsWith(".crt") || file.name().endsWith(".pub");
      assertThat(mode(directory.resolve(file.name())))
          .as(file.name())
          .isEqualTo(open ? "rw-r--r--" : "rw-------");
    }
    assertThat(siblings()).containsExactly("data");
  }

  @Test
  void makesCertificatesThatOpensslAccepts()
      throws IOException, InterruptedException, KeyMaterialException {
    Path directory = parent.resolve("data");
    created(directory);
    for (String file : List.of("tls.crt")) {
      Process process =
          new ProcessBuilder(
                  "openssl",
                  "verify",
                  "-x509_strict",
                  "-attime",
                  Long.toString(CLOCK.instant().getEpochSecond()),
                  "-CAfile",
                  "root-ca.crt",
                  "-untrusted",
                  "ca.crt",
                  file)
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor()).as(output).isZero();
    }
    X509CertificateHolder tls = CertificateChain.read(directory.resolve("tls.crt")).first();
    assertThat(SubjectAltNames.textsOf(tls.getExtensions()))
        .containsExactly("DNS:scep.example.com", "IP:192.0.2.7", "DNS:localhost");
  }

  @Test
  void makesKeysThatLoad() throws IOException, KeyMaterialException {
    Path directory = parent.resolve("data");
    created(directory);
    assertThat(
            SigningKey.read(directory.resolve("audit.key"), PROVIDERS)
                .belongsTo(VerificationKey.read(directory.resolve("audit.pub"), PROVIDERS)))
        .isTrue();
    assertThatThrownBy(
            () ->
                RaKey.read(
                    directory.resolve("ca.crt"),
                    KeyLocation.of(directory.resolve("ca.key")),
                    PROVIDERS,
                    new SecureRandom()))
        .hasMessageContaining("no RSA key");
    assertThatThrownBy(
            () ->
                RaKey.read(
                    directory.resolve("ca.crt"),
                    KeyLocation.of(directory.resolve("tls.key")),
                    PROVIDERS,
                    new SecureRandom()))
        .hasMessageContaining("does not belong");
  }

  @Test
  void neverMakesTheSameChallengeTwice() throws IOException {
    assertThat(challenge(parent.resolve("a"))).isNotEqualTo(challenge(parent.resolve("b")));
  }

  private String challenge(Path directory) throws IOException {
    created(directory);
    ConfigurationResult result =
        new ConfigurationLoader(PROVIDERS, CLOCK)
            .load(Environment.of(Map.of()), Optional.of(directory));
    ScepProfileSettings profile =
        ((ConfigurationResult.Usable) result).configuration().scep().profiles().getFirst();
    return profile.challenges().password().orElseThrow().revealText();
  }

  @Test
  void touchesNothingThatExists() throws IOException {
    Path directory = Files.createDirectory(parent.resolve("data"));
    Files.writeString(directory.resolve("precious"), "x");
    assertThat(setup.create(request(directory, KeyType.P_256)))
        .isEqualTo(new SetupResult.InUse(directory));
    assertThat(directory.resolve("precious")).hasContent("x");
    assertThat(directory.toFile().list()).containsExactly("precious");
    Path file = Files.writeString(parent.resolve("file"), "x");
    assertThat(setup.create(request(file, KeyType.P_256))).isEqualTo(new SetupResult.InUse(file));
    assertThat(siblings()).containsExactlyInAnyOrder("data", "file");
  }

  @Test
  void fillsAnEmptyDirectoryInPlace() throws IOException {
    Path directory = Files.createDirectory(parent.resolve("volume"));
    Files.createDirectory(directory.resolve("lost+found"));
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    SetupResult.Created created = created(directory);
    assertThat(mode(directory)).isEqualTo("rwx------");
    try (Stream<Path> entries = Files.list(directory)) {
      assertThat(entries).hasSize(created.files().size() + 1);
    }
  }

  @Test
  void leavesNothingBehindWhenItFails() {
    SecureRandom failing =
        new SecureRandom() {
          private static final long serialVersionUID = 1L;
          private int calls;

          @Override
          public void nextBytes(byte[] bytes) {
            calls++;
            if (calls > 4) {
              throw new IllegalStateException("no more randomness");
            }
            super.nextBytes(bytes);
          }
        };
    DataDirectorySetup broken = new DataDirectorySetup(PROVIDERS, CLOCK, failing);
    assertThatThrownBy(() -> broken.create(request(parent.resolve("data"), KeyType.P_256)))
        .hasMessage("no more randomness");
    assertThat(siblings()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "-a", "a_b.example", "1.2.3", "http://a", "a..b", "*.a"})
  void refusesWhatIsNoHost(String host) {
    assertThat(SetupRequest.isHost(host)).isFalse();
    assertThatThrownBy(() -> new SetupRequest(parent, List.of(host), KeyType.P_256, "o"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "a-b.example", "192.0.2.7", "2001:db8::1", "A1.example"})
  void takesNamesAndAddresses(String host) {
    assertThat(SetupRequest.isHost(host)).isTrue();
  }

  private SetupResult.Created created(Path directory) throws IOException {
    return (SetupResult.Created) setup.create(request(directory, KeyType.P_256));
  }

  private static SetupRequest request(Path directory, KeyType type) {
    return new SetupRequest(
        directory,
        List.of("scep.example.com", "192.0.2.7", "localhost", "scep.example.com"),
        type,
        "Example, \"Ltd\"");
  }

  private List<String> siblings() {
    try (Stream<Path> entries = Files.list(parent)) {
      return entries.map(entry -> String.valueOf(entry.getFileName())).toList();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }
}
