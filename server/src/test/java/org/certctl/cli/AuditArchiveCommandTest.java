package org.certctl.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.certctl.enroll.Enrollments.NOW;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.certctl.audit.AuditEvent;
import org.certctl.audit.BlockSealer;
import org.certctl.keys.CryptoProviders;
import org.certctl.keys.SigningKey;
import org.certctl.store.StoreObserver;
import org.certctl.store.sqlite.SqliteStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Beside a store that is open all the while, with a block of one event from each of the last
/// twenty days, the newest from today.
class AuditArchiveCommandTest {

  private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
  private static final int DAYS = 20;

  @TempDir Path folder;
  private final CommandRun certctl =
      new CommandRun(
          CLOCK,
          context ->
              List.of(
                  new AuditCommand(context, RecordsCommandsTest::open),
                  new AuditArchiveCommand(context, RecordsBeside.at(CLOCK))));
  private Path data;
  private Path file;
  private SqliteStore store;

  @BeforeEach
  void serve() throws Exception {
    data = folder.resolve("data");
    file = folder.resolve("archive.txt");
    assertThat(run("init", "--host", "localhost", "--ca-key", "p256")).isZero();
    store = SqliteStore.open(data.resolve("certctl.db"), CLOCK, StoreObserver.none());
    SigningKey key = SigningKey.read(data.resolve("audit.key"), CryptoProviders.detect());
    for (int day = DAYS - 1; day >= 0; day--) {
      Instant at = NOW.minus(Duration.ofDays(day));
      store.auditLog().append(new AuditEvent.ServerStarted(at, "day " + day));
      new BlockSealer(store.auditStore(), key, key.publicKeyInfo(), Clock.fixed(at, ZoneOffset.UTC))
          .sealPending();
    }
  }

  @AfterEach
  void stop() {
    store.close();
  }

  private int run(String... words) {
    return certctl.run(CommandRun.on(data, words));
  }

  private String line(String beginning) {
    return certctl
        .out()
        .lines()
        .filter(line -> line.startsWith(beginning))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void movesOldBlocksAndBothPartsHold() throws Exception {
    assertThat(run("audit", "archive", "--before", "36h", "--to", file.toString()))
        .as(certctl.err())
        .isZero();
    assertThat(certctl.out()).contains("archived: events 1 to 18 in blocks 1 to 18");
    String head = line("head: ");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(folder).isDirectoryNotContaining(path -> path.toString().contains("unfinished"));

    assertThat(run("audit", "verify")).isZero();
    assertThat(certctl.out())
        .contains("intact: 20 events in 20 blocks")
        .contains("archived: events 1 to 18")
        .contains(head.substring("head: ".length()));
    assertThat(run("audit", "verify", "--archive", file.toString())).isZero();
    assertThat(certctl.out())
        .contains("from block 1,")
        .contains("intact: 18 events in 18 blocks")
        .contains(head);
    assertThat(store.auditStore().events(1, 100).getFirst().sequence()).isEqualTo(19);
    // One event for each transaction: blocks 1 to 16, and 17 to 18.
    assertThat(run("audit", "list", "--action", "backup", "--json")).isZero();
    assertThat(certctl.out().lines())
        .hasSize(2)
        .allMatch(line -> line.contains("\"outcome\":\"archived\""));
  }

  @Test
  void archivesFollowEachOther() throws Exception {
    Path second = folder.resolve("second.txt");
    assertThat(run("audit", "archive", "--before", "10d", "--to", file.toString())).isZero();
    String firstHead = line("head: ").substring("head: ".length());
    assertThat(run("audit", "archive", "--before", "1s", "--to", second.toString())).isZero();
    assertThat(certctl.out()).contains("blocks 10 to 19");

    assertThat(
            run(
                "audit",
                "verify",
                "--archive",
                file.toString(),
                "--archive",
                second.toString(),
                "--head",
                firstHead))
        .as(certctl.err())
        .isZero();
    assertThat(run("audit", "verify", "--archive", second.toString(), "--archive", file.toString()))
        .isEqualTo(ExitCode.FAILURE);
    assertThat(certctl.err()).contains("does not follow");
    assertThat(run("audit", "verify", "--archive", file.toString(), "--head", "00".repeat(32)))
        .isEqualTo(ExitCode.OK);
    assertThat(run("audit", "verify", "--archive", file.toString(), "--head", "01".repeat(32)))
        .isEqualTo(ExitCode.FAILURE);
  }

  @Test
  void theNewestBlockStays() throws Exception {
    assertThat(run("audit", "archive", "--before", "2099-01-01", "--to", file.toString())).isZero();
    assertThat(certctl.out()).contains("blocks 1 to 19");
    assertThat(store.auditStore().blocks(1, 10)).hasSize(1);

    Path next = folder.resolve("next.txt");
    assertThat(run("audit", "archive", "--before", "2099-01-01", "--to", next.toString())).isZero();
    assertThat(certctl.out()).contains("nothing to archive");
    assertThat(next).doesNotExist();
  }

  @Test
  void leavesABrokenTrailAlone() throws Exception {
    try (var connection = DriverManager.getConnection("jdbc:sqlite:" + data.resolve("certctl.db"));
        var statement = connection.createStatement()) {
      statement.executeUpdate("DROP TRIGGER audit_event_is_not_altered");
      statement.executeUpdate(
          "UPDATE audit_event SET canonical = (SELECT canonical FROM audit_event WHERE sequence = 1)"
              + " WHERE sequence = 5");
    }

    assertThat(run("audit", "archive", "--before", "1d", "--to", file.toString()))
        .isEqualTo(ExitCode.FAILURE);
    assertThat(certctl.err()).contains("nothing was archived").contains("block_altered");
    assertThat(store.auditStore().events(1, 100)).hasSize(DAYS);
    assertThat(folder).isDirectoryNotContaining(path -> path.toString().contains("archive"));
  }

  @Test
  void overwritesNothing() throws Exception {
    Files.writeString(file, "mine");

    assertThat(run("audit", "archive", "--before", "1d", "--to", file.toString()))
        .isEqualTo(ExitCode.FAILURE);
    assertThat(file).hasContent("mine");
    assertThat(run("audit", "archive", "--before", "soon", "--to", file.toString()))
        .isEqualTo(ExitCode.USAGE);
  }
}
