package org.certctl.challenge.onetime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.certctl.audit.AuditEntry;
import org.certctl.audit.Origin;
import org.certctl.audit.StoredEvent;
import org.certctl.challenge.ChallengeQuestion;
import org.certctl.challenge.ChallengeRefusal;
import org.certctl.challenge.ChallengeVerdict;
import org.certctl.enroll.ApprovalRules;
import org.certctl.enroll.Authorizer;
import org.certctl.enroll.ByteString;
import org.certctl.enroll.ChallengeMac;
import org.certctl.enroll.Endpoint;
import org.certctl.enroll.EnrollmentCycle;
import org.certctl.enroll.EnrollmentObserver;
import org.certctl.enroll.EnrollmentOutcome;
import org.certctl.enroll.EnrollmentRequest;
import org.certctl.enroll.InFlight;
import org.certctl.enroll.RenewalPolicy;
import org.certctl.enroll.RenewalRules;
import org.certctl.issuer.IssueResult;
import org.certctl.issuer.local.ScriptedIssuer;
import org.certctl.pki.CertificateRequest;
import org.certctl.pki.Sha256;
import org.certctl.pki.SubjectAltNames;
import org.certctl.pki.TestCa;
import org.certctl.pki.TestRequests;
import org.certctl.profile.CertificateProfile;
import org.certctl.profile.IssuerLimits;
import org.certctl.profile.PolicyGate;
import org.certctl.secret.Secret;
import org.certctl.store.StoreObserver;
import org.certctl.store.sqlite.SqliteStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// One-time challenges from the mint through the enrollment cycle, on SQLite.
class OneTimeChallengesTest {

  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
  private static final TestCa CA = TestCa.ec();
  private static final SecureRandom RANDOM = new SecureRandom();

  @TempDir Path folder;
  private final ChallengeMac macs = new ChallengeMac(Secret.of("0123456789abcdef0123456789abcdef"));
  private final ChallengeMint mint = new ChallengeMint(macs, RANDOM);
  private final ScriptedIssuer issuer = new ScriptedIssuer(CA);
  private SqliteStore store;

  @BeforeEach
  void open() throws Exception {
    store = SqliteStore.open(folder.resolve("certctl.db"), CLOCK, StoreObserver.none());
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void ch4_valuesHaveAtLeast128BitsInAnAlphabetThatFitsEverywhere() {
    Set<String> values = new HashSet<>();
    Set<Character> characters = new HashSet<>();
    for (int i = 0; i < 1000; i++) {
      String value =
          mint.mint("default", Optional.empty(), NOW, NOW.plusSeconds(60)).value().revealText();
      assertThat(value).matches("[A-Za-z0-9]{24}");
      values.add(value);
      value.chars().forEach(c -> characters.add((char) c));
    }
    assertThat(values).hasSize(1000);
    assertThat(characters).hasSize(62);
    assertThat(24 * Math.log(62) / Math.log(2)).isGreaterThan(128);
  }

  @Test
  void ch5_whatIsKeptDoesNotHoldTheValue() throws Exception {
    ChallengeMint.Minted minted = minted(Optional.empty());
    OneTimeChallenge kept =
        store.oneTimeChallenges().find(minted.challenge().id()).orElseThrow().challenge();

    assertThat(kept.mac()).isEqualTo(macs.of(Optional.of(minted.value())));
    assertThat(kept.mac())
        .isNotEqualTo(Sha256.over(minted.value().revealText().getBytes(StandardCharsets.UTF_8)));
    assertThat(minted.toString()).doesNotContain(minted.value().revealText());
  }

  @Test
  void acceptsWithAClaim() throws Exception {
    ChallengeMint.Minted minted = minted(Optional.empty());

    assertThat(judge(minted.value(), "default", TestRequests.of("CN=a"), CLOCK))
        .isEqualTo(
            new ChallengeVerdict.Accepted(
                "onetime", Optional.empty(), List.of(minted.challenge().claim())));
  }

  @Test
  void refusesWhatIsUnknownExpiredRevokedOrForAnotherEndpoint() throws Exception {
    CertificateRequest request = TestRequests.of("CN=a");
    ChallengeMint.Minted minted = minted(Optional.empty());
    Clock atTheEnd = Clock.fixed(minted.challenge().expiresAt(), ZoneOffset.UTC);

    assertThat(refusal(judge(Secret.of("x" + minted.value().revealText()), "default", request)))
        .isEqualTo(ChallengeRefusal.WRONG);
    assertThat(refusal(judge(minted.value(), "default", request, atTheEnd)))
        .isEqualTo(ChallengeRefusal.EXPIRED);
    assertThat(refusal(judge(minted.value(), "other", request)))
        .isEqualTo(ChallengeRefusal.OTHER_ENDPOINT);
    store.oneTimeChallenges().revoke(minted.challenge(), List.of());
    assertThat(refusal(judge(minted.value(), "default", request)))
        .isEqualTo(ChallengeRefusal.REVOKED);
  }

  @Test
  void cannotTellWhenTheStoreIsAway() throws Exception {
    ChallengeMint.Minted minted = minted(Optional.empty());
    store.close();

    assertThat(judge(minted.value(), "default", TestRequests.of("CN=a")))
        .isInstanceOf(ChallengeVerdict.Unavailable.class);
  }

  @Test
  void sec11_a10_aChallengeForOneIdentityServesNoOther() throws Exception {
    ChallengeMint.Minted minted =
        minted(Optional.of(identity("CN=a", "dns:a.example", "upn:ann@corp.example")));

    for (CertificateRequest other :
        List.of(
            request("CN=b", "dns:a.example", "upn:ann@corp.example"),
            request("CN=a", "dns:a.example", "upn:admin@corp.example"),
            request("CN=a", "dns:a.example"),
            request("CN=a", "dns:a.example", "upn:ann@corp.example", "dns:b.example"),
            TestRequests.of("CN=a"))) {
      assertThat(refusal(judge(minted.value(), "default", other)))
          .isEqualTo(ChallengeRefusal.IDENTITY_MISMATCH);
    }
    EnrollmentOutcome refused = cycle().enroll(enrollment("tx-b", request("CN=b"), minted.value()));
    assertThat(refused)
        .isInstanceOfSatisfying(
            EnrollmentOutcome.Refused.class,
            no -> assertThat(no.code()).isEqualTo("challenge_identity_mismatch"));

    CertificateRequest own = request("CN=a", "upn:Ann@Corp.Example", "dns:A.example");
    assertThat(cycle().enroll(enrollment("tx-a", own, minted.value())))
        .isInstanceOf(EnrollmentOutcome.Issued.class);
  }

  @Test
  void ch6_aChallengeForASubjectAllowsNoAlternativeNames() throws Exception {
    ChallengeMint.Minted minted = minted(Optional.of(identity("CN=a")));

    assertThat(refusal(judge(minted.value(), "default", request("CN=a", "dns:admin.example"))))
        .isEqualTo(ChallengeRefusal.IDENTITY_MISMATCH);
    assertThat(judge(minted.value(), "default", TestRequests.of("CN=a")))
        .isInstanceOf(ChallengeVerdict.Accepted.class);
  }

  @Test
  void sec10_a2_fiftyRequestsWithOneChallengeGetOneCertificate() throws Exception {
    ChallengeMint.Minted minted = minted(Optional.empty());
    EnrollmentCycle cycle = cycle();
    List<EnrollmentOutcome> outcomes = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<EnrollmentOutcome>> futures = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        String name = "device-" + i;
        futures.add(
            threads.submit(
                () -> cycle.enroll(enrollment(name, request("CN=" + name), minted.value()))));
      }
      for (Future<EnrollmentOutcome> future : futures) {
        outcomes.add(future.get());
      }
    }
    assertThat(outcomes).filteredOn(EnrollmentOutcome.Issued.class::isInstance).hasSize(1);
    assertThat(outcomes)
        .filteredOn(EnrollmentOutcome.Refused.class::isInstance)
        .hasSize(49)
        .allSatisfy(
            outcome ->
                assertThat(((EnrollmentOutcome.Refused) outcome).code())
                    .isEqualTo("challenge_reused"));
    assertThat(store.certificates().page(Long.MAX_VALUE, 100)).hasSize(1);
    assertThat(breaches()).hasSize(49);
  }

  @Test
  void ch4_reuseIsABreachAndRetransmissionIsNot() throws Exception {
    ChallengeMint.Minted minted = minted(Optional.empty());
    EnrollmentCycle cycle = cycle();
    EnrollmentRequest first = enrollment("tx-1", request("CN=a"), minted.value());
    assertThat(cycle.enroll(first)).isInstanceOf(EnrollmentOutcome.Issued.class);

    assertThat(cycle.enroll(first)).isInstanceOf(EnrollmentOutcome.Issued.class);
    EnrollmentOutcome sameRequestInAnotherTransaction =
        cycle.enroll(enrollment("tx-2", request("CN=a"), minted.value()));
    assertThat(((EnrollmentOutcome.Refused) sameRequestInAnotherTransaction).code())
        .isEqualTo("challenge_used");
    assertThat(breaches()).isEmpty();
    assertThat(
            cycle.enroll(
                enrollment("tx-4", request("CN=a"), minted.value(), keyDigest(TestRequests.P_256))))
        .as("signed by the certified key (SEC-1)")
        .isInstanceOfSatisfying(
            EnrollmentOutcome.Issued.class, issued -> assertThat(issued.repeated()).isTrue());

    EnrollmentOutcome reuse = cycle.enroll(enrollment("tx-3", request("CN=b"), minted.value()));
    assertThat(((EnrollmentOutcome.Refused) reuse).code()).isEqualTo("challenge_reused");
    assertThat(breaches())
        .singleElement()
        .satisfies(
            breach -> {
              assertThat(breach.resourceId()).isEqualTo(minted.challenge().id());
              assertThat(breach.category()).isEqualTo("auth");
              assertThat(breach.reason()).isEqualTo("challenge_reused");
              assertThat(breach.transactionId()).isEqualTo("tx-3");
              assertThat(breach.details().toString())
                  .contains("CN=b")
                  .doesNotContain(minted.value().revealText());
            });
  }

  @Test
  void ch8_anIssuerThatFailsLeavesTheChallengeFree() throws Exception {
    ChallengeMint.Minted minted = minted(Optional.empty());
    issuer.answer = Optional.of(new IssueResult.Unavailable("away"));
    assertThat(cycle().enroll(enrollment("tx", request("CN=a"), minted.value())))
        .isInstanceOf(EnrollmentOutcome.Unavailable.class);

    issuer.answer = Optional.empty();
    assertThat(cycle().enroll(enrollment("tx-b", request("CN=b"), minted.value())))
        .isInstanceOf(EnrollmentOutcome.Issued.class);
    assertThat(breaches()).isEmpty();
  }

  @Test
  void aRestartForgetsNoUse() throws Exception {
    ChallengeMint.Minted minted = minted(Optional.empty());
    var _ = cycle().enroll(enrollment("tx", request("CN=a"), minted.value()));
    store.close();
    store = SqliteStore.open(folder.resolve("certctl.db"), CLOCK, StoreObserver.none());

    assertThat(refusal(judge(minted.value(), "default", request("CN=b"))))
        .isEqualTo(ChallengeRefusal.REUSED);
  }

  @Test
  void ch4_aUsedChallengeIsRememberedBeyondItsEnd() throws Exception {
    ChallengeMint.Minted minted = minted(Optional.empty());
    var _ = cycle().enroll(enrollment("tx", request("CN=a"), minted.value()));
    Instant lastMoment = minted.challenge().expiresAt().plus(OneTimeChallenge.REMEMBERED);
    var _ = store.oneTimeChallenges().forgetEndedBefore(minted.challenge().expiresAt());

    assertThat(
            refusal(
                judge(
                    minted.value(),
                    "default",
                    request("CN=b"),
                    Clock.fixed(lastMoment, ZoneOffset.UTC))))
        .isEqualTo(ChallengeRefusal.REUSED);
    assertThat(minted.challenge().claim().expiresAt()).isEqualTo(lastMoment);
  }

  private ChallengeMint.Minted minted(Optional<BoundIdentity> identity) throws Exception {
    ChallengeMint.Minted minted =
        mint.mint("default", identity, NOW, NOW.plus(Duration.ofHours(1)));
    store.oneTimeChallenges().add(List.of(minted.challenge()), List.of());
    return minted;
  }

  private List<AuditEntry> breaches() throws Exception {
    return store.auditStore().events(1, 1000).stream()
        .map(StoredEvent::entry)
        .filter(entry -> entry.outcome().equals("breach"))
        .toList();
  }

  private static ChallengeRefusal refusal(ChallengeVerdict verdict) {
    return ((ChallengeVerdict.Refused) verdict).reason();
  }

  private ChallengeVerdict judge(Secret value, String endpoint, CertificateRequest request) {
    return judge(value, endpoint, request, CLOCK);
  }

  private ChallengeVerdict judge(
      Secret value, String endpoint, CertificateRequest request, Clock clock) {
    return new OneTimeChallenges(store.oneTimeChallenges(), macs, clock)
        .judge(
            new ChallengeQuestion(
                endpoint, "tx", Optional.of(value), request, new Origin("r-1", "192.0.2.1", "")));
  }

  private static BoundIdentity identity(String subject, String... names) {
    return new BoundIdentity(
        new X500Name(subject),
        names.length == 0 ? Optional.empty() : Optional.of(generalNames(names)));
  }

  private static CertificateRequest request(String subject, String... names) {
    return names.length == 0
        ? TestRequests.of(subject)
        : TestRequests.of(
            subject,
            TestRequests.P_256,
            TestRequests.extension(Extension.subjectAlternativeName, generalNames(names)));
  }

  private static GeneralNames generalNames(String... texts) {
    GeneralName[] names = new GeneralName[texts.length];
    for (int i = 0; i < texts.length; i++) {
      names[i] = SubjectAltNames.parse(texts[i]);
    }
    return new GeneralNames(names);
  }

  private EnrollmentCycle cycle() {
    return new EnrollmentCycle(
        store.enrollments(),
        store.pending(),
        new Authorizer(new RenewalPolicy(store.certificates(), CLOCK)),
        store.auditLog(),
        macs,
        new InFlight(Duration.ofSeconds(20)),
        CLOCK,
        RANDOM,
        new EnrollmentObserver() {
          @Override
          public void completed(Step step, long nanos) {}

          @Override
          public void ended(String endpoint, String code) {}
        });
  }

  private static Sha256 keyDigest(SubjectPublicKeyInfo key) throws IOException {
    return Sha256.over(key.getEncoded("DER"));
  }

  private EnrollmentRequest enrollment(
      String transaction, CertificateRequest request, Secret challenge) {
    return enrollment(
        transaction, request, challenge, Sha256.over(transaction.getBytes(StandardCharsets.UTF_8)));
  }

  private EnrollmentRequest enrollment(
      String transaction, CertificateRequest request, Secret challenge, Sha256 signer) {
    return new EnrollmentRequest(
        "SCEP",
        EnrollmentRequest.Kind.INITIAL,
        "scep_pkcsreq",
        new Endpoint(
            "default",
            new OneTimeChallenges(store.oneTimeChallenges(), macs, CLOCK),
            RenewalRules.off(),
            ApprovalRules.off(),
            new PolicyGate(CertificateProfile.defaults(), Set.of()),
            issuer,
            IssuerLimits.until(CA.certificate().notAfter())),
        ByteString.of(transaction.getBytes(StandardCharsets.UTF_8)),
        transaction,
        request,
        signer,
        Optional.empty(),
        Optional.of(challenge),
        new Origin("r-1", "192.0.2.1", "test"));
  }
}
