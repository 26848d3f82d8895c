package org.certctl.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.certctl.config.ConfigurationResult.Refused;
import org.certctl.config.ConfigurationResult.Usable;
import org.certctl.config.EffectiveValue.Origin;
import org.certctl.config.ScepProtocolSettings.AlgorithmPolicyChoice;
import org.certctl.config.ScepProtocolSettings.ChainInReply;
import org.certctl.config.ScepProtocolSettings.EmptyContent;
import org.certctl.config.ScepProtocolSettings.ReplyAlgorithms;
import org.certctl.enroll.ApprovalRules;
import org.certctl.enroll.RenewalRules;
import org.certctl.issuer.local.RaSchedule;
import org.certctl.keys.CryptoProviders;
import org.certctl.keys.KeyEncryption;
import org.certctl.keys.KeyLocation;
import org.certctl.keys.KeyType;
import org.certctl.profile.CertificateProfile;
import org.certctl.status.CrlRules;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ConfigurationLoaderTest {

  private static final String CHALLENGE = "Xq7-very-secret";

  private final ConfigurationLoader loader =
      new ConfigurationLoader(
          CryptoProviders.detect(),
          Clock.fixed(Instant.parse("2026-11-22T12:00:00Z"), ZoneOffset.UTC));
  private final Map<String, String> variables = new HashMap<>();

  @TempDir private Path directory;

  @BeforeEach
  void setRequired() {
    variables.put("CERTCTL_SERVER_TLS_CERT_PATH", "tls.crt");
    variables.put("CERTCTL_SERVER_TLS_KEY_PATH", "tls.key");
    variables.put("PATH", "/bin");
  }

  @Test
  void fillsInTheDefaults() {
    Usable usable = usable();
    assertThat(usable.configuration())
        .isEqualTo(
            new Configuration(
                directory,
                ServerSettings.defaults(),
                new TlsSettings(directory.resolve("tls.crt"), directory.resolve("tls.key")),
                ManagementSettings.defaults(),
                new DatabaseSettings.Sqlite(directory.resolve("certctl.db")),
                KeyEncryption.none(),
                LogSettings.defaults(),
                new AuditSettings(KeyLocation.of(directory.resolve("audit.key"))),
                StatusSettings.defaults(),
                NoticeSettings.defaults(),
                Optional.empty(),
                Map.of("default", CertificateProfile.defaults()),
                ScepSettings.defaults(),
                SharedOptions.of(Map.of())));
    assertThat(usable.warnings()).singleElement().asString().contains("CERTCTL_SCEP_ENABLED");
    assertThat(usable.configuration().server())
        .isEqualTo(new ServerSettings("127.0.0.1", 8443, 262144, Duration.ofSeconds(30)));
    assertThat(usable.configuration().management())
        .isEqualTo(new ManagementSettings("127.0.0.1", 9090));
    assertThat(usable.configuration().log())
        .isEqualTo(new LogSettings(LogSettings.Level.INFO, LogSettings.Format.JSON));
    assertThat(usable.configuration().scep())
        .isEqualTo(
            new ScepSettings(
                false,
                OptionalInt.empty(),
                OptionalInt.empty(),
                Optional.empty(),
                60,
                RaSchedule.defaults(),
                List.of()));
  }

  @Test
  void takesAnEncryptionKeyThatIsLongEnough() throws IOException {
    variables.put("CERTCTL_CONFIG_ENCRYPTION_KEY", "tooshort-tooshort-tooshort-xxxx");
    assertProblem("CERTCTL_CONFIG_ENCRYPTION_KEY", "shorter than 32 bytes", "openssl rand");
    variables.put("CERTCTL_CONFIG_ENCRYPTION_KEY", "abcdefgabcdefgabcdefgabcdefgabcdefg");
    assertProblem("CERTCTL_CONFIG_ENCRYPTION_KEY", "guessed", "openssl rand");
    variables.remove("CERTCTL_CONFIG_ENCRYPTION_KEY");
    assertThat(usable().configuration().encryption().isOn()).isFalse();

    Files.writeString(directory.resolve("config.key"), "0123456789abcdefghijklmnopqrstuv\n");
    variables.put("CERTCTL_CONFIG_ENCRYPTION_KEY_FILE", "config.key");
    assertThat(usable().configuration().encryption().isOn()).isTrue();
    assertThat(usable().warnings())
        .anySatisfy(warning -> assertThat(warning.text()).contains("lies beside"))
        .noneSatisfy(warning -> assertThat(warning.text()).contains("0123456789"));
  }

  @Test
  void mapsEveryOptionOfCertificateStatus() {
    variables.putAll(
        Map.of(
            "CERTCTL_PUBLIC_URL", "http://pki.example.com:8080/base/",
            "CERTCTL_CRL_GENERATION_INTERVAL", "30m",
            "CERTCTL_CRL_VALIDITY", "2h",
            "CERTCTL_CRL_ON_REVOCATION", "false",
            "CERTCTL_CRL_DELTA_ENABLED", "true",
            "CERTCTL_CRL_DELTA_INTERVAL", "5m",
            "CERTCTL_CRL_DELTA_VALIDITY", "11m",
            "CERTCTL_CRL_PARTITIONS", "16"));
    variables.putAll(
        Map.of(
            "CERTCTL_OCSP_ENABLED", "false",
            "CERTCTL_OCSP_VALIDITY", "10m",
            "CERTCTL_OCSP_RESPONDER_VALIDITY", "2d",
            "CERTCTL_OCSP_RESPONDER_ROTATION_GRACE", "12h",
            "CERTCTL_OCSP_RESPONDER_KEY", "RSA3072",
            "CERTCTL_OCSP_RESPONDER_KEY_DIR", "responders",
            "CERTCTL_OCSP_RATE_LIMIT_PER_IP_MIN", "0"));

    assertThat(usable().configuration().status())
        .isEqualTo(
            new StatusSettings(
                Optional.of("http://pki.example.com:8080/base"),
                new CrlRules(
                    Duration.ofMinutes(30),
                    Duration.ofHours(2),
                    false,
                    new CrlRules.Deltas(true, Duration.ofMinutes(5), Duration.ofMinutes(11))),
                16,
                new OcspSettings(
                    false,
                    Duration.ofMinutes(10),
                    new RaSchedule(Duration.ofDays(2), Duration.ofHours(12), Duration.ZERO),
                    KeyType.RSA_3072,
                    Optional.of(directory.resolve("responders")),
                    0)));
  }

  @Test
  void mtlsWantsABundleAndAPortOfItsOwn() throws IOException {
    enableScep("a");
    profile("A", CHALLENGE);
    variables.put("CERTCTL_SCEP_PROFILE_A_MTLS_ENABLED", "true");
    assertProblem("CERTCTL_SCEP_PROFILE_A_MTLS_CLIENT_CA_TRUST_BUNDLE_PATH", "required", "");

    Path bundle = directory.resolve("cas.pem");
    variables.put("CERTCTL_SCEP_PROFILE_A_MTLS_CLIENT_CA_TRUST_BUNDLE_PATH", "cas.pem");
    assertProblem("CERTCTL_SCEP_MTLS_PORT", "A_MTLS_ENABLED", "port of its own");

    variables.put("CERTCTL_SCEP_MTLS_PORT", "8443");
    assertProblem("CERTCTL_SCEP_MTLS_PORT", "same port", "main listener");

    variables.put("CERTCTL_SCEP_MTLS_PORT", "8444");
    ScepSettings scep = usable().configuration().scep();
    assertThat(scep.mtlsPort()).hasValue(8444);
    assertThat(scep.profiles().getFirst().clientCaBundle()).contains(bundle);

    variables.remove("CERTCTL_SCEP_PROFILE_A_MTLS_ENABLED");
    assertProblem("CERTCTL_SCEP_MTLS_PORT", "no profile", "MTLS_ENABLED");
  }

  @Test
  void refusesACrlThatMayEndBeforeTheNextComes() {
    variables.put("CERTCTL_CRL_VALIDITY", "90m");

    assertProblem("CERTCTL_CRL_VALIDITY", "twice", "shorter");
  }

  @Test
  void refusesDeltasAndPartitionsToWhichNothingCouldPoint() {
    variables.put("CERTCTL_CRL_DELTA_ENABLED", "true");
    assertProblem("CERTCTL_CRL_DELTA_ENABLED", "CERTCTL_PUBLIC_URL", "set");
    variables.remove("CERTCTL_CRL_DELTA_ENABLED");
    variables.put("CERTCTL_CRL_PARTITIONS", "16");
    assertProblem("CERTCTL_CRL_PARTITIONS", "CERTCTL_PUBLIC_URL", "set");
    variables.put("CERTCTL_PUBLIC_URL", "http://pki.example.com");
    variables.put("CERTCTL_CRL_DELTA_INTERVAL", "1h");
    assertProblem("CERTCTL_CRL_DELTA_VALIDITY", "twice", "shorter");
  }

  @Test
  void refusesAnOcspResponderThatWouldBeRenewedWithoutEnd() {
    variables.put("CERTCTL_OCSP_RESPONDER_VALIDITY", "7d");
    assertProblem("CERTCTL_OCSP_RESPONDER_ROTATION_GRACE", "not less", "shorter");

    variables.put("CERTCTL_OCSP_RESPONDER_KEY", "ed25519");
    assertProblem("CERTCTL_OCSP_RESPONDER_KEY", "no such kind", "p256");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "pki.example.com",
        "ftp://pki.example.com",
        "http://",
        "http://pki.example.com/?a=b",
        "http://pki.example.com/#a",
        "http://user@pki.example.com",
        "http://pki.exämple.com"
      })
  void refusesAPublicUrlThatCertificatesCannotHold(String url) {
    variables.put("CERTCTL_PUBLIC_URL", url);

    assertProblem("CERTCTL_PUBLIC_URL", "it", "write");
  }

  @Test
  void mapsEveryServerOption() {
    variables.putAll(
        Map.of(
            "CERTCTL_SERVER_HOST", "0.0.0.0",
            "CERTCTL_SERVER_PORT", "443",
            "CERTCTL_MAX_BODY_SIZE", "1048576",
            "CERTCTL_SHUTDOWN_TIMEOUT", "5s",
            "CERTCTL_MANAGEMENT_HOST", "::1",
            "CERTCTL_MANAGEMENT_PORT", "9191",
            "CERTCTL_DATABASE_URL", "sqlite:///x/y.db",
            "CERTCTL_LOG_LEVEL", "debug",
            "CERTCTL_LOG_FORMAT", "text",
            "CERTCTL_AUDIT_KEY_PATH", "/a/audit.pem"));
    variables.put("CERTCTL_CA_CERT_PATH", "x/../ca.crt");
    variables.put("CERTCTL_CA_KEY_PATH", "/k/ca.key");
    Configuration configuration = usable().configuration();
    assertThat(configuration.server())
        .isEqualTo(new ServerSettings("0.0.0.0", 443, 1048576, Duration.ofSeconds(5)));
    assertThat(configuration.management()).isEqualTo(new ManagementSettings("::1", 9191));
    assertThat(configuration.database()).isEqualTo(new DatabaseSettings.Sqlite(Path.of("/x/y.db")));
    assertThat(configuration.log())
        .isEqualTo(new LogSettings(LogSettings.Level.DEBUG, LogSettings.Format.TEXT));
    assertThat(configuration.audit())
        .isEqualTo(new AuditSettings(KeyLocation.of(Path.of("/a/audit.pem"))));
    assertThat(configuration.localCa())
        .contains(
            new LocalCaSettings(directory.resolve("ca.crt"), KeyLocation.of(Path.of("/k/ca.key"))));
  }

  @Test
  void mapsEveryScepOption() {
    enableScep("Wifi-EAP,laptops");
    profile("WIFI_EAP", CHALLENGE);
    profile("LAPTOPS", "another-secret");
    variables.put("CERTCTL_SCEP_HTTP_PORT", "8080");
    variables.put("CERTCTL_SCEP_NDES_PROFILE", "laptops");
    variables.put("CERTCTL_SCEP_CHALLENGE_FAILURES_PER_MINUTE", "0");
    variables.put("CERTCTL_SCEP_PROFILE_WIFI_EAP_PROFILE_ID", "default");
    variables.put("CERTCTL_SCEP_PROFILE_WIFI_EAP_PASSWORD_ENVELOPES", "false");
    variables.put("CERTCTL_SCEP_PROFILE_WIFI_EAP_ALGORITHM_POLICY", "legacy");
    variables.put("CERTCTL_SCEP_PROFILE_WIFI_EAP_CHAIN_IN_REPLY", "chain");
    variables.put("CERTCTL_JOB_AWAITING_APPROVAL_TIMEOUT", "72h");
    variables.put("CERTCTL_SCEP_PROFILE_WIFI_EAP_APPROVAL", "without-challenge");
    variables.put("CERTCTL_SCEP_PROFILE_WIFI_EAP_APPROVAL_MAX_PENDING", "20");
    variables.put("CERTCTL_SCEP_PROFILE_WIFI_EAP_APPROVAL_MAX_PENDING_PER_ADDRESS", "2");
    variables.put("CERTCTL_SCEP_PROFILE_WIFI_EAP_FAIL_INFO_TEXT", "false");
    variables.put("CERTCTL_SCEP_PROFILE_WIFI_EAP_REPLY_ALGORITHMS", "standard");
    variables.put("CERTCTL_SCEP_PROFILE_WIFI_EAP_REPLY_OAEP", "false");
    variables.put("CERTCTL_SCEP_PROFILE_WIFI_EAP_EMPTY_CONTENT", "present");
    variables.put("CERTCTL_SCEP_PROFILE_WIFI_EAP_SIGNING_TIME_WINDOW", "24h");
    variables.put("CERTCTL_SCEP_PROFILE_WIFI_EAP_RENEWAL", "false");
    variables.put("CERTCTL_SCEP_PROFILE_WIFI_EAP_RENEWAL_WINDOW", "30d");
    variables.put("CERTCTL_SCEP_PROFILE_WIFI_EAP_RENEWAL_GRACE", "36h");
    variables.put("CERTCTL_SCEP_PROFILE_WIFI_EAP_RENEWAL_CHALLENGE_REQUIRED", "true");
    variables.put("CERTCTL_SCEP_PROFILE_WIFI_EAP_RENEWAL_REVOKE_PREDECESSOR_AFTER", "14d");
    variables.put("CERTCTL_SCEP_RA_LIFETIME", "100d");
    variables.put("CERTCTL_SCEP_RA_RENEW_BEFORE", "1d12h");
    variables.put("CERTCTL_SCEP_RA_GRACE", "5d");
    Usable usable = usable();
    assertThat(usable.warnings()).isEmpty();
    ScepSettings scep = usable.configuration().scep();
    assertThat(scep.enabled()).isTrue();
    assertThat(scep.httpPort()).hasValue(8080);
    assertThat(scep.ndesProfile()).contains("laptops");
    assertThat(scep.challengeFailuresPerMinute()).isZero();
    assertThat(scep.profiles()).hasSize(2);
    ScepProfileSettings wifi = scep.profile("wifi-eap").orElseThrow();
    assertThat(wifi.path()).isEqualTo("/scep/wifi-eap");
    assertThat(wifi.issuerId()).isEqualTo("iss-local");
    assertThat(wifi.profileId()).isEqualTo("default");
    assertThat(wifi.challenges().password().orElseThrow().revealText()).isEqualTo(CHALLENGE);
    assertThat(wifi.challenges().envelopePassword()).isEmpty();
    assertThat(scep.profile("laptops").orElseThrow().challenges().envelopePassword()).isPresent();
    assertThat(wifi.approval())
        .isEqualTo(
            new ApprovalRules(ApprovalRules.Mode.WITHOUT_CHALLENGE, Duration.ofDays(3), 20, 2));
    assertThat(scep.profile("laptops").orElseThrow().approval())
        .isEqualTo(new ApprovalRules(ApprovalRules.Mode.NONE, Duration.ofDays(3), 1000, 100));
    assertThat(wifi.ra())
        .contains(
            new RaFiles(
                directory.resolve("WIFI_EAP.crt"),
                KeyLocation.of(directory.resolve("WIFI_EAP.key"))));
    assertThat(scep.ra())
        .isEqualTo(new RaSchedule(Duration.ofDays(100), Duration.ofHours(36), Duration.ofDays(5)));
    assertThat(wifi.protocol())
        .isEqualTo(
            new ScepProtocolSettings(
                AlgorithmPolicyChoice.LEGACY,
                ChainInReply.CHAIN,
                false,
                ReplyAlgorithms.STANDARD,
                false,
                EmptyContent.PRESENT,
                Optional.of(Duration.ofDays(1))));
    assertThat(scep.profile("laptops").orElseThrow().protocol())
        .isEqualTo(
            new ScepProtocolSettings(
                AlgorithmPolicyChoice.STRICT,
                ChainInReply.LEAF,
                true,
                ReplyAlgorithms.FOLLOW,
                true,
                EmptyContent.ABSENT,
                Optional.empty()));
    assertThat(wifi.renewal())
        .isEqualTo(
            new RenewalSettings(
                new RenewalRules(false, Duration.ofDays(30), Duration.ofHours(36), true),
                Optional.of(Duration.ofDays(14))));
    assertThat(scep.profile("laptops").orElseThrow().renewal())
        .isEqualTo(
            new RenewalSettings(
                new RenewalRules(true, Duration.ofDays(90), Duration.ZERO, false),
                Optional.empty()));
  }

  @Test
  void ch4_oneTimeChallengesMakeTheStaticOneAChoice() {
    enableScep("both,once,none");
    profile("BOTH", CHALLENGE);
    profile("ONCE", "");
    profile("NONE", "");
    variables.put("CERTCTL_SCEP_PROFILE_BOTH_ONE_TIME_CHALLENGES", "true");
    variables.put("CERTCTL_SCEP_PROFILE_ONCE_ONE_TIME_CHALLENGES", "true");
    assertThat(refused().problems())
        .singleElement()
        .satisfies(
            problem ->
                assertThat(problem.text())
                    .contains("CERTCTL_SCEP_PROFILE_NONE_CHALLENGE_PASSWORD")
                    .contains("required"));

    variables.put("CERTCTL_SCEP_PROFILE_NONE_CHALLENGE_PASSWORD", "another-secret");
    ScepSettings scep = usable().configuration().scep();
    assertThat(scep.profile("once").orElseThrow().challenges().envelopePassword()).isEmpty();
    ChallengeSettings both = scep.profile("both").orElseThrow().challenges();
    assertThat(both.oneTime()).isTrue();
    assertThat(both.password().orElseThrow().revealText()).isEqualTo(CHALLENGE);
    assertThat(scep.profile("once").orElseThrow().challenges())
        .isEqualTo(new ChallengeSettings(Optional.empty(), true, true, Optional.empty()));
    assertThat(scep.profile("none").orElseThrow().challenges().oneTime()).isFalse();
  }

  @Test
  void mapsTheSingleEndpoint() {
    enableScep("");
    variables.put("CERTCTL_SCEP_CHALLENGE_PASSWORD", CHALLENGE);
    variables.put("CERTCTL_SCEP_RA_CERT_PATH", "ra.crt");
    variables.put("CERTCTL_SCEP_RA_KEY_PATH", "ra.key");
    variables.put("CERTCTL_SCEP_NDES_PROFILE", "default");
    ScepProfileSettings single = usable().configuration().scep().profiles().getFirst();
    assertThat(single.name()).isEqualTo("default");
    assertThat(single.path()).isEqualTo("/scep");
    assertThat(single.issuerId()).isEqualTo("iss-local");
    assertThat(single.protocol()).isEqualTo(ScepProtocolSettings.defaults());
    assertThat(single.approval()).isEqualTo(ApprovalRules.off());
    assertThat(single.renewal()).isEqualTo(RenewalSettings.defaults());
  }

  @Test
  void showsNoSecretAnywhere() {
    enableScep("a");
    profile("A", CHALLENGE);
    Usable usable = usable();
    assertThat(usable.toString()).doesNotContain(CHALLENGE).contains("(secret)");
    assertThat(Environment.of(variables).toString()).doesNotContain(CHALLENGE);
    variables.put("CERTCTL_SCEP_PROFILE_A_CHALLENGE_PASSWORD", "short7!");
    variables.put("CERTCTL_SCEP_PROFILE_A_CHALLENGE_PASWORD", CHALLENGE);
    assertThat(refused().toString())
        .doesNotContain("short7!")
        .doesNotContain(CHALLENGE)
        .contains("shorter than 8");
  }

  @Test
  void theEnvironmentWinsOverTheFileEvenWhenEmpty() throws IOException {
    writeFile(
        """
        CERTCTL_SERVER_PORT=1111
        CERTCTL_MANAGEMENT_PORT=2222
        CERTCTL_LOG_LEVEL=error
        """);
    variables.put("CERTCTL_SERVER_PORT", "3333");
    variables.put("CERTCTL_LOG_LEVEL", "");
    Usable usable = usable();
    assertThat(usable.configuration().server().port()).isEqualTo(3333);
    assertThat(usable.configuration().management().port()).isEqualTo(2222);
    assertThat(usable.configuration().log().level()).isEqualTo(LogSettings.Level.INFO);
    assertThat(usable.values())
        .contains(
            new EffectiveValue("CERTCTL_SERVER_PORT", "3333", Origin.ENVIRONMENT),
            new EffectiveValue("CERTCTL_MANAGEMENT_PORT", "2222", Origin.SETTINGS_FILE),
            new EffectiveValue("CERTCTL_LOG_FORMAT", "json", Origin.DEFAULT),
            new EffectiveValue("CERTCTL_DATA_DIR", directory.toString(), Origin.COMMAND));
  }

  @Test
  void takesSecretFromFileOfItsOwn() throws IOException {
    enableScep("a");
    profile("A", "");
    Files.writeString(directory.resolve("challenge"), " " + CHALLENGE + "\r\n");
    variables.put("CERTCTL_SCEP_PROFILE_A_CHALLENGE_PASSWORD_FILE", "challenge");
    Usable usable = usable();
    assertThat(
            usable
                .configuration()
                .scep()
                .profiles()
                .getFirst()
                .challenges()
                .password()
                .orElseThrow()
                .revealText())
        .isEqualTo(" " + CHALLENGE);
    assertThat(usable.warnings()).singleElement().asString().contains("white space");
  }

  @Test
  void theFileOfASecretInTheEnvironmentWinsOverTheSecretInTheSettings() throws IOException {
    writeFile("CERTCTL_SCEP_PROFILE_A_CHALLENGE_PASSWORD=from-settings\n");
    enableScep("a");
    profile("A", "");
    variables.remove("CERTCTL_SCEP_PROFILE_A_CHALLENGE_PASSWORD");
    Files.writeString(directory.resolve("challenge"), CHALLENGE);
    variables.put("CERTCTL_SCEP_PROFILE_A_CHALLENGE_PASSWORD_FILE", "challenge");
    assertThat(
            usable()
                .configuration()
                .scep()
                .profiles()
                .getFirst()
                .challenges()
                .password()
                .orElseThrow()
                .revealText())
        .isEqualTo(CHALLENGE);
  }

  @Test
  void refusesSecretGivenTwice() {
    enableScep("a");
    profile("A", CHALLENGE);
    variables.put("CERTCTL_SCEP_PROFILE_A_CHALLENGE_PASSWORD_FILE", "challenge");
    assertProblem("CERTCTL_SCEP_PROFILE_A_CHALLENGE_PASSWORD_FILE", "is set too", "only one");
  }

  @Test
  void refusesMissingOrEmptySecretFile() throws IOException {
    enableScep("a,b");
    profile("A", "");
    profile("B", "");
    Files.writeString(directory.resolve("empty"), "\n");
    variables.put("CERTCTL_SCEP_PROFILE_A_CHALLENGE_PASSWORD_FILE", "none");
    variables.put("CERTCTL_SCEP_PROFILE_B_CHALLENGE_PASSWORD_FILE", "empty");
    assertProblem("CERTCTL_SCEP_PROFILE_A_CHALLENGE_PASSWORD_FILE", "no such file", "path");
    assertProblem("CERTCTL_SCEP_PROFILE_B_CHALLENGE_PASSWORD_FILE", "empty", "write");
  }

  @Test
  void reportsAllProblemsAtOnce() throws IOException {
    writeFile("nonsense\nCERTCTL_LOG_FORMAT=xml\n");
    variables.remove("CERTCTL_SERVER_TLS_KEY_PATH");
    variables.put("CERTCTL_SERVER_PORT", "99999");
    variables.put("CERTCTL_LOG_LEVEL", "loud");
    variables.put("CERTCTL_SERVR_HOST", "x");
    variables.put("CERTCTL_DATABASE_URL", "postgres://user:hunter2@db/certctl?password=x");
    enableScep("a");
    variables.put("CERTCTL_SCEP_PROFILE_A_ISSUER_ID", "iss-vault");
    variables.put("CERTCTL_SCEP_PROFILE_A_PROFILE_ID", "prof-x");
    Refused refused = refused();
    assertThat(refused.problems().stream().filter(Problem::isError).map(Problem::key))
        .containsExactlyInAnyOrder(
            directory.resolve("certctl.env") + ", line 1",
            "CERTCTL_LOG_FORMAT",
            "CERTCTL_SERVER_TLS_KEY_PATH",
            "CERTCTL_SERVER_PORT",
            "CERTCTL_LOG_LEVEL",
            "CERTCTL_SERVR_HOST",
            "CERTCTL_DATABASE_URL",
            "CERTCTL_SCEP_PROFILE_A_ISSUER_ID",
            "CERTCTL_SCEP_PROFILE_A_PROFILE_ID",
            "CERTCTL_SCEP_PROFILE_A_CHALLENGE_PASSWORD");
    assertThat(refused.toString()).doesNotContain("hunter2");
    assertThat(refused.problems())
        .allSatisfy(
            problem -> {
              assertThat(problem.reason()).isNotBlank();
              assertThat(problem.hint()).isNotBlank();
              assertThat(problem.text()).contains(problem.key(), problem.reason(), "hint: ");
            });
  }

  @Test
  void saysWhereAMissingDirectoryComesFromAndNothingElse() {
    ConfigurationResult result =
        loader.load(Environment.of(Map.of()), Optional.of(directory.resolve("none")));
    assertThat(result).isInstanceOf(Refused.class);
    assertThat(((Refused) result).problems().stream().filter(Problem::isError))
        .singleElement()
        .satisfies(p -> assertThat(p.hint()).contains("certctl init --data-dir"));
  }

  @Test
  void refusesDataDirectoryInItsOwnSettings() throws IOException {
    writeFile("CERTCTL_DATA_DIR=/x\n");
    assertProblem("CERTCTL_DATA_DIR", "cannot stand in certctl.env", "--data-dir");
  }

  @Test
  void refusesMixtureOfBothForms() {
    enableScep("phones");
    profile("PHONES", CHALLENGE);
    variables.put("CERTCTL_SCEP_RA_CERT_PATH", "ra.crt");
    variables.put("CERTCTL_SCEP_CHALLENGE_PASSWORD_FILE", "c");
    assertProblem(
        "CERTCTL_SCEP_RA_CERT_PATH", "cannot be mixed", "CERTCTL_SCEP_PROFILE_PHONES_RA_CERT_PATH");
    assertProblem("CERTCTL_SCEP_CHALLENGE_PASSWORD_FILE", "cannot be mixed", "empty");
  }

  @Test
  void needsNoRaFilesButNeverOnlyOneOfThem() {
    enableScep("a");
    profile("A", CHALLENGE);
    variables.remove("CERTCTL_SCEP_PROFILE_A_RA_KEY_PATH");
    assertProblem("CERTCTL_SCEP_PROFILE_A_RA_KEY_PATH", "it is required, because", "both, or");
    variables.remove("CERTCTL_SCEP_PROFILE_A_RA_CERT_PATH");
    ScepSettings scep = usable().configuration().scep();
    assertThat(scep.profiles().getFirst().ra()).isEmpty();
    assertThat(scep.ra()).isEqualTo(RaSchedule.defaults());
  }

  @Test
  void refusesAnRaThatWouldBeRenewedAsSoonAsItIsMade() {
    enableScep("a");
    profile("A", CHALLENGE);
    variables.put("CERTCTL_SCEP_RA_LIFETIME", "60d");
    assertProblem("CERTCTL_SCEP_RA_RENEW_BEFORE", "as soon as it is made", "less than");
  }

  @Test
  void refusesScepWithoutEndpoint() {
    enableScep("");
    assertProblem("CERTCTL_SCEP_PROFILES", "there is no endpoint", "name the profiles");
  }

  @Test
  void refusesUnknownNdesProfile() {
    enableScep("a");
    profile("A", CHALLENGE);
    variables.put("CERTCTL_SCEP_NDES_PROFILE", "b");
    assertProblem("CERTCTL_SCEP_NDES_PROFILE", "no profile of that name", "a");
  }

  @Test
  void refusesListenersOnOnePort() {
    enableScep("a");
    profile("A", CHALLENGE);
    variables.put("CERTCTL_SCEP_HTTP_PORT", "8443");
    variables.put("CERTCTL_MANAGEMENT_PORT", "8443");
    assertProblem("CERTCTL_SCEP_HTTP_PORT", "same port", "another");
    assertProblem("CERTCTL_MANAGEMENT_PORT", "same port", "another");
  }

  @Test
  void warnsOfOpenManagementAndSharedChallenges() {
    enableScep("a,b");
    profile("A", CHALLENGE);
    profile("B", CHALLENGE);
    variables.put("CERTCTL_MANAGEMENT_HOST", "0.0.0.0");
    assertThat(usable().warnings().stream().map(Problem::key))
        .containsExactlyInAnyOrder(
            "CERTCTL_MANAGEMENT_HOST", "CERTCTL_SCEP_PROFILE_B_CHALLENGE_PASSWORD");
  }

  @Test
  void warnsOfDirectoryThatOthersMayWrite() throws IOException {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwx---"));
    assertThat(usable().warnings().stream().map(Problem::key)).contains("CERTCTL_DATA_DIR");
  }

  @Test
  void refusesHalfACaEvenWithoutScep() {
    variables.put("CERTCTL_CA_CERT_PATH", "ca.crt");
    assertProblem("CERTCTL_CA_KEY_PATH", "required", "certctl init");
  }

  @Test
  void namesTheNearestOption() {
    enableScep("wifi-eap");
    profile("WIFI_EAP", CHALLENGE);
    variables.put("CERTCTL_SERVER_PROT", "1");
    variables.put("CERTCTL_SCEP_PROFILE_WIFI_EAP_RA_CRET_PATH", "1");
    variables.put("CERTCTL_SCEP_PROFILE_WIFI_RA_KEY_PATH", "1");
    variables.put("CERTCTL_SCEP_PROFILE_PRINTERS_ISSUER_ID", "1");
    variables.put("CERTCTL_SCEP_ALGORITHM_POLICY", "1");
    variables.put("CERTCTL_CA_KEY_PATH_FILE", "1");
    variables.put("CERTCTL_VAULT_ADDR", "1");
    assertProblem("CERTCTL_SERVER_PROT", "no such option", "CERTCTL_SERVER_PORT?");
    assertProblem(
        "CERTCTL_SCEP_PROFILE_WIFI_EAP_RA_CRET_PATH",
        "no such option",
        "CERTCTL_SCEP_PROFILE_WIFI_EAP_RA_CERT_PATH?");
    assertProblem(
        "CERTCTL_SCEP_PROFILE_WIFI_RA_KEY_PATH",
        "no profile for it",
        "CERTCTL_SCEP_PROFILE_WIFI_EAP_RA_KEY_PATH?");
    assertProblem(
        "CERTCTL_SCEP_PROFILE_PRINTERS_ISSUER_ID", "no profile for it", "add printers to");
    assertProblem(
        "CERTCTL_SCEP_ALGORITHM_POLICY",
        "no such option",
        "CERTCTL_SCEP_PROFILE_<NAME>_ALGORITHM_POLICY");
    assertProblem("CERTCTL_CA_KEY_PATH_FILE", "no such option", "only secrets");
    assertProblem("CERTCTL_VAULT_ADDR", "no such option", "config reference");
  }

  private void enableScep(String profiles) {
    variables.put("CERTCTL_SCEP_ENABLED", "true");
    variables.put("CERTCTL_SCEP_PROFILES", profiles);
    variables.put("CERTCTL_CA_CERT_PATH", "ca.crt");
    variables.put("CERTCTL_CA_KEY_PATH", "ca.key");
  }

  private void profile(String name, String challenge) {
    String prefix = "CERTCTL_SCEP_PROFILE_" + name + "_";
    variables.put(prefix + "ISSUER_ID", "iss-local");
    variables.put(prefix + "CHALLENGE_PASSWORD", challenge);
    variables.put(prefix + "RA_CERT_PATH", name + ".crt");
    variables.put(prefix + "RA_KEY_PATH", name + ".key");
  }

  private void writeFile(String text) throws IOException {
    Path file = directory.resolve("certctl.env");
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  private Usable usable() {
    ConfigurationResult result = result();
    assertThat(result).isInstanceOf(Usable.class);
    return (Usable) result;
  }

  private Refused refused() {
    ConfigurationResult result = result();
    assertThat(result).isInstanceOf(Refused.class);
    return (Refused) result;
  }

  private ConfigurationResult result() {
    return loader.readOptions(Environment.of(variables), Optional.of(directory));
  }

  private void assertProblem(String key, String reason, String hint) {
    assertThat(refused().problems())
        .filteredOn(problem -> problem.key().equals(key))
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.isError()).isTrue();
              assertThat(problem.reason()).contains(reason);
              assertThat(problem.hint()).contains(hint);
            });
  }
}
