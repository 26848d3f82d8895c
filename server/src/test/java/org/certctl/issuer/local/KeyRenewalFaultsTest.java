package org.certctl.issuer.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.audit.AuditEncoding;
import org.certctl.audit.MemoryAuditStore;
import org.certctl.keys.CryptoProviders;
import org.certctl.keys.FaultyFiles;
import org.certctl.keys.FaultyFiles.Fault;
import org.certctl.keys.KeyEncryption;
import org.certctl.keys.KeyPairFiles;
import org.certctl.keys.KeyType;
import org.certctl.pki.TestClock;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The renewal of RA and OCSP keys, broken off at each of its steps: by the end of the process, and
/// by a full disk.
class KeyRenewalFaultsTest {

  private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
  private static final RaSchedule SCHEDULE =
      new RaSchedule(Duration.ofDays(100), Duration.ofDays(20), Duration.ofDays(10));
  private static final Instant DUE = START.plus(SCHEDULE.lifetime()).minus(SCHEDULE.renewBefore());
  private static final int MAX_STEPS = 50;
  private static final CryptoProviders PROVIDERS = CryptoProviders.detect();
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final LocalCa CA =
      RegistrationAuthoritiesTest.ca("CN=Issuing,O=Corp", "iss-local");

  @TempDir Path data;

  private final TestClock clock = new TestClock(START);
  private MemoryAuditStore audit = new MemoryAuditStore();

  @FunctionalInterface
  private interface Keys {

    /// The certificate that is used at this instant, of keys in this folder.
    X509CertificateHolder inForce(Path folder) throws IOException;
  }

  @ParameterizedTest
  @EnumSource
  void ofAnRa(Fault fault) throws IOException {
    breakOff(
        fault,
        folder ->
            new RegistrationAuthorities(
                    new KeyFolders(folder, PROVIDERS, KeyEncryption.none(), RANDOM),
                    SCHEDULE,
                    PROVIDERS,
                    clock,
                    RANDOM,
                    audit,
                    new Quiet())
                .keysOf("phones", CA)
                .getFirst()
                .certificate(),
        2);
  }

  @ParameterizedTest
  @EnumSource
  void ofAnOcspResponder(Fault fault) throws IOException {
    breakOff(
        fault,
        folder ->
            new OcspResponders(
                    new KeyFolders(folder, PROVIDERS, KeyEncryption.none(), RANDOM),
                    SCHEDULE,
                    ResponderKeys.made(KeyType.P_256, PROVIDERS, RANDOM),
                    clock,
                    RANDOM,
                    audit,
                    new Quiet())
                .responderOf(CA)
                .orElseThrow()
                .responder()
                .holder(),
        1);
  }

  private void breakOff(Fault fault, Keys keys, int left) throws IOException {
    for (int step = 1; step < MAX_STEPS; step++) {
      audit = new MemoryAuditStore();
      clock.set(START);
      Path folder = Files.createDirectory(data.resolve("step-" + step));
      X509CertificateHolder first = keys.inForce(folder);
      clock.set(DUE);
      FaultyFiles files = FaultyFiles.at(step, fault);
      try {
        X509CertificateHolder used = keys.inForce(files.path(folder));
        assertThat(used.equals(first)).as("step %d", step).isEqualTo(files.hasFailed());
      } catch (FaultyFiles.Killed e) {
        assertThat(files.hasFailed()).isTrue();
      }
      if (!files.hasFailed()) {
        assertThat(step).isGreaterThan(1);
        return;
      }
      assertSound(folder);
      assertThat(keys.inForce(folder)).as("when it can").isNotEqualTo(first);
      assertThat(assertSound(folder)).as("step %d", step).isEqualTo(left);
    }
    throw new AssertionError("a renewal has an end");
  }

  /// Every key can be read, and stands in the audit trail.
  private int assertSound(Path folder) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(folder)) {
      files = all.filter(file -> file.toString().endsWith(".pem")).toList();
    }
    assertThat(files)
        .allSatisfy(file -> assertThat(KeyPairFiles.read(file, file, PROVIDERS)).isNotNull());
    assertThat(
            audit.events(1, 100).stream()
                .map(event -> AuditEncoding.decode(event.sequence(), event.canonical()))
                .filter(entry -> entry.outcome().equals("made")))
        .hasSizeGreaterThanOrEqualTo(files.size());
    return files.size();
  }

  private static final class Quiet implements KeyObserver {

    @Override
    public void made(String name, X509CertificateHolder certificate) {}

    @Override
    public void renewalFailed(String name, Exception cause) {}

    @Override
    public void retired(String name, X509CertificateHolder certificate) {}

    @Override
    public void retirementFailed(String name, X509CertificateHolder certificate, Exception cause) {
      throw new AssertionError(cause);
    }
  }
}
