package org.certctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.certctl.config.Configuration;
import org.certctl.config.Environment;
import org.certctl.keys.CryptoProviders;
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
  private static final CryptoProviders PROVIDERS = CryptoProviders.detect();

  @TempDir Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
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
    out.getBuffer().setLength(0);
    assertThat(run("ca", "rollover", "status")).isZero();
    assertThat(out.toString()).contains("issues now", "next, issues when you say");
    assertThat(openedForWriting).hasSize(1);
  }

  @Test
  void statusSaysWhenOneWasGivenUp() {
    assertThat(run("ca", "rollover", "prepare")).isZero();
    assertThat(run("ca", "rollover", "cancel")).isZero();
    assertThat(run("ca", "rollover", "status")).isZero();
    assertThat(out.toString())
        .contains("state    cancelled at " + NOW)
        .doesNotContain("issued until");
  }

  @Test
  void aPrepareThatFailsLeavesNoKeysBehind() throws Exception {
    assertThat(run("ca", "rollover", "prepare", "--at", "2200-01-01T00:00:00Z")).isEqualTo(1);
    assertThat(err.toString()).contains("before it would begin");
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
    assertThat(err.toString()).contains("ca.key");
    assertThat(store.caGenerations().all().getFirst().activateAt()).isEmpty();
  }

  private int run(String... arguments) {
    CommandContext context =
        new CommandContext(
            Environment.of(Map.of()),
            PROVIDERS,
            CLOCK,
            new SecureRandom(),
            new PrintWriter(out, true),
            new PrintWriter(err, true),
            "test");
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--data-dir", data.toString()));
    return new CertctlCommandLine(
            context,
            List.of(
                new CaRolloverCommand(context, RecordsCommandsTest::open, this::openForWriting)))
        .run(all.toArray(String[]::new));
  }

  private WritableRecords openForWriting(Configuration configuration)
      throws CommandFailedException {
    openedForWriting.add(configuration.dataDirectory().toString());
    return RecordsBeside.at(CLOCK).open(configuration);
  }
}
