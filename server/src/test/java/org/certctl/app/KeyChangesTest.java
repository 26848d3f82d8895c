package org.certctl.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.challenge.FailureLimiter;
import org.certctl.challenge.onetime.OneTimeChallenges;
import org.certctl.config.Configuration;
import org.certctl.config.ConfigurationLoader;
import org.certctl.config.Environment;
import org.certctl.enroll.ChallengeMac;
import org.certctl.front.scep.ScepEndpoint;
import org.certctl.issuer.local.MovingClock;
import org.certctl.keys.CryptoProviders;
import org.certctl.keys.InstallationSecret;
import org.certctl.keys.KeyType;
import org.certctl.observe.CertificateExpiries;
import org.certctl.observe.ConnectorMetrics;
import org.certctl.setup.DataDirectorySetup;
import org.certctl.setup.SetupRequest;
import org.certctl.store.StoreObserver;
import org.certctl.store.sqlite.SqliteStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Endpoints whose keys and CAs change, on a data directory and a store as the server has them.
final class KeyChangesTest {

  private static final Instant START = Instant.parse("2026-11-22T12:00:00Z");
  private static final CryptoProviders PROVIDERS = CryptoProviders.detect();
  private static final SecureRandom RANDOM = new SecureRandom();

  @TempDir Path parent;

  private final MovingClock clock = new MovingClock(START);
  private final Map<String, String> variables =
      new HashMap<>(
          Map.of(
              "CERTCTL_SCEP_PROFILES", "default,two",
              "CERTCTL_SCEP_PROFILE_TWO_ISSUER_ID", "iss-local",
              "CERTCTL_SCEP_PROFILE_TWO_CHALLENGE_PASSWORD", "0123456789"));
  private Path data;
  private SqliteStore store;

  @BeforeEach
  void init() throws Exception {
    data = parent.resolve("data");
    new DataDirectorySetup(PROVIDERS, clock, RANDOM)
        .create(new SetupRequest(data, List.of("a.example"), KeyType.P_256, "Corp"));
    store = SqliteStore.open(data.resolve("test.db"), clock, StoreObserver.none());
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void aBadKeyStopsNeitherTheStartNorTheRenewalOfOtherEndpoints() throws Exception {
    X509CertificateHolder first = announced(start(), "default");
    spoil("two");

    EndpointKeeping keeping = start();
    assertThat(names(keeping))
        .as("an endpoint without a key is not served")
        .containsExactly("default");
    assertThat(announced(keeping, "default")).isEqualTo(first);

    clock.set(first.getNotAfter().toInstant().minus(Duration.ofDays(1)));
    keeping.check();
    assertThat(announced(keeping, "default")).isNotEqualTo(first);

    mend("two");
    keeping.check();
    assertThat(names(keeping)).containsExactly("default", "two");
  }

  @Test
  void aKeyThatTurnsBadLeavesItsEndpointAsItIs() throws Exception {
    EndpointKeeping keeping = start();
    X509CertificateHolder one = announced(keeping, "default");
    X509CertificateHolder two = announced(keeping, "two");
    Files.writeString(data.resolve("ra/two/z.pem"), "none", StandardCharsets.US_ASCII);
    clock.set(one.getNotAfter().toInstant().minus(Duration.ofDays(1)));
    keeping.check();
    assertThat(announced(keeping, "default")).isNotEqualTo(one);
    assertThat(announced(keeping, "two")).isEqualTo(two);
  }

  @Test
  void startsNotAtAllWithoutAnyKey() throws Exception {
    var _ = start();
    spoil("default");
    spoil("two");
    assertThatThrownBy(this::start).isInstanceOf(IOException.class);
  }

  private void spoil(String endpoint) throws IOException {
    Files.setPosixFilePermissions(onlyFile(endpoint), PosixFilePermissions.fromString("rw----r--"));
  }

  private void mend(String endpoint) throws IOException {
    Files.setPosixFilePermissions(onlyFile(endpoint), PosixFilePermissions.fromString("rw-------"));
  }

  private Path onlyFile(String endpoint) throws IOException {
    try (Stream<Path> files = Files.list(data.resolve("ra").resolve(endpoint))) {
      return files.toList().getFirst();
    }
  }

  private EndpointKeeping start() throws Exception {
    Configuration configuration =
        new ConfigurationLoader(PROVIDERS, clock)
            .load(Environment.of(variables), java.util.Optional.of(data))
            .orThrow();
    MeterRegistry registry = new SimpleMeterRegistry();
    ChallengeMac mac =
        new ChallengeMac(
            InstallationSecret.readOrCreate(configuration.challengeMacKeyFile(), RANDOM));
    return EndpointKeeping.start(
        configuration,
        PROVIDERS,
        new ChallengeValidators(
            new FailureLimiter(10, System::nanoTime),
            new OneTimeChallenges(store.oneTimeChallenges(), mac, clock),
            ConnectorTrust.of(
                configuration.scep().profiles(),
                PROVIDERS,
                new ConnectorMetrics(registry, store.auditCounts(), clock),
                clock),
            clock),
        store,
        () -> START.plus(Duration.ofDays(100)),
        new CertificateExpiries(registry, clock),
        RANDOM,
        clock);
  }

  private List<String> names(EndpointKeeping keeping) {
    return keeping.endpoints().all().stream().map(ScepEndpoint::name).toList();
  }

  private X509CertificateHolder announced(EndpointKeeping keeping, String endpoint) {
    return keeping.endpoints().find(endpoint).orElseThrow().signer().certificate();
  }
}
