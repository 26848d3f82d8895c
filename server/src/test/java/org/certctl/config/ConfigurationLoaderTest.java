package org.certctl.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.certctl.config.ConfigurationResult.Refused;
import org.certctl.config.ConfigurationResult.Usable;
import org.certctl.config.EffectiveValue.Origin;
import org.certctl.issuer.local.RaSchedule;
import org.certctl.keys.KeyEncryption;
import org.certctl.keys.KeyLocation;
import org.certctl.profile.CertificateProfile;
import org.certctl.retention.RetentionRules;
import org.junit.jupiter.api.Test;

/// Where options come from, what is said of them, and those of the server.
final class ConfigurationLoaderTest extends ConfigurationFixture {

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
                RetentionRules.defaults(),
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
  void aDirectoryThatIsNotThereIsTheOnlyProblem() {
    variables.clear();
    directory = directory.resolve("nowhere");
    assertThat(refused().problems()).singleElement().asString().contains("no such directory");
  }

  @Test
  void settingsThatCannotBeReadAreTheOnlyProblem() throws IOException {
    variables.clear();
    Files.write(directory.resolve("certctl.env"), new byte[] {(byte) 0xFF});
    assertThat(refused().problems()).singleElement().asString().contains("not UTF-8");
  }

  @Test
  void namesEveryImpossibleProfileAtOnce() {
    variables.put("CERTCTL_SCEP_PROFILES", "good,-x,a b,A_b");
    assertProblem(
        "CERTCTL_SCEP_PROFILES",
        "\"-x\" and \"a b\" and \"A_b\" cannot be the name of a profile",
        "letters a-z");
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
  void wantsAnEncryptionKeyWhereRasAreInADatabase() throws IOException {
    variables.put("CERTCTL_DATABASE_URL", "postgres://certctl@127.0.0.1/certctl");
    assertThat(usable().configuration().sharesKeys()).isFalse();
    enableScep("a");
    profile("A", CHALLENGE);
    assertThat(usable().configuration().sharesKeys()).as("its RA is supplied").isFalse();
    variables.remove("CERTCTL_SCEP_PROFILE_A_RA_CERT_PATH");
    variables.remove("CERTCTL_SCEP_PROFILE_A_RA_KEY_PATH");
    assertProblem("CERTCTL_CONFIG_ENCRYPTION_KEY", "not set", "openssl rand");

    variables.put("CERTCTL_CONFIG_ENCRYPTION_KEY", "0123456789abcdefghijklmnopqrstuv");
    assertThat(usable().configuration().sharesKeys()).isTrue();
    variables.remove("CERTCTL_DATABASE_URL");
    assertThat(usable().configuration().sharesKeys()).isFalse();
  }

  @Test
  void keysMayBeInADatabaseThatNodesShare() {
    variables.put("CERTCTL_CA_KEY_PATH", "database");
    variables.put("CERTCTL_AUDIT_KEY_PATH", "database");
    variables.put("CERTCTL_DATABASE_URL", "postgres://certctl@127.0.0.1/certctl");
    variables.put("CERTCTL_CONFIG_ENCRYPTION_KEY", "wq7ZsT0v1fYc3mJp9LxR5uKdN8hGbE2aQ4iVoXyMzWs=");
    Configuration configuration = usable().configuration();
    assertThat(configuration.localCa()).contains(new LocalCaSettings.InDatabase());
    assertThat(configuration.audit().key()).isEqualTo(new KeyLocation.InDatabase());

    variables.put("CERTCTL_CA_CERT_PATH", "ca.crt");
    assertProblem("CERTCTL_CA_CERT_PATH", "the certificates come from there too", "remove it");
    variables.remove("CERTCTL_CA_CERT_PATH");
    variables.put("CERTCTL_CONFIG_ENCRYPTION_KEY", "");
    assertThat(refused().problems())
        .extracting(Problem::key, Problem::reason)
        .contains(
            tuple(
                "CERTCTL_CONFIG_ENCRYPTION_KEY",
                "it is not set, and with CERTCTL_CA_KEY_PATH=database that key is encrypted under it"),
            tuple(
                "CERTCTL_CONFIG_ENCRYPTION_KEY",
                "it is not set, and with CERTCTL_AUDIT_KEY_PATH=database that key is encrypted under"
                    + " it"));
    variables.remove("CERTCTL_DATABASE_URL");
    assertProblem("CERTCTL_CA_KEY_PATH", "is a SQLite file", "CERTCTL_DATABASE_URL");
    assertProblem("CERTCTL_AUDIT_KEY_PATH", "is a SQLite file", "CERTCTL_DATABASE_URL");
    variables.put("CERTCTL_DATABASE_URL", "postgres://127.0.0.1/certctl");
    assertThat(refused().problems())
        .as("what else a URL would decide that cannot be read")
        .extracting(Problem::key)
        .contains("CERTCTL_DATABASE_URL")
        .doesNotContain("CERTCTL_CA_KEY_PATH", "CERTCTL_AUDIT_KEY_PATH");
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
            new LocalCaSettings.InFiles(
                directory.resolve("ca.crt"), KeyLocation.of(Path.of("/k/ca.key"))));
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
  void nodesMayHaveTheSameKeysInDifferentPlaces() {
    enableScep("a");
    profile("A", CHALLENGE);
    SharedOptions ofOneNode = usable().configuration().shared();
    for (String key : List.of("CA", "AUDIT", "SCEP_PROFILE_A_RA", "OCSP_RESPONDER")) {
      variables.put("CERTCTL_" + key + "_KEY_PATH", "elsewhere/" + key + ".p12");
      variables.put("CERTCTL_" + key + "_KEY_PASSWORD", "a password of this file");
    }
    variables.put("CERTCTL_CA_CERT_PATH", "elsewhere/CA.p12");
    assertThat(usable().configuration().shared()).isEqualTo(ofOneNode);

    variables.put("CERTCTL_SCEP_PROFILE_A_CHALLENGE_PASSWORD", CHALLENGE + "2");
    assertThat(usable().configuration().shared()).isNotEqualTo(ofOneNode);
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

  @Test
  void refusesADirectoryThatIsFilledInPart() throws IOException {
    Files.createFile(directory.resolve(".init"));
    assertProblem("CERTCTL_DATA_DIR", "broken off", "repeat");
    Files.delete(directory.resolve(".init"));
    assertThat(usable().warnings()).isNotEmpty();
  }
}
