package org.certctl.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.certctl.enroll.Enrollments.NOW;
import static org.certctl.enroll.Enrollments.certificate;
import static org.certctl.enroll.Enrollments.intent;
import static org.certctl.enroll.Enrollments.serial;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.certctl.audit.AuditEntry;
import org.certctl.audit.StoredEvent;
import org.certctl.challenge.onetime.ChallengeUse;
import org.certctl.challenge.onetime.KnownChallenge;
import org.certctl.challenge.onetime.OneTimeChallenge;
import org.certctl.enroll.ChallengeMac;
import org.certctl.enroll.Intent;
import org.certctl.keys.InstallationSecret;
import org.certctl.keys.KeyEncryption;
import org.certctl.secret.Secret;
import org.certctl.store.StoreObserver;
import org.certctl.store.sqlite.SqliteStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// `challenge` beside a store that is open all the while, as under a running server.
class ChallengeCommandTest {

  private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
  private static final String SWITCH = "CERTCTL_SCEP_PROFILE_DEFAULT_ONE_TIME_CHALLENGES";

  @TempDir Path folder;
  private final CommandRun certctl =
      new CommandRun(
          CLOCK,
          context ->
              List.of(
                  new ChallengeCommand(
                      context, RecordsBeside.at(CLOCK)::open, RecordsBeside.at(CLOCK))));
  private String oneTime = "true";
  private Path data;
  private SqliteStore store;
  private ChallengeMac macs;

  @BeforeEach
  void startServer() throws Exception {
    data = folder.resolve("data");
    assertThat(run("init", "--host", "localhost", "--ca-key", "p256")).isZero();
    store = SqliteStore.open(data.resolve("certctl.db"), CLOCK, StoreObserver.none());
    macs =
        new ChallengeMac(
            InstallationSecret.readOrCreate(
                data.resolve("challenge-mac.key"), KeyEncryption.none(), new SecureRandom()));
  }

  @AfterEach
  void stopServer() {
    store.close();
  }

  @Test
  void ch4_createPrintsTheValueAndKeepsOnlyItsMac() throws Exception {
    assertThat(create()).isEqualTo(ExitCode.OK);

    String value = certctl.out().strip();
    assertThat(value).matches("[A-Za-z0-9]{24}");
    KnownChallenge known = known(value);
    assertThat(known.challenge().endpoint()).isEqualTo("default");
    assertThat(known.challenge().identity()).isEmpty();
    assertThat(known.challenge().expiresAt()).isEqualTo(NOW.plus(Duration.ofHours(1)));
    assertThat(known.use()).isEqualTo(new ChallengeUse.None());
    try (var files = Files.walk(data)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(Files.readString(file, java.nio.charset.StandardCharsets.ISO_8859_1))
            .as(file.toString())
            .doesNotContain(value);
      }
    }
  }

  @Test
  void createTellsTheTrailWhoMadeWhat() throws Exception {
    assertThat(create("--subject", "CN=a,O=corp", "--san", "upn:ann@corp.example", "--ttl", "2d"))
        .isZero();

    KnownChallenge known = known(certctl.out().strip());
    assertThat(events())
        .singleElement()
        .satisfies(
            event -> {
              assertThat(event.outcome()).isEqualTo("created");
              assertThat(event.actor()).isEqualTo(certctl.context().operator().name()).isNotEmpty();
              assertThat(event.actorType()).isEqualTo("user");
              assertThat(event.resourceId()).isEqualTo(known.challenge().id());
              assertThat(event.details())
                  .containsEntry("identity", "CN=a,O=corp [UPN:ann@corp.example]")
                  .containsEntry("expires_at", "2026-03-03T12:00:00.123Z");
            });
  }

  @Test
  void createsManyAsJson() throws Exception {
    assertThat(create("--count", "3", "--json")).isZero();

    List<String> lines = certctl.out().lines().toList();
    assertThat(lines).hasSize(3).doesNotHaveDuplicates();
    assertThat(lines.getFirst())
        .matches(
            "\\{\"challenge\":\"[A-Za-z0-9]{24}\",\"id\":\"[0-9a-f]{16}\",\"profile\":\"default\","
                + "\"identity\":\"\",\"created_at\":\"2026-03-01T12:00:00.123Z\","
                + "\"expires_at\":\"2026-03-01T13:00:00.123Z\"}");
    assertThat(store.oneTimeChallenges().page(Optional.empty(), Long.MAX_VALUE, 10)).hasSize(3);
    assertThat(events()).hasSize(3);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--ttl 30s",
        "--ttl 91d",
        "--ttl soon",
        "--count 0",
        "--count 1001",
        "--san dns:a.example",
        "--subject CN",
        "--subject CN=a --san a.example",
        "--subject CN=a --san ip:10.0.0.0/8"
      })
  void createRefusesWrongUsage(String arguments) throws Exception {
    assertThat(create(arguments.split(" ", -1))).isEqualTo(ExitCode.USAGE);
    assertThat(certctl.err()).startsWith("error: --").doesNotContain("\tat ");
    assertThat(events()).isEmpty();
  }

  @Test
  void createRefusesAProfileThatDoesNotTakeOneTimeChallenges() throws Exception {
    oneTime = "false";
    assertThat(create()).isEqualTo(ExitCode.FAILURE);
    assertThat(certctl.err()).contains("profile default does not take").contains("ONE_TIME");

    assertThat(run("challenge", "create", "--profile", "other")).isEqualTo(ExitCode.FAILURE);
    assertThat(certctl.err()).contains("there is no profile other");
    assertThat(events()).isEmpty();
  }

  @Test
  void createSaysWhenNoServerHasEverRun() throws Exception {
    Files.delete(data.resolve("challenge-mac.key"));

    assertThat(create()).isEqualTo(ExitCode.FAILURE);
    assertThat(certctl.err()).contains("the server makes it at its first start");
  }

  @Test
  void listShowsStatesAndNeverValues() throws Exception {
    OneTimeChallenge used = created("--subject", "CN=used");
    OneTimeChallenge revoked = created();
    OneTimeChallenge unused = created();
    Intent intent = intent("used", used.claim());
    store.enrollments().intend(intent, false, List.of());
    store.enrollments().record(intent.id(), certificate("used"), List.of());
    assertThat(run("challenge", "revoke", revoked.id())).isZero();

    assertThat(run("challenge", "list")).isZero();
    List<String> lines = certctl.out().lines().toList();
    assertThat(lines).hasSize(4);
    assertThat(lines.get(1)).startsWith(unused.id()).contains("default", "unused");
    assertThat(lines.get(2)).startsWith(revoked.id()).contains("revoked");
    assertThat(lines.get(3)).startsWith(used.id()).contains("used").endsWith("CN=used");

    assertThat(run("challenge", "list", "--json", "--limit", "3")).isZero();
    assertThat(certctl.out())
        .contains("\"state\":\"used\",\"serial\":\"" + serial("used").hex() + "\"");

    assertThat(run("challenge", "list", "--profile", "other")).isZero();
    assertThat(certctl.out().lines()).hasSize(1);
    assertThat(run("challenge", "list", "--limit", "0")).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void revokeSaysWhyItCannot() throws Exception {
    OneTimeChallenge used = created();
    OneTimeChallenge unused = created();
    Intent intent = intent("used", used.claim());
    store.enrollments().intend(intent, false, List.of());
    assertThat(run("challenge", "revoke", used.id())).isEqualTo(ExitCode.FAILURE);
    assertThat(certctl.err()).contains("is under way");
    store.enrollments().record(intent.id(), certificate("used"), List.of());

    assertThat(run("challenge", "revoke", "00", used.id(), unused.id()))
        .isEqualTo(ExitCode.FAILURE);
    assertThat(certctl.err())
        .contains("there is no challenge 00")
        .contains("was used for certificate " + serial("used").hex());
    assertThat(certctl.out()).isEqualToIgnoringNewLines("revoked " + unused.id());
    assertThat(run("challenge", "revoke", unused.id())).isEqualTo(ExitCode.FAILURE);
    assertThat(certctl.err()).contains("was revoked before");
    assertThat(events().getLast())
        .satisfies(
            event -> {
              assertThat(event.outcome()).isEqualTo("revoked");
              assertThat(event.resourceId()).isEqualTo(unused.id());
            });
  }

  private int create(String... arguments) {
    List<String> all = new ArrayList<>(List.of("challenge", "create", "--profile", "default"));
    all.addAll(List.of(arguments));
    return run(all.toArray(String[]::new));
  }

  private OneTimeChallenge created(String... arguments) throws Exception {
    assertThat(create(arguments)).isZero();
    OneTimeChallenge challenge = known(certctl.out().strip()).challenge();
    return challenge;
  }

  private KnownChallenge known(String value) throws Exception {
    return store.oneTimeChallenges().find(macs.of(Optional.of(Secret.of(value)))).orElseThrow();
  }

  private List<AuditEntry> events() throws Exception {
    return store.auditStore().events(1, 100).stream().map(StoredEvent::entry).toList();
  }

  private int run(String... words) {
    return certctl.run(Map.of(SWITCH, oneTime), CommandRun.on(data, words));
  }
}
