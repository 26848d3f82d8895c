package org.certctl.app;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.bouncycastle.asn1.x500.X500Name;
import org.certctl.config.Configuration;
import org.certctl.config.ConfigurationLoader;
import org.certctl.config.Environment;
import org.certctl.issuer.CrlSigner;
import org.certctl.issuer.local.Authority;
import org.certctl.issuer.local.AuthorityCertificates;
import org.certctl.keys.CertificateChain;
import org.certctl.keys.CryptoProviders;
import org.certctl.keys.KeyPairFiles;
import org.certctl.keys.KeyType;
import org.certctl.keys.SigningKey;
import org.certctl.observe.CertificateExpiries;
import org.certctl.pki.TestClock;
import org.certctl.setup.DataDirectorySetup;
import org.certctl.setup.SetupRequest;
import org.certctl.store.StoreObserver;
import org.certctl.store.sqlite.SqliteStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;

class EndpointKeepingTest {

  private static final CryptoProviders PROVIDERS = CryptoProviders.detect();
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
  private static final Duration RA_LIFETIME = Duration.ofDays(40);

  @TempDir Path parent;

  private final TestClock clock = new TestClock(START);
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final Logger logger = (Logger) LoggerFactory.getLogger(CertificateExpiries.class);
  private final ListAppender<ILoggingEvent> logged = new ListAppender<>();

  @BeforeEach
  void listen() {
    logged.start();
    logger.addAppender(logged);
  }

  @AfterEach
  void stopListening() {
    logger.detachAppender(logged);
  }

  @Test
  void whereScepIsNotServedTheCaGoesOnToSignCrlsAndItsEndIsTold() throws Exception {
    Configuration configuration = configured(Map.of("CERTCTL_SCEP_ENABLED", "false"));
    try (SqliteStore store = open(configuration)) {
      EndpointKeeping keeping = keeping(configuration, store);

      assertThat(keeping.endpoints().all()).isEmpty();
      assertThat(StatusAssembly.crlSigners(keeping))
          .extracting(CrlSigner::id)
          .containsExactly("iss-local");
      keeping.check();
      assertThat(lines()).isEmpty();

      Instant end = keeping.cas().orElseThrow().current().notAfter();
      clock.set(end.minus(Duration.ofDays(30)));
      keeping.check();
      assertThat(lines())
          .contains("WARN a certificate of this server expires soon [kind=\"ca\"]")
          .contains("ERROR a certificate of this server has expired [kind=\"tls\"]");
    }
  }

  @Test
  void anExpiredRaIsInTheLogAndTakesTheServerOutOfService() throws Exception {
    Path directory = directory();
    supplyRa(directory);
    Configuration configuration =
        configuration(
            directory,
            Map.of(
                "CERTCTL_SCEP_PROFILE_DEFAULT_RA_CERT_PATH", "ra.crt",
                "CERTCTL_SCEP_PROFILE_DEFAULT_RA_KEY_PATH", "ra.key"));
    try (SqliteStore store = open(configuration)) {
      EndpointKeeping keeping = keeping(configuration, store);
      var ready =
          new ServerAssembly().keysHealthIndicator(keeping, new TokenWatch(PROVIDERS.tokens()));

      keeping.check();
      assertThat(status(ready)).isEqualTo(Status.UP);
      assertThat(lines()).isEmpty();

      clock.set(START.plus(RA_LIFETIME).minus(Duration.ofDays(2)));
      keeping.check();
      assertThat(status(ready)).isEqualTo(Status.UP);
      assertThat(lines())
          .containsExactly("ERROR a certificate of this server expires soon [kind=\"ra\"]");

      clock.set(START.plus(RA_LIFETIME).plusSeconds(1));
      keeping.check();
      assertThat(status(ready)).isEqualTo(Status.OUT_OF_SERVICE);
      assertThat(lines()).endsWith("ERROR a certificate of this server has expired [kind=\"ra\"]");
    }
  }

  @Test
  void aClockBeforeTheTimeOfTheCaTakesTheServerOutOfService() throws Exception {
    Configuration configuration = configured(Map.of());
    try (SqliteStore store = open(configuration)) {
      EndpointKeeping keeping = keeping(configuration, store);
      assertThat(keeping.areUsable()).isTrue();

      clock.set(START.minus(Duration.ofDays(400)));
      keeping.check();
      assertThat(keeping.areUsable()).isFalse();

      clock.set(START);
      keeping.check();
      assertThat(keeping.areUsable()).isTrue();
    }
  }

  private static Status status(HealthIndicator indicator) {
    return Objects.requireNonNull(indicator.health()).getStatus();
  }

  private List<String> lines() {
    return logged.list.stream()
        .map(
            event ->
                event.getLevel()
                    + " "
                    + event.getFormattedMessage()
                    + " "
                    + event.getKeyValuePairs().stream()
                        .filter(pair -> pair.key.equals("kind"))
                        .toList())
        .toList();
  }

  private Path directory() throws IOException {
    Path directory = parent.resolve("data");
    var _ =
        new DataDirectorySetup(PROVIDERS, clock, RANDOM)
            .create(new SetupRequest(directory, List.of("localhost"), KeyType.P_256, "Test"));
    return directory;
  }

  private void supplyRa(Path directory) throws Exception {
    KeyPairFiles ca =
        KeyPairFiles.read(directory.resolve("ca.crt"), directory.resolve("ca.key"), PROVIDERS);
    SigningKey key = SigningKey.generate(KeyType.RSA_2048, PROVIDERS, RANDOM);
    key.write(directory.resolve("ra.key"));
    CertificateChain.of(
            new AuthorityCertificates(START, RANDOM)
                .registrationAuthority(
                    new Authority(ca.chain().first(), ca.key()),
                    new X500Name("CN=RA"),
                    key.publicKeyInfo(),
                    START.plus(RA_LIFETIME)))
        .write(directory.resolve("ra.crt"));
  }

  private Configuration configured(Map<String, String> values) throws Exception {
    return configuration(directory(), values);
  }

  private Configuration configuration(Path directory, Map<String, String> values) throws Exception {
    return new ConfigurationLoader(PROVIDERS, clock)
        .load(Environment.of(values), Optional.of(directory))
        .orThrow();
  }

  private SqliteStore open(Configuration configuration) throws Exception {
    return SqliteStore.open(
        configuration.dataDirectory().resolve("test.db"), clock, StoreObserver.none());
  }

  private EndpointKeeping keeping(Configuration configuration, SqliteStore store) throws Exception {
    return TestKeeping.start(configuration, store, registry, TestKeeping.NO_ONE_TIME, clock);
  }
}
