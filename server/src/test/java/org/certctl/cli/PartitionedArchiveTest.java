package org.certctl.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.certctl.enroll.Enrollments.NOW;

import java.nio.file.Path;
import java.sql.Connection;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import org.certctl.audit.AuditEvent;
import org.certctl.audit.AuditQuery;
import org.certctl.audit.AuditVerification;
import org.certctl.audit.AuditVerifier;
import org.certctl.audit.BlockSealer;
import org.certctl.keys.CryptoProviders;
import org.certctl.keys.SigningKey;
import org.certctl.store.StoreOpenException;
import org.certctl.store.postgres.PostgresConfig;
import org.certctl.store.postgres.PostgresServer;
import org.certctl.store.postgres.PostgresStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// On PostgreSQL, archiving drops what it has moved as a whole.
class PartitionedArchiveTest {

  private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
  private static final int DAYS = 40;

  @TempDir Path folder;

  @Test
  void dropsWholePartitionsInOneStep() throws Exception {
    Path data = folder.resolve("data");
    Path file = folder.resolve("archive.txt");
    PostgresConfig config = PostgresServer.freshDatabase();
    try (Connection connection = PostgresServer.connect(config);
        var statement = connection.createStatement()) {
      statement.execute("DROP TABLE audit_event_first");
      statement.execute(
          "CREATE TABLE audit_event_1 PARTITION OF audit_event FOR VALUES FROM (1) TO (21)");
      statement.execute(
          "CREATE TABLE audit_event_21 PARTITION OF audit_event FOR VALUES FROM (21) TO (33)");
    }
    CommandRun certctl =
        new CommandRun(
            CLOCK,
            context ->
                List.of(
                    new AuditCommand(context, RecordsCommandsTest::open),
                    new AuditArchiveCommand(context, _ -> at(config))));
    assertThat(certctl.run(CommandRun.on(data, "init", "--host", "localhost", "--ca-key", "p256")))
        .isZero();
    SigningKey key = SigningKey.read(data.resolve("audit.key"), CryptoProviders.detect());
    try (PostgresStore store = PostgresServer.open(config, CLOCK)) {
      for (int day = DAYS - 1; day >= 0; day--) {
        Instant at = NOW.minus(Duration.ofDays(day));
        store.auditLog().append(new AuditEvent.ServerStarted(at, "day " + day));
        new BlockSealer(
                store.auditStore(), key, key.publicKeyInfo(), Clock.fixed(at, ZoneOffset.UTC))
            .sealPending();
      }

      assertThat(
              certctl.run(
                  CommandRun.on(
                      data, "audit", "archive", "--before", "36h", "--to", file.toString())))
          .as(certctl.err())
          .isZero();

      assertThat(certctl.out()).contains("archived: events 1 to 38 in blocks 1 to 38");
      assertThat(store.auditStore().events(1, 100).getFirst().sequence()).isEqualTo(39);
      // One step for the partitions, up to block 32, and one of few blocks for the rest.
      assertThat(store.auditSearch().find(AuditQuery.newest(100)))
          .filteredOn(entry -> entry.outcome().equals("archived"))
          .extracting(entry -> entry.details().get("last_block"))
          .containsExactly("38", "32");
      assertThat(
              new AuditVerifier(store.auditStore(), List.of(key.publicKeyInfo())).verify(Set.of()))
          .isInstanceOf(AuditVerification.Intact.class);
    }
    try (Connection connection = PostgresServer.connect(config);
        var statement = connection.createStatement();
        var row =
            statement.executeQuery(
                "SELECT count(*) FROM pg_inherits"
                    + " WHERE inhparent = CAST('audit_event' AS regclass)")) {
      row.next();
      assertThat(row.getInt(1)).as("the default partition").isEqualTo(1);
    }
  }

  private static WritableRecords at(PostgresConfig config) throws CommandFailedException {
    try {
      return new RecordsBeside(PostgresServer.open(config, CLOCK));
    } catch (StoreOpenException e) {
      throw new CommandFailedException(String.valueOf(e.getMessage()), e);
    }
  }
}
