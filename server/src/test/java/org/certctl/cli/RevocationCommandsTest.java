package org.certctl.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.certctl.enroll.Enrollments.NOW;
import static org.certctl.enroll.Enrollments.certificate;
import static org.certctl.enroll.Enrollments.intent;
import static org.certctl.enroll.Enrollments.renewal;
import static org.certctl.enroll.Enrollments.serial;

import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.certctl.audit.AuditQuery;
import org.certctl.enroll.Intent;
import org.certctl.pki.IssuedCertificate;
import org.certctl.pki.Revocation;
import org.certctl.pki.RevocationReason;
import org.certctl.store.StoreObserver;
import org.certctl.store.sqlite.SqliteStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `cert revoke`, `hold` and `release` beside a store that is open all the while, as under a
/// running server.
class RevocationCommandsTest {

  private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);

  @TempDir Path folder;
  private final CommandRun certctl =
      new CommandRun(
          CLOCK,
          context ->
              List.of(
                  new CertCommand(
                      context, RecordsBeside.at(CLOCK)::open, RecordsBeside.at(CLOCK))));
  private Path data;
  private SqliteStore store;

  @BeforeEach
  void enrollThree() throws Exception {
    data = folder.resolve("data");
    assertThat(run("init", "--host", "localhost", "--ca-key", "p256")).isZero();
    store = SqliteStore.open(data.resolve("certctl.db"), CLOCK, StoreObserver.none());
    for (String name : List.of("a", "b")) {
      issue(name);
    }
    Intent expired = intent("expired");
    store.enrollments().intend(expired, false, List.of());
    store
        .enrollments()
        .record(expired.id(), certificate("expired", NOW.minusSeconds(60)), List.of());
  }

  private void issue(String name) throws Exception {
    Intent intent = intent(name);
    store.enrollments().intend(intent, false, List.of());
    store.enrollments().record(intent.id(), certificate(name), List.of());
  }

  @AfterEach
  void close() {
    store.close();
  }

  private int run(String... words) {
    return certctl.run(CommandRun.on(data, words));
  }

  private Optional<Revocation> stateOf(String name) throws Exception {
    return store.revocations().find("iss-local", serial(name));
  }

  @Test
  void revokesWithReasonAndNoteAndTheTrailTellsWho() throws Exception {
    String hex = serial("a").hex();

    assertThat(run("cert", "revoke", hex, "--reason", "keyCompromise", "--note", "stolen"))
        .isEqualTo(ExitCode.OK);

    assertThat(certctl.out()).isEqualTo(hex + "  CN=a  revoked" + System.lineSeparator());
    assertThat(stateOf("a")).map(Revocation::reason).contains(RevocationReason.KEY_COMPROMISE);
    assertThat(stateOf("b")).isEmpty();
    assertThat(store.auditSearch().find(AuditQuery.newest(1)).getFirst())
        .satisfies(
            entry -> {
              assertThat(entry.actor()).isEqualTo(certctl.context().operator().name());
              assertThat(entry.actorType()).isEqualTo("user");
              assertThat(entry.outcome()).isEqualTo("revoked");
            });
    assertThat(run("cert", "show", hex)).isZero();
    assertThat(certctl.out())
        .containsPattern("state +revoked")
        .containsPattern("revocation reason +keyCompromise");
    assertThat(run("cert", "list")).isZero();
    assertThat(certctl.out()).contains("revoked").contains("valid").contains("expired");
  }

  @Test
  void repeatingIsNoFailure() {
    String hex = serial("a").hex();
    assertThat(run("cert", "revoke", hex)).isZero();

    assertThat(run("cert", "revoke", hex)).isEqualTo(ExitCode.OK);

    assertThat(certctl.out()).contains("already revoked since 2026-03-01T12:00:00.123Z");
  }

  @Test
  void takesDecimalColonsPrefixAndUpperCase() throws Exception {
    String hex = serial("a").hex();
    assertThat(run("cert", "hold", serial("a").value().toString())).isZero();
    assertThat(stateOf("a")).map(Revocation::state).contains("held");
    assertThat(run("cert", "release", "0x" + hex.substring(0, 8))).isZero();
    assertThat(stateOf("a")).isEmpty();
    assertThat(
            run(
                "cert",
                "hold",
                String.join(":", hex.split("(?<=\\G..)", -1)).toUpperCase(java.util.Locale.ROOT)))
        .isZero();
    assertThat(stateOf("a")).map(Revocation::state).contains("held");
  }

  @Test
  void refusesWhatFitsSeveralOrNone() throws Exception {
    int issued = 2;
    while (serialsBeginningWith(serial("a").hex().charAt(0)) < 2) {
      issue("more" + issued++);
    }

    assertThat(run("cert", "revoke", serial("a").hex().substring(0, 1)))
        .isEqualTo(ExitCode.FAILURE);
    assertThat(certctl.err()).contains("fits more than one").contains(serial("a").hex());
    assertThat(run("cert", "revoke", serial("a").hex(), serial("unknown").hex()))
        .isEqualTo(ExitCode.FAILURE);
    assertThat(certctl.err()).contains("there is no certificate");
    assertThat(run("cert", "revoke", "nonsense")).isEqualTo(ExitCode.USAGE);
    assertThat(stateOf("a")).as("nothing is done when one is not found").isEmpty();
  }

  private long serialsBeginningWith(char first) throws Exception {
    return store.certificates().bySerialNumberPrefix(String.valueOf(first), 10).size();
  }

  @Test
  void revokesAllOfADeviceOrProfileButWhatHasExpired() throws Exception {
    assertThat(run("cert", "revoke", "--profile", "default", "--dry-run")).isZero();
    assertThat(certctl.out())
        .contains("would be revoked")
        .contains("2 would change, 0 as they were, 0 refused");
    assertThat(stateOf("a")).isEmpty();

    assertThat(run("cert", "revoke", "--device", "device-a")).isZero();
    assertThat(stateOf("a")).isPresent();
    assertThat(stateOf("b")).isEmpty();

    assertThat(run("cert", "revoke", "--profile", "default", "--reason", "superseded")).isZero();
    assertThat(certctl.out()).contains("1 changed, 1 as they were, 0 refused");
    assertThat(stateOf("a")).map(Revocation::reason).contains(RevocationReason.UNSPECIFIED);
    assertThat(stateOf("expired")).isEmpty();
  }

  @Test
  void revokesACertificateWithAllThatCameOfItByRenewal() throws Exception {
    issueRenewal("a2", "a", certificate("a2"));
    issueRenewal("a3", "a2", certificate("a3", NOW.minusSeconds(60)));
    issueRenewal("a4", "a3", certificate("a4"));
    issueRenewal("b2", "b", certificate("b2"));

    assertThat(run("cert", "revoke", "--predecessor", serial("a2").hex(), "--dry-run")).isZero();
    assertThat(certctl.out()).contains("2 would change, 0 as they were, 0 refused");
    assertThat(stateOf("a2")).isEmpty();

    assertThat(
            run("cert", "revoke", "--predecessor", serial("a").hex(), "--reason", "keyCompromise"))
        .isZero();

    assertThat(certctl.out()).contains("3 changed, 0 as they were, 0 refused");
    for (String name : List.of("a", "a2", "a4")) {
      assertThat(stateOf(name))
          .as(name)
          .map(Revocation::reason)
          .contains(RevocationReason.KEY_COMPROMISE);
    }
    for (String name : List.of("a3", "b", "b2")) {
      assertThat(stateOf(name)).as(name).isEmpty();
    }
  }

  private void issueRenewal(String name, String predecessor, IssuedCertificate certificate)
      throws Exception {
    IssuedCertificate renewed =
        store.certificates().bySerialNumber(serial(predecessor)).getFirst().certificate();
    Intent intent = renewal(name, renewed);
    store.enrollments().intend(intent, false, List.of());
    store.enrollments().record(intent.id(), certificate, List.of());
  }

  @Test
  void refusesToReleaseWhatIsRevoked() throws Exception {
    assertThat(run("cert", "revoke", serial("a").hex())).isZero();

    assertThat(run("cert", "release", serial("a").hex())).isEqualTo(ExitCode.FAILURE);

    assertThat(certctl.out()).contains("refused: it was revoked");
    assertThat(stateOf("a")).isPresent();
  }

  @Test
  void explainsWrongUsage() {
    assertThat(run("cert", "revoke")).isEqualTo(ExitCode.USAGE);
    assertThat(run("cert", "revoke", "0a", "--device", "d")).isEqualTo(ExitCode.USAGE);
    assertThat(run("cert", "revoke", "0a", "--predecessor", "0b")).isEqualTo(ExitCode.USAGE);
    assertThat(run("cert", "revoke", "--profile", "p", "--predecessor", "0b"))
        .isEqualTo(ExitCode.USAGE);
    assertThat(run("cert", "revoke", "0a", "--reason", "boredom")).isEqualTo(ExitCode.USAGE);
    assertThat(run("cert", "revoke", "0a", "--reason", "certificateHold"))
        .isEqualTo(ExitCode.USAGE);
    assertThat(certctl.err()).contains("certctl cert hold");
    assertThat(run("cert", "hold")).isEqualTo(ExitCode.USAGE);
    assertThat(run("cert", "hold", "0a", "--note", "x".repeat(1001))).isEqualTo(ExitCode.USAGE);
  }
}
