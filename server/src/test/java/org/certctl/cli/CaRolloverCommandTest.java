package org.certctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.certctl.config.Configuration;
import org.certctl.rollover.CaGeneration;
import org.certctl.store.StoreObserver;
import org.certctl.store.sqlite.SqliteStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `ca rollover` beside a store that is open all the while, as under a running server.
class CaRolloverCommandTest {

  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);

  @TempDir Path folder;
  private final CommandRun certctl =
      new CommandRun(
          CLOCK,
          context ->
              List.of(
                  new CaRolloverCommand(context, RecordsCommandsTest::open, this::openForWriting)));
  private final List<String> openedForWriting = new ArrayList<>();
  private Path data;
  private SqliteStore store;

  @BeforeEach
  void init() throws Exception {
    data = folder.resolve("data");
    assertThat(run("init", "--host", "localhost", "--ca-key", "p256")).isZero();
    store = SqliteStore.open(data.resolve("certctl.db"), CLOCK, StoreObserver.none());
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void statusOpensNothingForWriting() {
    assertThat(run("ca", "rollover", "prepare")).isZero();
    assertThat(openedForWriting).hasSize(1);
    assertThat(run("ca", "rollover", "status")).isZero();
    assertThat(certctl.out()).contains("issues now", "next, issues when you say");
    assertThat(openedForWriting).hasSize(1);
  }

  @Test
  void statusSaysWhenOneWasGivenUp() {
    assertThat(run("ca", "rollover", "prepare")).isZero();
    assertThat(run("ca", "rollover", "cancel")).isZero();
    assertThat(run("ca", "rollover", "status")).isZero();
    assertThat(certctl.out())
        .contains("state    cancelled at " + NOW)
        .doesNotContain("issued until");
  }

  @Test
  void aPrepareThatFailsLeavesNoKeysBehind() throws Exception {
    assertThat(run("ca", "rollover", "prepare", "--at", "2200-01-01T00:00:00Z")).isEqualTo(1);
    assertThat(certctl.err()).contains("before it would begin");
    assertThat(data.resolve("ca")).isEmptyDirectory();
    assertThat(store.caGenerations().all()).isEmpty();
    assertThat(run("ca", "rollover", "prepare")).isZero();
    assertThat(store.caGenerations().all()).extracting(CaGeneration::number).containsExactly(2);
  }

  @Test
  void activatesNothingThatNoServerCouldIssueWith() throws Exception {
    assertThat(run("ca", "rollover", "prepare")).isZero();
    Files.delete(data.resolve("ca/2/ca.key"));
    assertThat(run("ca", "rollover", "activate")).isEqualTo(1);
    assertThat(certctl.err()).contains("ca.key");
    assertThat(store.caGenerations().all().getFirst().activateAt()).isEmpty();
  }

  private int run(String... words) {
    return certctl.run(CommandRun.on(data, words));
  }

  private WritableRecords openForWriting(Configuration configuration)
      throws CommandFailedException {
    openedForWriting.add(configuration.dataDirectory().toString());
    return RecordsBeside.at(CLOCK).open(configuration);
  }
}
