package org.certctl.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.certctl.audit.MemoryAuditStore;
import org.certctl.issuer.OcspSigner;
import org.certctl.issuer.local.KeyFolders;
import org.certctl.issuer.local.LocalCa;
import org.certctl.issuer.local.OcspResponders;
import org.certctl.issuer.local.RaSchedule;
import org.certctl.issuer.local.ResponderKeys;
import org.certctl.issuer.local.TestCas;
import org.certctl.keys.CryptoProviders;
import org.certctl.keys.KeyEncryption;
import org.certctl.keys.KeyType;
import org.certctl.observe.CertificateExpiries;
import org.certctl.pki.TestClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The responders of several CAs at once.
class OcspKeeperTest {

  private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
  private static final CryptoProviders PROVIDERS = CryptoProviders.detect();
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final RaSchedule SCHEDULE =
      new RaSchedule(Duration.ofDays(30), Duration.ofDays(7), Duration.ZERO);

  private final Path data;

  private final TestClock clock = new TestClock(START);
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final LocalCa first = ca("iss-local", START.plus(Duration.ofDays(100)));
  private final LocalCa second = ca("iss-local-2", START.plus(Duration.ofDays(1000)));
  private final OcspKeeper keeper;

  OcspKeeperTest(@TempDir Path data) {
    this.data = data;
    this.keeper = keeper();
  }

  private OcspKeeper keeper() {
    return new OcspKeeper(
        new OcspResponders(
            new KeyFolders(data.resolve("ocsp"), PROVIDERS, KeyEncryption.none(), RANDOM),
            SCHEDULE,
            ResponderKeys.made(KeyType.P_256, PROVIDERS, RANDOM),
            clock,
            RANDOM,
            new MemoryAuditStore(),
            KeyLog.ofOcspResponders()),
        () -> List.of(first, second),
        Duration.ofDays(3),
        new CertificateExpiries(registry, clock));
  }

  private static LocalCa ca(String issuerId, Instant notAfter) {
    return TestCas.root("CN=" + issuerId, issuerId, START, notAfter);
  }

  private long secondsLeft(String issuerId) {
    return Math.round(
        registry
            .get("certctl.certificate.expiry")
            .tags("kind", "ocsp", "name", issuerId)
            .gauge()
            .value());
  }

  @Test
  void keepsOneForEachCaAndWatchesItsEnd() throws IOException {
    assertThat(keeper.serves("iss-local")).isFalse();
    keeper.check();
    for (String issuerId : List.of("iss-local", "iss-local-2")) {
      assertThat(keeper.serves(issuerId)).isTrue();
      assertThat(keeper.signer(issuerId)).map(OcspSigner::issuerId).contains(issuerId);
      assertThat(secondsLeft(issuerId)).isEqualTo(SCHEDULE.lifetime().toSeconds());
    }
    clock.set(START.plus(Duration.ofDays(24)));
    Optional<OcspSigner> before = keeper.signer("iss-local");
    keeper.check();
    assertThat(keeper.signer("iss-local")).isPresent().isNotEqualTo(before);
    assertThat(secondsLeft("iss-local")).isEqualTo(SCHEDULE.lifetime().toSeconds());
  }

  @Test
  void oneCasTroubleIsNotAnothers() throws IOException {
    Files.createDirectories(data.resolve("ocsp"));
    Files.writeString(data.resolve("ocsp/iss-local"), "no folder");

    assertThatThrownBy(keeper::check).isInstanceOf(IOException.class);

    assertThat(keeper.serves("iss-local")).as("later").isTrue();
    assertThat(keeper.signer("iss-local")).isEmpty();
    assertThat(keeper.signer("iss-local-2")).isPresent();
    Files.delete(data.resolve("ocsp/iss-local"));
    clock.set(START.plus(Duration.ofMinutes(1)));
    keeper.check();
    assertThat(keeper.signer("iss-local")).isPresent();
  }

  @Test
  void servesACaNoMoreThatHasEnded() throws IOException {
    keeper.check();
    clock.set(START.plus(Duration.ofDays(100)));
    keeper.check();
    assertThat(keeper.serves("iss-local")).isFalse();
    assertThat(keeper.signer("iss-local")).isEmpty();
    assertThat(keeper.serves("iss-local-2")).isTrue();
  }
}
