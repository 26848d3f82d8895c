package org.certctl.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.certctl.enroll.Enrollments.NOW;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.certctl.audit.AuditEvent;
import org.certctl.store.StoreObserver;
import org.certctl.store.postgres.PostgresConfig;
import org.certctl.store.postgres.PostgresServer;
import org.certctl.store.postgres.PostgresStore;
import org.certctl.store.sqlite.SqliteStore;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreCommandTest {

  private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);

  /// What a server needs on PostgreSQL to make RAs; the copy asks for it before, not after.
  private static final String ENCRYPTION_KEY = "CERTCTL_CONFIG_ENCRYPTION_KEY";

  private static final String KEY = "wq7ZsT0v1fYc3mJp9LxR5uKdN8hGbE2aQ4iVoXyMzWs=";
  private static final Map<String, String> ENCRYPTION = Map.of(ENCRYPTION_KEY, KEY);

  @TempDir Path folder;
  private final CommandRun certctl = new CommandRun(CLOCK, _ -> List.of());
  private Path data;
  private PostgresConfig target;
  private String url;

  @BeforeEach
  void serveOnce() throws Exception {
    data = folder.resolve("data");
    assertThat(run("init", "--host", "localhost", "--ca-key", "p256")).isZero();
    try (SqliteStore store = open()) {
      store.auditLog().append(new AuditEvent.ServerStarted(NOW, "1.2.3"));
    }
    target = PostgresServer.freshDatabase();
    url = "postgres://postgres@127.0.0.1:" + PostgresServer.port() + "/" + target.database();
  }

  private SqliteStore open() throws Exception {
    return SqliteStore.open(data.resolve("certctl.db"), CLOCK, StoreObserver.none());
  }

  private int run(String... words) {
    return certctl.run(ENCRYPTION, CommandRun.on(data, words));
  }

  @Test
  void copiesAndSaysWhatToSet() throws Exception {
    assertThat(run("store", "copy", "--to", url)).as(certctl.err()).isEqualTo(ExitCode.OK);

    assertThat(certctl.out())
        .containsPattern("audit_event +1 +[0-9a-f]{64}")
        .contains("  CERTCTL_DATABASE_URL=" + url);
    try (PostgresStore store = PostgresServer.open(target, CLOCK)) {
      assertThat(store.auditStore().events(1, 10)).hasSize(1);
    }
  }

  @Test
  void saysBeforeTheCopyWhatTheServerWouldAskForAfterIt() throws Exception {
    assertThat(certctl.run(CommandRun.on(data, "store", "copy", "--to", url)))
        .isEqualTo(ExitCode.CONFIGURATION);

    assertThat(certctl.err()).contains(ENCRYPTION_KEY);
    try (PostgresStore store = PostgresServer.open(target, CLOCK)) {
      assertThat(store.auditStore().events(1, 10)).isEmpty();
    }
  }

  @Test
  void doesNotShowThePassword() {
    String withPassword = url.replace("postgres@", "postgres:top-secret@");

    assertThat(run("store", "copy", "--to", withPassword)).as(certctl.err()).isZero();
    assertThat(certctl.out()).contains(url).doesNotContain("top-secret");
  }

  @Test
  void saysThatAServerHoldsTheFile() throws Exception {
    try (SqliteStore _ = open()) {
      assertThat(run("store", "copy", "--to", url)).isEqualTo(ExitCode.FAILURE);
    }
    assertThat(certctl.err()).contains("in use by");
  }

  @Test
  void refusesOtherTargetsAndSources() throws Exception {
    assertThat(run("store", "copy", "--to", "sqlite:other.db")).isEqualTo(ExitCode.USAGE);
    assertThat(run("store", "copy", "--to", "mysql://x")).isEqualTo(ExitCode.CONFIGURATION);
    assertThat(certctl.err()).contains("CERTCTL_DATABASE_URL");
    assertThat(
            certctl.run(
                Map.of("CERTCTL_DATABASE_URL", url, ENCRYPTION_KEY, KEY),
                CommandRun.on(data, "store", "copy", "--to", url)))
        .isEqualTo(ExitCode.FAILURE);
    assertThat(certctl.err())
        .contains("names postgres://")
        .contains("set CERTCTL_DATABASE_URL back");
    Files.delete(data.resolve("certctl.db"));
    assertThat(run("store", "copy", "--to", url)).isEqualTo(ExitCode.FAILURE);
    assertThat(certctl.err()).contains("there is no ");
    assertThat(data.resolve("certctl.db")).doesNotExist();
  }
}
