package org.certctl.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import java.util.Optional;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509CertificateHolder;
import org.certctl.audit.Actor;
import org.certctl.audit.AuditEvent;
import org.certctl.challenge.onetime.OneTimeChallenges;
import org.certctl.config.Configuration;
import org.certctl.config.ConfigurationLoader;
import org.certctl.config.Environment;
import org.certctl.config.Problem;
import org.certctl.enroll.ChallengeMac;
import org.certctl.front.scep.ScepAuthority;
import org.certctl.front.scep.ScepEndpoint;
import org.certctl.issuer.local.Authority;
import org.certctl.issuer.local.AuthorityCertificates;
import org.certctl.issuer.local.LocalCa;
import org.certctl.issuer.local.RaSchedule;
import org.certctl.keys.CertificateChain;
import org.certctl.keys.CryptoProviders;
import org.certctl.keys.InstallationSecret;
import org.certctl.keys.KeyEncryption;
import org.certctl.keys.KeyMaterialException;
import org.certctl.keys.KeyPairFiles;
import org.certctl.keys.KeyType;
import org.certctl.keys.SigningKey;
import org.certctl.pki.CaLimits;
import org.certctl.pki.Sha256;
import org.certctl.pki.TestClock;
import org.certctl.rollover.CaGeneration;
import org.certctl.rollover.CaSuccession;
import org.certctl.scep.cms.RecipientKey;
import org.certctl.setup.DataDirectorySetup;
import org.certctl.setup.GenerationFiles;
import org.certctl.setup.NextCa;
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
  private static final Duration GRACE = RaSchedule.defaults().grace();
  private static final CryptoProviders PROVIDERS = CryptoProviders.detect();
  private static final SecureRandom RANDOM = new SecureRandom();

  @TempDir Path parent;

  private final TestClock clock = new TestClock(START);
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

  @Test
  void aCaThatWasGivenUpStillAnswersForWhatItIssued() throws Exception {
    EndpointKeeping keeping = start();
    CaGeneration next = prepare();
    keeping.check();
    X509CertificateHolder nextRa = ra(keeping.endpoints().find("default").orElseThrow().next());
    clock.set(START.plus(Duration.ofDays(1)));
    assertThat(store.caGenerations().cancel(2, clock.instant(), event("cancelled", next))).isTrue();
    keeping.check();
    assertThat(issuers(keeping))
        .as("its CRL is signed and its certificates are renewed")
        .containsExactly("iss-local", "iss-local-2");
    assertThat(recipients(keeping)).as("the grace of its RA").contains(nextRa);
    clock.set(clock.instant().plus(GRACE));
    keeping.check();
    assertThat(recipients(keeping)).doesNotContain(nextRa);
    assertThat(issuers(keeping)).hasSize(2);

    remove(GenerationFiles.of(data, 2).folder());
    assertThat(issuers(start())).as("its folder is not worth a start").containsExactly("iss-local");
  }

  @Test
  void notesASwitchOnlyWhenTheNextCaCanBeUsed() throws Exception {
    EndpointKeeping keeping = start();
    CaGeneration next = prepare();
    Path key = GenerationFiles.of(data, 2).key();
    Path away = data.resolve("away.key");
    Files.move(key, away);
    Instant date = START.plus(Duration.ofDays(1));
    assertThat(store.caGenerations().schedule(2, date, START, event("scheduled", next))).isTrue();
    clock.set(date);
    keeping.check();
    assertThat(issuerOf(keeping)).as("the present one goes on").isEqualTo("iss-local");
    assertThat(store.caGenerations().all().getFirst().switchedAt()).isEmpty();

    Files.move(away, key);
    keeping.check();
    assertThat(issuerOf(keeping)).isEqualTo("iss-local-2");
    assertThat(store.caGenerations().all().getFirst().switchedAt()).contains(date);
  }

  @Test
  void aSuppliedRaThatWasMadeLongAgoLeavesTheOthersTheirGrace() throws Exception {
    X509CertificateHolder made = announced(start(), "default");
    clock.set(START.plus(Duration.ofDays(1)));
    X509CertificateHolder given = supply(firstCa(), START.minus(Duration.ofDays(300)));
    EndpointKeeping keeping = start();
    assertThat(announced(keeping, "default")).isEqualTo(given);
    assertThat(recipients(keeping)).containsExactly(given, made);
    clock.set(clock.instant().plus(GRACE));
    keeping.check();
    assertThat(recipients(keeping)).containsExactly(given);
  }

  @Test
  void takesAnRaOfTheNextCaAndAnnouncesItWhenThatIssues() throws Exception {
    X509CertificateHolder first = supply(firstCa(), START);
    EndpointKeeping keeping = start();
    CaGeneration generation = prepare();
    keeping.check();
    X509CertificateHolder second =
        supply(GenerationFiles.of(data, 2).read(PROVIDERS, KeyEncryption.none()), START);
    assertThat(keeping.reloadRas())
        .singleElement()
        .satisfies(
            result -> {
              assertThat(result.replaced()).isTrue();
              assertThat(result.problems())
                  .singleElement()
                  .extracting(Problem::reason)
                  .asString()
                  .contains("next CA");
            });
    assertThat(announced(keeping, "default")).as("still of the present CA").isEqualTo(first);

    Instant date = START.plus(GRACE).plus(Duration.ofDays(1));
    store.caGenerations().schedule(2, date, START, event("scheduled", generation));
    clock.set(date);
    keeping.check();
    assertThat(announced(keeping, "default")).isEqualTo(second);
    assertThat(recipients(keeping)).as("its grace begins at the date").contains(first);

    X509CertificateHolder old = supply(firstCa(), START);
    assertThat(keeping.reloadRas())
        .singleElement()
        .satisfies(result -> assertThat(result.refused()).isFalse());
    assertThat(announced(keeping, "default")).isEqualTo(second).isNotEqualTo(old);
  }

  @Test
  void aReloadThatCannotTakeEffectNowDoesNotLater() throws Exception {
    X509CertificateHolder first = supply(firstCa(), START);
    EndpointKeeping keeping = start();
    Path bad = Files.createDirectories(data.resolve("ra/default")).resolve("bad.pem");
    Files.writeString(bad, "none", StandardCharsets.US_ASCII);
    X509CertificateHolder second = supply(firstCa(), START);
    assertThat(keeping.reloadRas())
        .singleElement()
        .satisfies(result -> assertThat(result.refused()).isTrue());
    Files.delete(bad);
    keeping.check();
    assertThat(announced(keeping, "default")).isEqualTo(first);
    assertThat(keeping.reloadRas())
        .singleElement()
        .satisfies(result -> assertThat(result.replaced()).isTrue());
    assertThat(announced(keeping, "default")).isEqualTo(second);
  }

  @Test
  void aCaThatSpokeForItselfAndWasGivenUpIsAnsweredForTheGrace() throws Exception {
    SigningKey key = SigningKey.generate(KeyType.RSA_2048, PROVIDERS, RANDOM);
    X509CertificateHolder alone =
        new AuthorityCertificates(START, RANDOM)
            .root(
                new X500Name("CN=Alone"),
                key.publicKeyInfo(),
                key,
                START.plus(Duration.ofDays(999)),
                KeyUsage.digitalSignature
                    | KeyUsage.keyEncipherment
                    | KeyUsage.keyCertSign
                    | KeyUsage.cRLSign,
                CaLimits.none());
    key.write(data.resolve("ca.key"));
    CertificateChain.of(alone).write(data.resolve("ca.crt"));
    variables.put("CERTCTL_SCEP_PROFILE_DEFAULT_RA_CERT_PATH", "ca.crt");
    variables.put("CERTCTL_SCEP_PROFILE_DEFAULT_RA_KEY_PATH", "ca.key");
    EndpointKeeping keeping = start();
    CaGeneration next = prepare(KeyType.RSA_2048);
    keeping.check();
    X509CertificateHolder nextCa =
        CertificateChain.read(GenerationFiles.of(data, 2).certificates()).first();
    assertThat(recipients(keeping)).containsExactly(alone, nextCa);
    store.caGenerations().cancel(2, clock.instant(), event("cancelled", next));
    keeping.check();
    assertThat(recipients(keeping)).containsExactly(alone, nextCa);
    clock.set(clock.instant().plus(GRACE));
    keeping.check();
    assertThat(recipients(keeping)).containsExactly(alone);
  }

  @Test
  void startsNotWithAnExpiredRaOfTheCaThatIssuesWhateverElseIsPrepared() throws Exception {
    supply(firstCa(), START);
    CaGeneration generation = prepare();
    clock.set(START.plus(Duration.ofDays(91)));
    assertThatThrownBy(this::start)
        .isInstanceOf(KeyMaterialException.class)
        .hasMessageContaining("CN=RA");
    store.caGenerations().schedule(2, clock.instant(), START, event("scheduled", generation));
    assertThat(issuerOf(start())).as("it is another's by now").isEqualTo("iss-local-2");
  }

  private KeyPairFiles firstCa() throws KeyMaterialException {
    return KeyPairFiles.read(data.resolve("ca.crt"), data.resolve("ca.key"), PROVIDERS);
  }

  /// Puts an RA of this CA where the operator supplies that of the endpoint "default".
  private X509CertificateHolder supply(KeyPairFiles ca, Instant madeAt) throws IOException {
    SigningKey key = SigningKey.generate(KeyType.RSA_2048, PROVIDERS, RANDOM);
    X509CertificateHolder certificate =
        new AuthorityCertificates(madeAt, RANDOM)
            .registrationAuthority(
                new Authority(ca.chain().first(), ca.key()),
                new X500Name("CN=RA"),
                key.publicKeyInfo(),
                START.plus(Duration.ofDays(90)));
    key.write(data.resolve("own-ra.key"));
    CertificateChain.of(certificate).write(data.resolve("own-ra.crt"));
    variables.put("CERTCTL_SCEP_PROFILE_DEFAULT_RA_CERT_PATH", "own-ra.crt");
    variables.put("CERTCTL_SCEP_PROFILE_DEFAULT_RA_KEY_PATH", "own-ra.key");
    return certificate;
  }

  private CaGeneration prepare() throws Exception {
    return prepare(KeyType.P_256);
  }

  private CaGeneration prepare(KeyType keyType) throws Exception {
    CertificateChain made =
        new NextCa(PROVIDERS, clock, RANDOM, KeyEncryption.none())
            .make(
                data,
                CertificateChain.read(data.resolve("ca.crt")),
                new NextCa.Order(2, keyType, Optional.empty()));
    CaGeneration generation =
        CaGeneration.prepared(
            2,
            Sha256.over(made.first().getEncoded()),
            made.first().getSubject().toString(),
            clock.instant(),
            Optional.empty());
    assertThat(store.caGenerations().add(generation, event("prepared", generation))).isTrue();
    return generation;
  }

  private AuditEvent event(String step, CaGeneration generation) {
    return CaSuccession.event(clock.instant(), Actor.user("alice"), step, "iss-local", generation);
  }

  private static void remove(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }

  private static List<String> issuers(EndpointKeeping keeping) {
    return keeping.cas().orElseThrow().all().map(LocalCa::issuerId).toList();
  }

  private static String issuerOf(EndpointKeeping keeping) {
    return keeping.endpoints().find("default").orElseThrow().enrollment().issuer().id();
  }

  private static X509CertificateHolder ra(Optional<ScepAuthority> authority) {
    return authority.orElseThrow().keys().getFirst().signer().certificate();
  }

  private static List<X509CertificateHolder> recipients(EndpointKeeping keeping) {
    return keeping.endpoints().find("default").orElseThrow().recipients().stream()
        .map(RecipientKey::certificate)
        .toList();
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
            .load(Environment.of(variables), Optional.of(data))
            .orThrow();
    ChallengeMac mac =
        new ChallengeMac(
            InstallationSecret.readOrCreate(
                configuration.challengeMacKeyFile(), KeyEncryption.none(), RANDOM));
    return TestKeeping.start(
        configuration,
        store,
        new SimpleMeterRegistry(),
        new OneTimeChallenges(store.oneTimeChallenges(), mac, clock),
        clock);
  }

  private List<String> names(EndpointKeeping keeping) {
    return keeping.endpoints().all().stream().map(ScepEndpoint::name).toList();
  }

  private X509CertificateHolder announced(EndpointKeeping keeping, String endpoint) {
    return keeping.endpoints().find(endpoint).orElseThrow().signer().certificate();
  }
}
