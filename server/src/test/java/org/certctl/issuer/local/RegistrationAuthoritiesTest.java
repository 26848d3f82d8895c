package org.certctl.issuer.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.audit.AuditEncoding;
import org.certctl.audit.AuditEntry;
import org.certctl.audit.AuditLog;
import org.certctl.audit.MemoryAuditStore;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.keys.CertificateSignature;
import org.certctl.keys.CryptoProviders;
import org.certctl.keys.KeyEncryption;
import org.certctl.keys.RaKey;
import org.certctl.pki.TestClock;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// RA certificates that look after themselves (facts 1.18).
class RegistrationAuthoritiesTest {

  private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
  private static final Instant CA_END = START.plus(Duration.ofDays(1000));
  private static final RaSchedule SCHEDULE =
      new RaSchedule(Duration.ofDays(100), Duration.ofDays(20), Duration.ofDays(10));
  private static final CryptoProviders PROVIDERS = CryptoProviders.detect();
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final LocalCa CA = ca("CN=Issuing,O=Corp", "iss-local");

  @TempDir Path data;

  private final TestClock clock = new TestClock(START);
  private final MemoryAuditStore audit = new MemoryAuditStore();
  private final Told told = new Told();
  private RegistrationAuthorities authorities;

  @BeforeEach
  void open() {
    authorities = open(audit);
  }

  @Test
  void makesAnRaAsDevicesNeedIt_1_18() throws IOException {
    X509CertificateHolder ra = keys().getFirst().certificate();
    assertThat(CertificateSignature.isDirectlyIssuedBy(ra, CA.certificate())).isTrue();
    assertThat(KeyUsage.fromExtensions(ra.getExtensions()))
        .isEqualTo(new KeyUsage(KeyUsage.digitalSignature | KeyUsage.keyEncipherment));
    assertThat(BasicConstraints.fromExtensions(ra.getExtensions())).isNull();
    assertThat(ra.getExtension(Extension.extendedKeyUsage)).isNull();
    assertThat(ra.getExtension(Extension.subjectKeyIdentifier)).isNotNull();
    assertThat(ra.getExtension(Extension.authorityKeyIdentifier)).isNotNull();
    assertThat(ra.getSubject().toString()).isEqualTo("O=Corp,CN=SCEP RA phones");
    assertThat(ra.getNotAfter().toInstant()).isEqualTo(START.plus(SCHEDULE.lifetime()));
    assertThat(outcomes()).containsExactly("made");
  }

  @Test
  void keepsTheKeyWhereOnlyItsOwnerReadsItAndFindsItAgain() throws IOException {
    RaKey first = keys().getFirst();
    assertThat(files())
        .singleElement()
        .satisfies(
            file ->
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------"));
    assertThat(
            PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve("ra/phones"))))
        .isEqualTo("rwx------");
    authorities = open(audit);
    assertThat(keys())
        .singleElement()
        .extracting(RaKey::certificate)
        .isEqualTo(first.certificate());
    assertThat(outcomes()).as("nothing new after a restart").containsExactly("made");
  }

  @Test
  void renewsWithANewKeyOnTheDayAndNotBefore() throws IOException {
    RaKey first = keys().getFirst();
    Instant due = START.plus(SCHEDULE.lifetime()).minus(SCHEDULE.renewBefore());
    clock.set(due.minusMillis(1));
    assertThat(keys()).containsExactly(first);
    clock.set(due);
    List<RaKey> both = keys();
    assertThat(both).hasSize(2).last().isEqualTo(first);
    assertThat(both.getFirst().certificate().getSubjectPublicKeyInfo())
        .isNotEqualTo(first.certificate().getSubjectPublicKeyInfo());
    assertThat(keys()).isEqualTo(both);
  }

  @Test
  void opensThePreviousKeyUntilItsGraceIsOverThenDestroysIt_CAC11() throws IOException {
    keys();
    Instant due = START.plus(SCHEDULE.lifetime()).minus(SCHEDULE.renewBefore());
    clock.set(due);
    RaKey second = keys().getFirst();
    clock.set(due.plus(SCHEDULE.grace()).minusMillis(1));
    assertThat(keys()).hasSize(2).first().isEqualTo(second);
    clock.set(due.plus(SCHEDULE.grace()));
    assertThat(keys()).containsExactly(second);
    assertThat(files()).hasSize(1);
    assertThat(outcomes()).containsExactly("made", "made", "destroyed");
  }

  @Test
  void replacesAnRaThatExpiredWhileTheServerWasOffAndStillOpensItForTheGrace() throws IOException {
    RaKey first = keys().getFirst();
    clock.set(START.plus(Duration.ofDays(300)));
    authorities = open(audit);
    assertThat(keys())
        .hasSize(2)
        .last()
        .extracting(RaKey::certificate)
        .isEqualTo(first.certificate());
  }

  @Test
  void announcesNoRaFromTheFutureAfterTheClockWentBackButOpensIt() throws IOException {
    RaKey first = keys().getFirst();
    clock.set(START.plus(SCHEDULE.lifetime()).minus(SCHEDULE.renewBefore()));
    RaKey future = keys().getFirst();
    clock.set(START.plus(Duration.ofDays(1)));
    assertThat(keys()).as("the one in force, then the other").containsExactly(first, future);
    clock.set(START.minus(Duration.ofDays(300)));
    List<RaKey> all = keys();
    assertThat(all).hasSize(3).endsWith(future, first);
    assertThat(all.getFirst().certificate().getNotBefore().toInstant()).isBefore(clock.instant());
    authorities = open(audit);
    assertThat(keys()).as("after a restart").hasSize(3);
    assertThat(outcomes()).as("made once").containsExactly("made", "made", "made");
    clock.set(START.plus(SCHEDULE.lifetime()).minus(SCHEDULE.renewBefore()));
    assertThat(keys().getFirst().certificate()).isEqualTo(future.certificate());
  }

  @Test
  void neverOutlivesTheCaAndDoesNotRenewInVain() throws IOException {
    clock.set(CA_END.minus(Duration.ofDays(50)));
    RaKey last = keys().getFirst();
    assertThat(last.certificate().getNotAfter().toInstant()).isEqualTo(CA_END);
    clock.set(CA_END.minus(Duration.ofDays(1)));
    assertThat(keys()).containsExactly(last);
  }

  @Test
  void keepsThePresentRaWhenTheNewOneCannotBeTold() throws IOException {
    RaKey first = keys().getFirst();
    clock.set(START.plus(Duration.ofDays(90)));
    authorities =
        open(
            event -> {
              throw new StoreUnavailableException("disk full", new IOException());
            });
    assertThat(keys())
        .singleElement()
        .extracting(RaKey::certificate)
        .isEqualTo(first.certificate());
    assertThat(told.failed).containsExactly("phones");
    assertThat(files()).as("what is not in the trail is not made").hasSize(1);
    assertThatThrownBy(() -> authorities.keysOf("laptops", CA)).isInstanceOf(IOException.class);
  }

  @Test
  void tellsTheTrailNothingThatDidNotHappenAndTriesEverMoreRarely() throws IOException {
    RaKey first = keys().getFirst();
    Path folder = data.resolve("ra/phones");
    Path draft = Files.createDirectory(folder.resolve(".draft"));
    Files.createFile(draft.resolve("in-the-way"));
    clock.set(START.plus(Duration.ofDays(90)));
    for (int second = 0; second < 600; second++) {
      assertThat(keys()).containsExactly(first);
      clock.set(clock.instant().plusSeconds(1));
    }
    assertThat(outcomes()).as("no key was made but the first").containsExactly("made");
    assertThat(told.failed).as("at 0, 2, 6, 14 ... 510 seconds").hasSize(9);

    Files.delete(draft.resolve("in-the-way"));
    Files.delete(draft);
    clock.set(clock.instant().plus(BackOff.LONGEST));
    assertThat(keys()).hasSize(2).last().isEqualTo(first);
    assertThat(outcomes()).containsExactly("made", "made");
  }

  @Test
  void goesOnWhenASpentKeyCannotBeDestroyed() throws IOException {
    keys();
    Path spent = files().getFirst();
    Instant due = START.plus(SCHEDULE.lifetime()).minus(SCHEDULE.renewBefore());
    clock.set(due);
    RaKey second = keys().getFirst();
    Files.delete(spent);
    Files.createDirectory(spent);
    Files.createFile(spent.resolve("in-the-way"));
    clock.set(due.plus(SCHEDULE.grace()));
    assertThat(keys()).as("it is not used, whatever becomes of its file").containsExactly(second);
    assertThat(keys()).containsExactly(second);
    assertThat(told.notDestroyed).as("tried once").hasSize(1);
    assertThat(outcomes()).as("it is not destroyed").containsExactly("made", "made");

    Files.delete(spent.resolve("in-the-way"));
    clock.set(clock.instant().plus(BackOff.FIRST));
    assertThat(keys()).containsExactly(second);
    assertThat(outcomes()).containsExactly("made", "made", "destroyed");
  }

  @Test
  void tellsOfADestructionOnceTheTrailTakesItAgain() throws IOException {
    keys();
    Instant due = START.plus(SCHEDULE.lifetime()).minus(SCHEDULE.renewBefore());
    clock.set(due);
    keys();
    boolean[] full = {true};
    authorities =
        open(
            event -> {
              if (full[0]) {
                throw new StoreUnavailableException("disk full", new IOException());
              }
              audit.append(event);
            });
    clock.set(due.plus(SCHEDULE.grace()));
    assertThat(keys()).hasSize(1);
    assertThat(files()).hasSize(1);
    assertThat(outcomes()).containsExactly("made", "made");
    full[0] = false;
    keys();
    keys();
    assertThat(outcomes()).containsExactly("made", "made", "destroyed");
  }

  @Test
  void keepsTheKeysOfACaThatIssuesNoMoreForTheGraceAndMakesNone() throws IOException {
    RaKey first = keys().getFirst();
    LocalCa next = ca("CN=Issuing G2,O=Corp", "iss-local-2");
    RaKey nextRa = authorities.keysOf("phones", next).getFirst();
    assertThat(keys()).as("each CA has its own").containsExactly(first);
    Instant replaced = START.plus(Duration.ofDays(1));
    clock.set(replaced.plus(SCHEDULE.grace()).minusMillis(1));
    assertThat(authorities.formerKeysOf("phones", CA, replaced)).containsExactly(first);
    clock.set(replaced.plus(SCHEDULE.grace()));
    assertThat(authorities.formerKeysOf("phones", CA, replaced)).isEmpty();
    assertThat(authorities.keysOf("phones", next)).containsExactly(nextRa);
    assertThat(files()).hasSize(1);
  }

  @Test
  void leavesTheKeysTheirGraceFromWhenTheOperatorSuppliesTheRa() throws IOException {
    RaKey first = keys().getFirst();
    Instant supplied = START.plus(Duration.ofDays(1));
    clock.set(supplied);
    assertThat(authorities.keysBesideSupplied("phones", CA)).containsExactly(first);
    clock.set(supplied.plus(SCHEDULE.grace()).minusMillis(1));
    authorities = open(audit);
    assertThat(authorities.keysBesideSupplied("phones", CA)).as("after a restart").hasSize(1);
    clock.set(supplied.plus(SCHEDULE.grace()));
    assertThat(authorities.keysBesideSupplied("phones", CA)).isEmpty();
    assertThat(outcomes()).containsExactly("made", "destroyed");
  }

  @Test
  void beginsTheGraceAnewWhenTheirOwnWasAnnouncedInBetween() throws IOException {
    keys();
    var _ = authorities.keysBesideSupplied("phones", CA);
    clock.set(START.plus(SCHEDULE.grace()).minusMillis(1));
    keys();
    clock.set(START.plus(SCHEDULE.grace()));
    assertThat(authorities.keysBesideSupplied("phones", CA)).hasSize(1);
  }

  @Test
  void refusesAScheduleThatCannotWork() {
    assertThatThrownBy(() -> new RaSchedule(Duration.ofDays(1), Duration.ofDays(1), Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private List<RaKey> keys() throws IOException {
    return authorities.keysOf("phones", CA);
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(data.resolve("ra/phones"))) {
      return files.toList();
    }
  }

  private List<String> outcomes() {
    return audit.events(1, 100).stream()
        .map(event -> AuditEncoding.decode(event.sequence(), event.canonical()))
        .filter(entry -> entry.action().equals("ra_key"))
        .map(AuditEntry::outcome)
        .toList();
  }

  private RegistrationAuthorities open(AuditLog log) {
    return new RegistrationAuthorities(
        new KeyFolders(data.resolve("ra"), PROVIDERS, KeyEncryption.none(), RANDOM),
        SCHEDULE,
        PROVIDERS,
        clock,
        RANDOM,
        log,
        told);
  }

  static LocalCa ca(String name, String issuerId) {
    return TestCas.root(name, issuerId, START, CA_END);
  }

  private static final class Told implements KeyObserver {

    private final List<String> failed = new ArrayList<>();
    private final List<String> notDestroyed = new ArrayList<>();

    @Override
    public void made(String endpoint, X509CertificateHolder certificate) {
      assertThat(certificate).isNotNull();
    }

    @Override
    public void renewalFailed(String endpoint, Exception cause) {
      failed.add(endpoint);
    }

    @Override
    public void retired(String endpoint, X509CertificateHolder certificate) {
      assertThat(certificate).isNotNull();
    }

    @Override
    public void retirementFailed(
        String endpoint, X509CertificateHolder certificate, Exception cause) {
      notDestroyed.add(endpoint);
    }
  }
}
